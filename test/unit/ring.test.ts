/** The ring of octets: full, wrapped, added to in front, released; and frames sent across its end. */
import { describe, expect, test } from 'vitest';
import { Place } from '../../src/connection/layout.ts';
import { Ring } from '../../src/connection/ring.ts';

import { Driver } from '../support/driver.ts';
import { framesOf } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';

/** Octets of memory in front of the ring and behind it. */
const BASE: number = Place.ring;

/** A ring by itself, with what its subclasses are given. */
class BareRing extends Ring {
  constructor(size = 8) {
    super(new ArrayBuffer(BASE + size + 8), size, { random: () => 1 });
    this.memory.fill(0xee);
  }

  /** Appends octets that lie elsewhere in the memory. */
  put(...octets: number[]): void {
    this.memory.set(octets);
    this.append(0, octets.length);
    this.memory.fill(0xee, 0, octets.length);
  }

  release(count: number): void {
    this.drain(count);
  }

  get places(): { start: number; end: number; tail: number; room: number; free: number } {
    const start = this.outputStart;
    const tail = BASE + (this.tail & this.wrap);
    return { start, end: start + this.contiguous, tail, room: this.room, free: this.free };
  }

  /** What the ring holds, read octet by octet, after a check that everything tells the same. */
  get contents(): number[] {
    const { memory, places, bufferedAmount: used } = this;
    const all = Array.from({ length: used }, (_, i) => memory[BASE + ((this.head + i) & 7)]);
    const piece = places.end - places.start;
    expect(Array.from(memory.slice(places.start, places.end))).toEqual(all.slice(0, piece));
    if (used > 0) expect(piece).toBeGreaterThan(0);
    expect(used + places.free).toBe(8);
    expect(places.room).toBeLessThanOrEqual(places.free);
    if (places.free > 0) expect(places.room).toBeGreaterThan(0);
    // Nobody has written outside.
    expect([memory[BASE - 1], memory[BASE + 8]]).toEqual([0xee, 0xee]);
    return all;
  }
}

describe('Ring', () => {
  test('fills up, and has neither room nor free space then', () => {
    const ring = new BareRing();
    ring.put(0, 1, 2, 3, 4, 5, 6, 7);
    expect(ring.contents).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(ring.places).toMatchObject({ free: 0, room: 0 });
  });

  test('wraps: two pieces hold it, and the free space is one piece', () => {
    const ring = new BareRing();
    ring.put(0, 1, 2, 3, 4, 5, 6);
    ring.release(5);
    ring.put(7, 8, 9, 10);
    expect(ring.contents).toEqual([5, 6, 7, 8, 9, 10]);
    expect(ring.places).toEqual({ start: BASE + 5, end: BASE + 8, tail: BASE + 3, room: 2, free: 2 });
    ring.release(3);
    expect(ring.contents).toEqual([8, 9, 10]);
    expect(ring.places.start).toBe(BASE);
  });

  test('room ends at the end of the memory, or at the head', () => {
    const ring = new BareRing();
    ring.put(0, 1, 2, 3, 4, 5);
    ring.release(2);
    expect(ring.places).toMatchObject({ free: 4, room: 2 });
    ring.put(6, 7);
    expect(ring.places).toMatchObject({ tail: BASE, free: 2, room: 2 });
  });

  test('begins again at its first octet when it is empty', () => {
    const ring = new BareRing();
    ring.put(0, 1, 2, 3, 4);
    ring.release(5);
    expect(ring.places).toEqual({ start: BASE, end: BASE, tail: BASE, room: 8, free: 8 });
    expect(ring.contents).toEqual([]);
  });
});

describe.each(['client', 'server'] as const)('frames of a %s across the end of the ring', (role) => {
  const header = role === 'client' ? 6 : 2;

  test.each([0, 1, 3, 4, 90, 125])('%d octets from every place', (length) => {
    const payload = counting(length);
    for (let offset = 1; offset < 256 - length - header; offset++) {
      const driver = new Driver({ role, transmitBuffer: 256 }).open();
      const { connection } = driver;
      // Fill up to `offset`, leave one octet of it, and send the frame behind it.
      const octets: Uint8Array[] = [];
      const take = (count: number): void => {
        while (count > 0) {
          const some = Math.min(count, connection.output);
          octets.push(connection.memory.slice(connection.outputStart, connection.outputStart + some));
          connection.sent(some);
          count -= some;
        }
      };
      while (connection.bufferedAmount + header < offset) {
        const rest = Math.min(offset - connection.bufferedAmount - header, 100);
        if (connection.send(counting(100), 0, rest, 1) !== 0) break;
      }
      const before = connection.bufferedAmount;
      if (before > 1) take(before - 1);
      expect(connection.send(payload, 0, length, 1)).toBe(0);
      take(connection.bufferedAmount);
      const sent = framesOf(concat(...octets)).at(-1);
      expect(Buffer.compare(sent!.payload, payload)).toBe(0);
    }
  });

  test('a frame of exactly what is writable fills it; one octet more does not go', () => {
    for (const transmitBuffer of [256, 1024]) {
      for (let before = 0; before < transmitBuffer - 2 * header - 4; before += 7) {
        const { connection } = new Driver({ role, transmitBuffer }).open();
        connection.send(counting(before), 0, before, 1);
        const { writable } = connection;
        expect(connection.send(counting(writable + 1), 0, writable + 1, 1)).not.toBe(0);
        expect(connection.bufferedAmount).toBe(before + header + (before > 125 ? 2 : 0));
        expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
        // At 126 octets of room for 125 of payload the longer header leaves up to two octets unused.
        expect(transmitBuffer - connection.bufferedAmount).toBeLessThanOrEqual(writable === 125 ? 2 : 0);
      }
    }
  });
});
