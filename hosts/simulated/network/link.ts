import { checkKnown, checkOption } from '../../../src/connection/check-options.ts';
import type { Random } from '../random.ts';

/** How octets travel between two hosts, the same both ways. */
export interface LinkOptions {
  /** Milliseconds one way. Default 10; between sockets of one host 0. */
  readonly latency?: number | undefined;
  /** Up to so many milliseconds more, differently for each segment. Default 0. */
  readonly jitter?: number | undefined;
  /** Octets a second, each way. Default Infinity. */
  readonly bandwidth?: number | undefined;
  /**
   * Probability that a segment is lost, 0 … 1. TCP sends it again: it and what is behind it come 200 ms later, twice as much
   * for each further loss. Default 0.
   */
  readonly loss?: number | undefined;
  /**
   * Octets of the longest segment, at least 1; or from and to, where each segment is cut by chance. Default 1436, lwIP's on
   * an ESP32.
   */
  readonly segment?: number | readonly [least: number, most: number] | undefined;
}

export type LinkSettings = { readonly [name in keyof LinkOptions]-?: NonNullable<LinkOptions[name]> };

export const DEFAULT_LINK: LinkSettings = Object.freeze({
  latency: 10,
  jitter: 0,
  bandwidth: Infinity,
  loss: 0,
  segment: 1436,
});

/** What TCP waits before it sends a segment again, milliseconds. */
const RETRANSMISSION = 200;
/** So often a segment is lost in a row at most; then the link would be down, and not bad. */
const MOST_LOSSES = 6;

const isNumber = (value: unknown, least: number, most = Number.MAX_VALUE): boolean =>
  typeof value === 'number' && value >= least && value <= most;

/** Octets of a segment, or from and to. */
function isSegment(value: unknown): boolean {
  const [least, most] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [value, value];
  return (
    Number.isInteger(least) && Number.isInteger(most) && isNumber(least, 1) && isNumber(most, least as number)
  );
}

/** Checks what a link is made from; throws a RingletError for what it cannot be. */
export function linkSettings(base: LinkSettings, options: LinkOptions): LinkSettings {
  checkKnown('link', options, Object.keys(DEFAULT_LINK));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: LinkSettings = { ...base, ...(Object.fromEntries(given) as Partial<LinkSettings>) };
  for (const name of ['latency', 'jitter'] as const)
    checkOption(isNumber(settings[name], 0), `link.${name}`, 'milliseconds from 0');
  const { bandwidth, loss, segment } = settings;
  checkOption(
    isNumber(bandwidth, Number.MIN_VALUE, Infinity),
    'link.bandwidth',
    'more than 0 bytes a second',
  );
  checkOption(isNumber(loss, 0, 1), 'link.loss', 'a probability, 0 … 1');
  checkOption(isSegment(segment), 'link.segment', 'an integer from 1, or from and to');
  return settings;
}

/** The way between two hosts: how long octets take, and whether they get through at all. */
export class Link {
  settings: LinkSettings;
  /** Nothing gets through; TCP tries again, and gives up in the end. */
  isPartitioned = false;
  /** Nothing gets through for now, and nobody notices. */
  isHeld = false;
  readonly #random: Random;
  /** Until when each direction is busy with what was sent before. */
  readonly #busy: [number, number] = [0, 0];

  constructor(settings: LinkSettings, random: Random) {
    this.settings = settings;
    this.#random = random;
  }

  /** Octets of the next segment, if there are no fewer. */
  segment(): number {
    const { segment } = this.settings;
    if (typeof segment === 'number') return segment;
    return segment[0] + this.#random.below(segment[1] - segment[0] + 1);
  }

  /** When a segment of `count` octets that leaves at `now` arrives. */
  arrival(now: number, count: number, direction: 0 | 1): number {
    const { latency, jitter, bandwidth, loss } = this.settings;
    const busy = this.#busy;
    let left = now;
    if (bandwidth !== Infinity) {
      const begin = busy[direction] > now ? busy[direction] : now;
      left = busy[direction] = begin + (count / bandwidth) * 1000;
    }
    if (jitter > 0) left += this.#random.unit() * jitter;
    if (loss > 0) {
      let wait = RETRANSMISSION;
      for (let i = 0; i < MOST_LOSSES && this.#random.chance(loss); i++) {
        left += wait;
        wait *= 2;
      }
    }
    return left + latency;
  }

  /** How long after a repair TCP tries again, milliseconds. */
  retry(): number {
    return this.#random.unit() * RETRANSMISSION * 5;
  }
}
