import type { FrameHeader } from '../wire/frame.ts';

/** Rows of the wire log, in the shape in which the per-case JSON keeps them. */
export type WireLogRow =
  | readonly ['RO', readonly [number, string]]
  | readonly ['TO', readonly [number, string], boolean]
  | readonly ['RF', readonly [number, string], number, boolean, number, boolean, string | null]
  | readonly [
      'TF',
      readonly [number, string],
      number,
      boolean,
      number,
      string | null,
      number | null,
      number | null,
      boolean,
    ]
  | readonly ['CT', number, string | null]
  | readonly ['CTE', string | null]
  | readonly ['KL', number]
  | readonly ['KLE']
  | readonly ['TI', number]
  | readonly ['TIE']
  | readonly ['WLM', boolean];

/** Octets of one write, read or payload that the log keeps. */
const kept = 256;
const more = ' ...';

/** Octets in hexadecimal, cut when they are many. */
export const hexText = (octets: Uint8Array, limit = kept): string => {
  const shown = Buffer.from(octets.buffer, octets.byteOffset, Math.min(octets.length, limit)).toString('hex');
  return octets.length > limit ? shown + more : shown;
};

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Octets as text when they are text, in hexadecimal behind `0x` when not; cut when they are many. */
export function payloadText(octets: Uint8Array, limit = kept): string {
  const cut = octets.length > limit;
  try {
    return strict.decode(octets.subarray(0, limit)) + (cut ? more : '');
  } catch {
    return `0x${hexText(octets, limit)}`;
  }
}

/** Counts by key, as the statistics of the report have them. */
export class Tally {
  readonly #counts = new Map<number, number>();

  add(key: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get(key: number): number {
    return this.#counts.get(key) ?? 0;
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** What went over the wire: a log that can be switched off while much goes by, and counts that cannot. */
export class WireLog {
  readonly rows: WireLogRow[] = [];
  readonly octetsReceived = new Tally();
  readonly octetsSent = new Tally();
  readonly framesReceived = new Tally();
  readonly framesSent = new Tally();
  #enabled = true;

  get enabled(): boolean {
    return this.#enabled;
  }

  enable(on: boolean): void {
    if (on === this.#enabled) return;
    this.#enabled = on;
    this.rows.push(['WLM', on]);
  }

  /** A row that is kept even while the log is off. */
  note(row: WireLogRow): void {
    this.rows.push(row);
  }

  received(octets: Uint8Array): void {
    this.octetsReceived.add(octets.length);
    if (this.#enabled) this.rows.push(['RO', [octets.length, hexText(octets)]]);
  }

  receivedFrame({ opcode, fin, rsv, mask }: FrameHeader, payload: Uint8Array): void {
    this.framesReceived.add(opcode);
    if (!this.#enabled) return;
    const shown = [payload.length, payloadText(payload)] as const;
    this.rows.push(['RF', shown, opcode, fin, rsv, mask !== null, mask && hexText(mask)]);
  }

  sent(octets: Uint8Array, sync: boolean): void {
    this.octetsSent.add(octets.length);
    if (this.#enabled) this.rows.push(['TO', [octets.length, hexText(octets)], sync]);
  }
}
