/**
 * What a WebSocket has sent and what still waits, over a link that takes what a test says: the count is the standard's
 * `bufferedAmount`, octets of messages without framing that the network has not taken.
 */
import { expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Outgoing } from '../../src/websocket/outgoing.ts';
import { bufferOf, octetsOf } from '../../src/websocket/payload.ts';
import type { Link } from '../../src/websocket/runtime.ts';
import { counting } from '../support/octets.ts';

/** Octets of framing that each message costs here. */
const FRAME = 6;

class ScriptedLink {
  writable = 1000;
  bufferedAmount = 0;
  fault = 0;
  readonly sent: string[] = [];

  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.fault !== 0) return this.fault;
    this.sent.push(`${span}:${bytes.slice(start, end).join()}`);
    this.bufferedAmount += end - start + FRAME;
    this.writable -= end - start;
    return 0;
  }

  close(code: number, reason: Uint8Array): number {
    this.sent.push(`close ${code} ${reason.join()}`);
    return 0;
  }

  /** The network takes all that is there, and there is room again. */
  drain(writable = 1000): void {
    this.bufferedAmount = 0;
    this.writable = writable;
  }
}

const REASON = Uint8Array.of(7);

function setUp(most = 100, writable = 1000): { link: ScriptedLink; outgoing: Outgoing } {
  const link = new ScriptedLink();
  link.writable = writable;
  return { link, outgoing: new Outgoing(link as unknown as Link, most) };
}

test('what the link has taken counts without framing until the network has taken all of it', () => {
  const { link, outgoing } = setUp();
  outgoing.post(counting(10), 10, 1);
  outgoing.post(counting(5), 5, 1);
  expect(link.bufferedAmount).toBe(15 + 2 * FRAME);
  expect(outgoing.amount(false)).toBe(15);
  link.drain();
  expect(outgoing.amount(false)).toBe(0);
  outgoing.post(counting(3), 3, 1);
  expect(outgoing.amount(false)).toBe(3);
});

test('of what the network has begun to take no more counts than lies there', () => {
  const { link, outgoing } = setUp();
  outgoing.post(counting(90), 90, 1);
  link.bufferedAmount = 20;
  expect(outgoing.amount(false)).toBe(20);
  // With extensions it says nothing how many octets lie there: they may be compressed.
  expect(outgoing.amount(true)).toBe(90);
});

test('only the first octets that it is told to send are sent', () => {
  const { link, outgoing } = setUp();
  outgoing.post(counting(10), 2, 1);
  expect(link.sent).toEqual([`1:${counting(10).slice(0, 2).join()}`]);
  expect(outgoing.amount(false)).toBe(2);
});

test('what finds no room waits, goes on in its order when there is some, and counts all the time', () => {
  const { link, outgoing } = setUp(100, 4);
  outgoing.post(Uint8Array.of(1, 2, 3, 4), 4, 1);
  outgoing.post(Uint8Array.of(5, 6), 2, 0);
  expect(link.sent).toEqual(['1:1,2,3,4']);
  expect(outgoing.amount(false)).toBe(6);
  link.drain(1);
  outgoing.proceed();
  expect(link.sent).toEqual(['1:1,2,3,4', '2:5']);
  expect(outgoing.amount(false)).toBe(2);
  link.drain();
  outgoing.proceed();
  expect(link.sent).toEqual(['1:1,2,3,4', '2:5', '0:6']);
  expect(outgoing.amount(false)).toBe(1);
  link.drain();
  outgoing.proceed();
  expect(outgoing.amount(false)).toBe(0);
});

test('as much may wait as the bound says, and no octet more; what is refused counts', () => {
  const { link, outgoing } = setUp(10, 0);
  expect(outgoing.post(counting(6), 6, 1)).toBe(true);
  expect(outgoing.post(counting(4), 4, 1)).toBe(true);
  expect(outgoing.amount(false)).toBe(10);
  expect(outgoing.post(counting(1), 1, 1)).toBe(false);
  expect(outgoing.amount(false)).toBe(11);
  expect(outgoing.post(counting(0), 0, 1)).toBe(true);
  link.drain();
  outgoing.proceed();
  expect(link.sent).toHaveLength(3);
});

test('what comes after the end, and what the link takes no more, counts for ever', () => {
  const { link, outgoing } = setUp();
  outgoing.lose(5);
  link.fault = ErrorId.notOpen;
  expect(outgoing.post(counting(3), 3, 1)).toBe(true);
  expect(outgoing.amount(false)).toBe(8);
  link.drain();
  outgoing.proceed();
  expect(outgoing.amount(false)).toBe(8);
});

