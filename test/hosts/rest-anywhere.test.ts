/** The same conversation with and without a rest after each of its steps: nobody can tell one from the other. */
import { afterAll, expect, test } from 'vitest';
import { closePayload, peerFrame } from '../support/frames.ts';
import { concat, utf8 } from '../support/octets.ts';
import { below, words } from '../support/random.ts';
import { rest, SIZE, Subject, turn } from './support/resting.ts';

/** Conversations, and steps of each. */
const SEEDS = 60;
const STEPS = 60;

const octets = (random: () => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => below(random, 256));

const letters = (random: () => number, length: number): string =>
  Array.from({ length }, () => 'aé€😀z'.at(below(random, 5))).join('');

const KINDS = ['text', 'fragments', 'binary', 'ping', 'pong', 'long'] as const;

/** What the peer sends in all: messages whole and in fragments, with control frames between them. */
function streamOf(random: () => number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let count = 0; count < 60; count++) {
    switch (KINDS[below(random, KINDS.length)]) {
      case 'text':
        frames.push(peerFrame('server', { opcode: 1, payload: utf8('häßlich '.repeat(below(random, 40))) }));
        break;
      case 'fragments': {
        const whole = utf8('a€😀'.repeat(1 + below(random, 30)));
        const cut = below(random, whole.length);
        frames.push(peerFrame('server', { opcode: 1, fin: false, payload: whole.slice(0, cut) }));
        frames.push(peerFrame('server', { opcode: 9, payload: octets(random, below(random, 126)) }));
        frames.push(peerFrame('server', { opcode: 0, payload: whole.slice(cut) }));
        break;
      }
      case 'binary':
        frames.push(peerFrame('server', { opcode: 2, payload: octets(random, below(random, 300)) }));
        break;
      case 'ping':
        frames.push(peerFrame('server', { opcode: 9, payload: octets(random, below(random, 126)) }));
        break;
      case 'pong':
        frames.push(peerFrame('server', { opcode: 10, payload: octets(random, below(random, 126)) }));
        break;
      case 'long':
        frames.push(peerFrame('server', { opcode: 2, payload: octets(random, below(random, 10_000)) }));
        break;
    }
  }
  // Some break off in a way that no peer should.
  if (below(random, 4) === 0) frames.push(peerFrame('server', { opcode: 1, payload: [0xff] }));
  frames.push(peerFrame('server', { opcode: 8, payload: closePayload(1000, utf8('genug')) }));
  return concat(...frames);
}

/** Does one step on `subject`; what it returned, if that tells anything. */
function step(
  { endpoint, transport }: Subject,
  random: () => number,
  next: (length: number) => Uint8Array,
): unknown {
  switch (below(random, 14)) {
    case 0:
      return endpoint.sendText(letters(random, below(random, 200)));
    case 1:
      return endpoint.sendMessage(octets(random, below(random, 2 * SIZE)));
    case 2: {
      const length = below(random, 600);
      return endpoint.send(octets(random, length), 0, length, below(random, 4));
    }
    case 3: {
      const length = below(random, 126);
      return endpoint.sendControl(9 + below(random, 2), octets(random, length), 0, length);
    }
    case 4:
      return endpoint.pause();
    case 5:
      return endpoint.resume();
    case 6:
      transport.room = below(random, 500);
      return undefined;
    case 7:
      if (transport.keeps) return undefined;
      transport.room = Infinity;
      return transport.sink.transportWritable(0);
    case 8:
      // Its memory is read until the next time, unless the transport is full already.
      if (transport.keeps) {
        transport.keeps = false;
        if (transport.isReading) transport.finish();
        else transport.sink.transportWritable(0);
      } else if (transport.room === Infinity) transport.keeps = true;
      return undefined;
    case 9:
      if (below(random, 12) === 0) return endpoint.close(1000 + below(random, 4), 'fertig');
      return [endpoint.writable, endpoint.bufferedAmount, endpoint.error, endpoint.closeCode];
    default:
      return transport.deliver(next(1 + below(random, below(random, 3) === 0 ? 3000 : 150)));
  }
}

let rests = 0;

/** All that can be seen of conversation `seed`. */
async function conversation(seed: number, mayRest: boolean): Promise<unknown> {
  const random = words(seed);
  const stream = streamOf(random);
  const subject = new Subject();
  const { endpoint, transport, trace } = subject;
  subject.onWritable = (count) => trace.note(`writable ${count}`);
  const returned: unknown[] = [];
  let at = 0;
  const next = (length: number): Uint8Array => stream.slice(at, (at += length));
  for (let count = 0; count < STEPS; count++) {
    returned.push(step(subject, random, next));
    if (below(random, 2) === 0) await turn();
    if (!mayRest) continue;
    rest();
    if (subject.stage === 'rest') rests += 1;
  }
  if (transport.isReading) transport.finish();
  transport.keeps = false;
  transport.room = Infinity;
  transport.sink.transportWritable(0);
  endpoint.resume();
  await turn();
  transport.deliver(stream.slice(at));
  await turn();
  if (!transport.isClosed) transport.sink.transportClosed(0);
  if (mayRest) rest();
  const seen = {
    returned,
    lines: trace.lines,
    wire: transport.taken(),
    calls: transport.calls,
    end: [endpoint.state, endpoint.closeCode, endpoint.closeReason, endpoint.error],
  };
  endpoint.drop();
  return seen;
}

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('conversation %i', async (seed) => {
  expect(await conversation(seed, true)).toEqual(await conversation(seed, false));
});

afterAll(() => {
  // It is about something: of ten steps one ends at rest, at least.
  expect(rests).toBeGreaterThan((SEEDS * STEPS) / 10);
});
