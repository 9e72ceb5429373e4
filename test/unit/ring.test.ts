/** The ring of octets: full, wrapped, added to in front, released; and frames sent across its end. */
import { describe, expect, test } from 'vitest';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { Place, Register } from '../../src/connection/record.ts';
import { Driver } from '../support/driver.ts';
import { framesOf } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';

/** The ring of the tests, in octets, and where it begins. */
const SIZE = 256;
const BASE: number = Place.ring;

/** A ring by itself, with what its subclasses are given. */
class BareRing extends Connection {
  constructor() {
    super({
      role: 'server',
      transmitBuffer: SIZE,
      input: 2 * SIZE,
      random: () => 1,
      target: undefined,
      events: { onOpen() {}, onData() {}, onControl() {}, onClose() {} },
    });
    this.memory.fill(0xee, Place.controlIn, BASE + SIZE + 8);
  }

  /** Appends the octets from `first` up to `end`, which lie elsewhere in the memory: a frame without a header. */
  put(first: number, end: number): void {
    const place = BASE + SIZE + 8;
    for (let octet = first; octet < end; octet++) this.memory[place + octet - first] = octet;
    this._put(BASE, this.memory, place, place + end - first);
  }

  /** Gives octets back as the transport takes them, here as a piece of one long frame. */
  release(count: number): void {
    this._words[Register.started] = this.bufferedAmount;
    this._release(count);
  }

  get places(): { start: number; end: number; tail: number; free: number } {
    const start = this.outputStart;
    const tail = BASE + (this._writeAt & this._ringMask);
    return { start, end: start + this._arrange(), tail, free: this._free };
  }

  /** What the ring holds, read octet by octet, after a check that everything tells the same. */
  get contents(): number[] {
    const { memory, places, bufferedAmount: used } = this;
    const all = Array.from({ length: used }, (_, i) => memory[BASE + ((this._readAt + i) % SIZE)]);
    const piece = places.end - places.start;
    expect(Array.from(memory.slice(places.start, places.end))).toEqual(all.slice(0, piece));
    if (used > 0) expect(piece).toBeGreaterThan(0);
    expect(used + places.free).toBe(SIZE);
    // Nobody has written outside.
    expect([memory[BASE - 1], memory[BASE + SIZE]]).toEqual([0xee, 0xee]);
    return all;
  }
}

const from = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, i) => first + i);

describe('Ring', () => {
  test('fills up, and has no free space then', () => {
    const ring = new BareRing();
    ring.put(0, SIZE);
    expect(ring.contents).toEqual(from(0, SIZE));
    expect(ring.places).toMatchObject({ free: 0 });
  });

  test('wraps: two pieces hold it', () => {
    const ring = new BareRing();
    ring.put(0, 200);
    ring.release(150);
    ring.put(200, 255);
    ring.put(0, 20);
    expect(ring.contents).toEqual([...from(150, 255), ...from(0, 20)]);
    expect(ring.places).toEqual({ start: BASE + 150, end: BASE + 256, tail: BASE + 19, free: 131 });
    ring.release(106);
    expect(ring.contents).toEqual(from(1, 20));
    expect(ring.places.start).toBe(BASE);
  });

  test('begins again at its first octet when it is empty', () => {
    const ring = new BareRing();
    ring.put(0, 100);
    ring.release(100);
    expect(ring.places).toEqual({ start: BASE, end: BASE, tail: BASE, free: SIZE });
    expect(ring.contents).toEqual([]);
  });
});

/** Octets that are never told as writable: the longest control frame. */
const KEPT = 2 + 4 + 125;

describe.each(['client', 'server'] as const)('frames of a %s across the end of the ring', (role) => {
  const header = role === 'client' ? 6 : 2;

  test.each([0, 1, 3, 4, 90, 125])('%d octets from every place', (length) => {
    const payload = counting(length);
    for (let offset = 1; offset < 512 - KEPT - length - header; offset++) {
      const driver = new Driver({ role, transmitBuffer: 512 }).open();
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

  test('a frame of exactly what is writable fills it but for a control frame; one octet more does not go', () => {
    for (const transmitBuffer of [256, 1024]) {
      for (let before = 0; before < transmitBuffer - KEPT - 2 * header - 4; before += 7) {
        const { connection } = new Driver({ role, transmitBuffer }).open();
        connection.send(counting(before), 0, before, 1);
        const { writable } = connection;
        expect(connection.send(counting(writable + 1), 0, writable + 1, 1)).not.toBe(0);
        expect(connection.bufferedAmount).toBe(before + header + (before > 125 ? 2 : 0));
        expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
        // At 126 octets of room for 125 of payload the longer header leaves up to two octets unused.
        const unused = transmitBuffer - KEPT - connection.bufferedAmount;
        expect(unused >= 0 && unused <= (writable === 125 ? 2 : 0)).toBe(true);
      }
    }
  });
});
