import { describe, expect, it } from 'vitest';
import { Assembly } from '../../src/messages/assembly.ts';
import { SendQueue } from '../../src/messages/send-queue.ts';

describe('Assembly', () => {
  it('gives what was appended, and keeps nothing of it', () => {
    const assembly = new Assembly();
    const source = Uint8Array.of(1, 2, 3, 4);
    assembly.append(source, 1, 3);
    assembly.append(source, 0, 4);
    source.fill(9);
    expect([...new Uint8Array(assembly.take())]).toEqual([2, 3, 1, 2, 3, 4]);
    expect(assembly.length).toBe(0);
    expect(assembly.take().byteLength).toBe(0);
  });

  it('takes memory of at most twice the message, and no more than the longest has', () => {
    const assembly = new Assembly(70_000);
    const piece = new Uint8Array(1000);
    for (let i = 0; i < 70; i++) {
      assembly.append(piece, 0, 1000);
      expect(assembly.octets.length).toBeLessThanOrEqual(Math.max(2 * assembly.length, 1024));
    }
    expect(assembly.octets.length).toBe(70_000);
  });

  it('gives its memory away where the message fills it', () => {
    const assembly = new Assembly(1024);
    assembly.append(new Uint8Array(1024), 0, 1024);
    const { buffer } = assembly.octets;
    expect(assembly.take()).toBe(buffer);
  });

  it('copies each octet a few times, however many pieces it comes in', () => {
    const assembly = new Assembly();
    const memories = new Set<ArrayBufferLike>();
    for (let i = 0; i < 100_000; i++) {
      assembly.append(Uint8Array.of(i), 0, 1);
      memories.add(assembly.octets.buffer);
    }
    // 1,024 × 2^7 are more.
    expect(memories.size).toBe(8);
    // What was there before the memory grew is there.
    const expected = Uint8Array.from({ length: 100_000 }, (_, i) => i);
    expect(Buffer.compare(new Uint8Array(assembly.take()), expected)).toBe(0);
  });
});

/** A sender with a ring of `room` octets, whose frames cost nothing. */
class Ring {
  readonly frames: { readonly octets: readonly number[]; readonly span: number }[] = [];
  writable: number;
  fault = 0;
  readonly #handsOn: boolean;

  /** `handsOn`: what it takes leaves it at once, and it does not say that it has room again. */
  constructor(room: number, handsOn = false) {
    this.writable = room;
    this.#handsOn = handsOn;
  }

  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.fault !== 0) return this.fault;
    if (end - start > this.writable) return 611;
    if (!this.#handsOn) this.writable -= end - start;
    this.frames.push({ octets: [...bytes.subarray(start, end)], span });
    return 0;
  }
}

const octets = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

describe('SendQueue', () => {
  it('sends what fits at once, and the rest in fragments as room comes', () => {
    const ring = new Ring(8);
    const queue = new SendQueue(ring);
    expect(queue.send(octets(20), 0, 20, 1)).toBe(0);
    expect(queue.length).toBe(12);
    for (ring.writable = 8; !queue.isEmpty; ring.writable = 8) expect(queue.pump()).toBe(0);
    expect(ring.frames.flatMap((frame) => frame.octets)).toEqual([...octets(20)]);
    expect(ring.frames.map(({ span }) => span)).toEqual([3, 3, 1]);
  });

  it.each([16, 17, 20, 24])(
    'sends all %i octets at once where what was taken leaves room again',
    (length) => {
      const ring = new Ring(8, true);
      const queue = new SendQueue(ring);
      expect(queue.send(octets(length), 0, length, 1)).toBe(0);
      expect([queue.length, queue.isEmpty]).toEqual([0, true]);
      expect(ring.frames.flatMap((frame) => frame.octets)).toEqual([...octets(length)]);
      expect(ring.frames.map(({ span }) => span)).toEqual(length === 16 ? [3, 1] : [3, 3, 1]);
    },
  );

  it('answers with the fault of a connection that ends in the midst of a message, and keeps nothing of it', () => {
    const ring = new Ring(8, true);
    const queue = new SendQueue(ring);
    const send = ring.send.bind(ring);
    ring.send = (...args) => {
      const result = send(...args);
      ring.fault = 610;
      return result;
    };
    expect(queue.send(octets(20), 0, 20, 1)).toBe(610);
    expect([ring.frames.length, queue.length, queue.isEmpty]).toEqual([1, 0, true]);
  });

  it('keeps the order: nothing overtakes what waits, not even an empty message', () => {
    const ring = new Ring(0);
    const queue = new SendQueue(ring);
    ring.fault = 611;
    queue.send(octets(0), 0, 0, 0);
    ring.fault = 0;
    ring.writable = 100;
    queue.send(octets(2), 0, 2, 1);
    const place = queue.reserve(3, 1);
    queue.send(octets(1, 9), 0, 1, 1);
    expect(queue.pump()).toBe(0);
    expect(ring.frames.map((frame) => frame.octets)).toEqual([[], [0, 1]]);
    place(octets(3, 5));
    expect(queue.pump()).toBe(0);
    expect(ring.frames.map((frame) => frame.octets)).toEqual([[], [0, 1], [5, 6, 7], [9]]);
    expect([queue.length, queue.isEmpty]).toEqual([0, true]);
  });

  it('forgets a place whose octets never come', () => {
    const ring = new Ring(10);
    const queue = new SendQueue(ring);
    const place = queue.reserve(3, 1);
    queue.push(octets(1), 0);
    expect(queue.length).toBe(4);
    place(undefined);
    place(octets(3));
    expect(queue.length).toBe(1);
    queue.pump();
    expect(ring.frames.map((frame) => frame.octets)).toEqual([[0]]);
  });

  it('makes no frames of a few octets in a ring that is nearly full', () => {
    const ring = new Ring(8000);
    const queue = new SendQueue(ring);
    queue.send(octets(8000), 0, 8000, 1);
    queue.send(octets(9000), 0, 9000, 1);
    ring.writable = 900;
    queue.pump();
    expect(ring.frames).toHaveLength(1);
    ring.writable = 1000;
    queue.pump();
    expect(ring.frames).toHaveLength(2);
  });

  it('answers with the fault of a connection that is over', () => {
    const ring = new Ring(4);
    const queue = new SendQueue(ring);
    queue.send(octets(9), 0, 9, 1);
    ring.fault = 610;
    ring.writable = 4;
    expect(queue.pump()).toBe(610);
    expect(queue.length).toBe(5);
    queue.clear();
    expect(queue.send(octets(1), 0, 1, 1)).toBe(610);
  });
});
