/** Two endpoints of ours that compress for each other, with any settings and any chunks. */
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Span } from '../../src/connection/events.ts';
import { permessageDeflate, type PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
import { Driver } from '../support/driver.ts';
import { POLICY, REQUEST } from '../support/handshake.ts';
import { utf8 } from '../support/octets.ts';
import { dataLine } from '../support/trace.ts';
import { below, words } from '../support/random.ts';
import { told } from './endpoints.ts';

const bits = fc.integer({ min: 8, max: 15 });
const ring = fc.constantFrom(256, 512, 1024, 4096);
const settings: fc.Arbitrary<PermessageDeflateOptions> = fc.record({
  profile: fc.constantFrom('device', 'desk'),
  receiveWindowBits: bits,
  transmitWindowBits: bits,
  receiveTakeover: fc.boolean(),
  transmitTakeover: fc.boolean(),
  threshold: fc.constantFrom(0, 1, 32, 300),
});
const side = fc.record({ settings, receiveBuffer: ring, transmitBuffer: ring });

type Side = typeof side extends fc.Arbitrary<infer T> ? T : never;

const WORDS = ['{"seq":', '"temp":21.', 'true', ',', ' the ', 'é€😀', '\0', 'abcabcabc'];

interface Sent {
  readonly binary: boolean;
  readonly bytes: Uint8Array;
}

/** A message of `length` units: text of words, or octets of some alphabet. */
function messageOf(random: () => number, length: number): Sent {
  const binary = below(random, 2) === 0;
  if (!binary) {
    let text = '';
    for (let i = 0; i < length; i += 6) text += WORDS[below(random, WORDS.length)] + (i & 15);
    return { binary, bytes: utf8(text) };
  }
  const alphabet = 1 + below(random, 256);
  return { binary, bytes: Uint8Array.from({ length }, () => below(random, alphabet)) };
}

/** One direction: what is still to be sent, and what is on its way. */
class Way {
  readonly #queue: Sent[] = [];
  readonly expected: string[] = [];
  #at = 0;

  push(message: Sent): void {
    this.#queue.push(message);
    this.expected.push(dataLine(message.binary, message.bytes, true, false));
  }

  get isDone(): boolean {
    return this.#queue.length === 0;
  }

  /** Sends a fragment of the message in front, as much as `from` takes, or a part of that. */
  step(from: Driver, random: () => number): void {
    const message = this.#queue[0];
    if (message === undefined) return;
    const { connection } = from;
    const left = message.bytes.length - this.#at;
    let count = Math.min(left, connection.writable);
    if (count === 0 && left > 0) return;
    if (below(random, 3) === 0) count = below(random, count + 1);
    const more = count < left ? Span.more : 0;
    const span = (message.binary ? Span.binary : 0) | more;
    const fault = connection.send(message.bytes, this.#at, this.#at + count, span);
    // A message of no octets may have to wait, too.
    if (fault !== 0 && count > 0) throw new Error(`send: ${fault}`);
    if (fault !== 0) return;
    this.#at += count;
    if (more !== 0) return;
    this.#queue.shift();
    this.#at = 0;
  }
}

function talk(client: Side, server: Side, seed: number, lengths: readonly number[]): void {
  const random = words(seed);
  const hooks = {
    onData: (d: Driver): void => {
      if (below(random, 3) === 0) d.connection.pause();
    },
  };
  const options = ({ settings: own, ...rest }: Side): object => ({
    ...rest,
    compression: permessageDeflate(own),
  });
  const ends = [
    new Driver(
      { role: 'client', random: words(seed), opening: clientOpening(REQUEST), ...options(client) },
      hooks,
    ),
    new Driver({ role: 'server', opening: serverOpening(POLICY), ...options(server) }, hooks),
  ];
  const ways = [new Way(), new Way()];
  for (const length of lengths) ways[below(random, 2)].push(messageOf(random, length));
  const wires: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
  for (const end of ends) end.open();
  for (let turn = 0; ; turn++) {
    if (turn > 200_000) throw new Error('no end');
    for (const i of [0, 1]) {
      const [from, to] = [ends[i], ends[1 - i]];
      if (from.connection.writable > 0 || from.connection.state === 2) ways[i].step(from, random);
      from.takes = below(random, 3) !== 0;
      from.pump();
      wires[i] = Buffer.concat([wires[i], from.takeOutput()]);
      const count = Math.min(wires[i].length, 1 + below(random, 500));
      if (to.backlog === 0 && count > 0) {
        to.feed(new Uint8Array(wires[i].subarray(0, count)));
        wires[i] = wires[i].subarray(count);
      }
      if (below(random, 2) === 0 || to.backlog > 0) to.resume();
    }
    const isQuiet = ends.every(
      (end) => end.connection.bufferedAmount === 0 && end.backlog === 0 && !end.connection.paused,
    );
    if (isQuiet && ways.every((way) => way.isDone) && wires.every((wire) => wire.length === 0)) break;
  }
  for (const i of [0, 1]) {
    expect(ends[i].connection.error).toBe(0);
    expect(ends[i].thrown).toEqual([]);
    expect(told(ends[1 - i])).toEqual(ways[i].expected);
  }
}

describe('what one sends, the other is told', () => {
  test('with any settings', () => {
    const lengths = fc.array(fc.oneof(fc.nat(40), fc.nat(400), fc.nat(5000)), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(fc.property(side, side, fc.integer(), lengths, talk), { numRuns: 150, seed: 7692 });
  });

  test.each([8, 9, 10, 11, 12, 13, 14, 15])('with windows of 2^%i, takeover on and off', (windowBits) => {
    for (const takeover of [false, true]) {
      for (const profile of ['device', 'desk'] as const) {
        const own: Side = {
          settings: {
            profile,
            receiveWindowBits: windowBits,
            transmitWindowBits: windowBits,
            receiveTakeover: takeover,
            transmitTakeover: takeover,
            threshold: 0,
          },
          receiveBuffer: 512,
          transmitBuffer: 1024,
        };
        talk(own, own, windowBits * 4 + 1, [0, 1, 300, 3000, 40_000, 3000, 20_000, 5, 3000]);
      }
    }
  });
});