test('a Close goes at once where nothing waits, else behind all that does, and once', () => {
  const first = setUp();
  first.outgoing.close({ code: 1000, reason: REASON });
  expect(first.link.sent).toEqual(['close 1000 7']);
  first.outgoing.proceed();
  expect(first.link.sent).toHaveLength(1);

  const { link, outgoing } = setUp(100, 0);
  outgoing.post(counting(0), 0, 1);
  outgoing.post(Uint8Array.of(1, 2), 2, 1);
  outgoing.close({ code: 3000, reason: REASON });
  outgoing.proceed();
  expect(link.sent).toEqual(['1:']);
  link.drain(1);
  outgoing.proceed();
  expect(link.sent).toEqual(['1:', '3:1']);
  link.drain();
  outgoing.proceed();
  expect(link.sent).toEqual(['1:', '3:1', '1:2', 'close 3000 7']);
  outgoing.proceed();
  expect(link.sent).toHaveLength(4);
});

test('a Close does not follow a link that takes nothing any more', () => {
  const { link, outgoing } = setUp(100, 0);
  outgoing.post(counting(1), 1, 1);
  outgoing.close({ code: 1000, reason: REASON });
  link.drain();
  link.fault = ErrorId.notOpen;
  outgoing.proceed();
  expect(link.sent).toEqual([]);
});

// https://websockets.spec.whatwg.org, bufferedAmount: "does not reset to zero once the connection closes".
test.each([
  [true, 6],
  [false, 6 + 4],
])('after the end (clean: %j) nothing is sent, and what was not goes on being counted', (wasClean, count) => {
  const { link, outgoing } = setUp(100, 4);
  outgoing.post(counting(4), 4, 1);
  outgoing.post(counting(6), 6, 1);
  outgoing.close({ code: 1000, reason: REASON });
  outgoing.abandon(wasClean, false);
  link.drain();
  outgoing.proceed();
  expect(link.sent).toHaveLength(1);
  expect(outgoing.amount(false)).toBe(count);
});

test('a Blob has its place and counts before its octets are there; more than the bound is refused', async () => {
  const { link, outgoing } = setUp(5);
  let settle!: (buffer: ArrayBuffer) => void;
  const octets = new Promise<ArrayBuffer>((resolve) => (settle = resolve));
  const fail = (): void => expect.unreachable();
  expect(outgoing.postBlob(3, octets, fail)).toBe(true);
  expect(outgoing.post(Uint8Array.of(4, 5), 2, 0)).toBe(true);
  expect(outgoing.postBlob(1, Promise.reject(new Error('nobody listens')), fail)).toBe(false);
  expect([outgoing.amount(false), link.sent]).toEqual([6, []]);
  settle(Uint8Array.of(1, 2, 3).buffer);
  await octets;
  expect(link.sent).toEqual(['1:1,2,3', '0:4,5']);
  expect(outgoing.amount(false)).toBe(6);
});

test('a Blob that cannot be read is told, and gives up its place', async () => {
  const { link, outgoing } = setUp();
  const octets = Promise.reject(new Error('gone'));
  let told = 0;
  outgoing.postBlob(3, octets, () => told++);
  await octets.catch(() => {});
  expect([told, outgoing.amount(false)]).toEqual([1, 0]);
  outgoing.post(Uint8Array.of(1), 1, 1);
  expect(link.sent).toEqual(['1:1']);
});

// Web IDL §3.2.26: octets are those of the view; detached memory has none, shared memory is refused.
test('octets of everything that has some', () => {
  const { buffer } = counting(8);
  const view = new Uint8Array(buffer, 2, 3);
  expect(octetsOf(view)).toBe(view);
  expect([...octetsOf(new Int16Array(buffer, 2, 2))!]).toEqual([...counting(8).slice(2, 6)]);
  expect([...octetsOf(new DataView(buffer, 1, 2))!]).toEqual([...counting(8).slice(1, 3)]);
  expect([...octetsOf(buffer)!]).toEqual([...counting(8)]);
  for (const none of [undefined, null, 'text', 5, {}, []]) expect(octetsOf(none)).toBe(undefined);
});

test('memory that is detached has no octets, and a view that lies about its length has its own', () => {
  class Liar extends Uint8Array {
    override get length(): number {
      return 2;
    }
  }
  expect([...octetsOf(new Liar([1, 2, 3]))!]).toHaveLength(3);
  const all = [
    (buffer: ArrayBuffer) => buffer,
    (buffer: ArrayBuffer) => new Uint8Array(buffer),
    (buffer: ArrayBuffer) => new DataView(buffer),
    (buffer: ArrayBuffer) => new Float32Array(buffer),
  ].map((make) => {
    const buffer = new ArrayBuffer(8);
    const data = make(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    return octetsOf(data)?.length;
  });
  expect(all).toEqual([0, 0, 0, 0]);
});

test.each([0, 1, 63, 64, 65, 200])('a buffer of %d octets is of their own', (length) => {
  const memory = counting(300);
  const octets = memory.subarray(10, 290);
  const buffer = bufferOf(octets, 5, 5 + length);
  expect([...new Uint8Array(buffer)]).toEqual([...memory.slice(15, 15 + length)]);
  expect(buffer).not.toBe(memory.buffer);
  memory.fill(0);
  expect([...new Uint8Array(buffer)]).toEqual([...counting(300).slice(15, 15 + length)]);
});
