/** Bombs, limits and endless input: hostile-input classes Z1 and Z8, on a connection. */
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import type { Driver } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { concat, cutAt, hex, splitsOf } from '../support/octets.ts';
import { agreed, BINARY, deflated, peerMessage, ROLES, RSV1, TEXT, type Role } from './endpoints.ts';

const LIMIT = 100_000;
const BOMB_SIZE = 20_000_000;
/** 1000:1 and a little more. */
const bomb = new Uint8Array(zlib.deflateRawSync(new Uint8Array(BOMB_SIZE), { level: 9 }));

interface Counted {
  readonly driver: Driver;
  octets: number;
  spans: number;
}

function counting(role: Role, maxMessageSize: number, receiveWindowBits = 15): Counted {
  const hooks = {
    onData: (_: Driver, _bytes: Uint8Array, start: number, end: number): void => {
      counted.octets += end - start;
      counted.spans++;
      expect(end - start).toBeLessThanOrEqual(1 << receiveWindowBits);
    },
  };
  // The trace would keep the octets.
  const driver = agreed(role, { receiveWindowBits }, { maxMessageSize }, hooks);
  driver.trace.data = () => {};
  const counted: Counted = { driver, octets: 0, spans: 0 };
  return counted;
}

function closeCodeOf(driver: Driver): number {
  const frame = framesOf(driver.takeOutput()).find(({ opcode }) => opcode === 8);
  return frame === undefined ? 0 : (frame.payload[0] << 8) | frame.payload[1];
}

/** `bytes` as `count` frames of one message. */
function fragments(role: Role, bytes: Uint8Array, count: number): Uint8Array {
  const cuts = Array.from({ length: count - 1 }, (_, i) => Math.floor(((i + 1) * bytes.length) / count));
  return peerMessage(role, BINARY, ...cutAt(bytes, cuts));
}

describe.each(ROLES)('%s', (role) => {
  describe('a bomb of 1000:1', () => {
    test('is what it is called', () => {
      expect(BOMB_SIZE / bomb.length).toBeGreaterThan(1000);
    });

    test.each([1, 2, 1000])('in %i frames ends at maxMessageSize, on the octet', (count) => {
      const bytes = fragments(role, bomb, count);
      for (const pieces of [[bytes], cutAt(bytes, [1, 9, 50, 1000, 5000])]) {
        const counted = counting(role, LIMIT);
        counted.driver.feed(...pieces);
        expect(nameOfError(counted.driver.connection.error)).toBe('messageTooBig');
        expect(closeCodeOf(counted.driver)).toBe(1009);
        expect(counted.octets).toBe(LIMIT);
      }
    });

    test.each([1, 1000])('in %i frames without a limit streams through, memory flat', (count) => {
      const counted = counting(role, Number.MAX_SAFE_INTEGER);
      const bytes = fragments(role, bomb, count);
      const { connection } = counted.driver;
      const before = connection.memory.buffer.byteLength;
      globalThis.gc?.();
      const heap = process.memoryUsage();
      connection.receive(bytes, 0, bytes.length);
      const after = process.memoryUsage();
      expect(connection.error).toBe(0);
      expect(counted.octets).toBe(BOMB_SIZE);
      expect(counted.spans).toBeGreaterThanOrEqual(BOMB_SIZE >> 15);
      expect(connection.memory.buffer.byteLength).toBe(before);
      expect(after.arrayBuffers - heap.arrayBuffers).toBeLessThan(1 << 20);
    });
  });

  describe('maxMessageSize counts what is decompressed', () => {
    const data = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7) & 63);

    test.each([0, 1, 255, 256, 257, 512, 1000])('%i octets: exactly, and one more', (limit) => {
      for (const level of [0, 1, 9]) {
        for (const length of [limit, limit + 1]) {
          const bytes = peerMessage(role, BINARY, deflated(data(length), { windowBits: 9, level }));
          for (const pieces of [[bytes], ...splitsOf(bytes).slice(-1)]) {
            const counted = counting(role, limit, 9);
            counted.driver.feed(...pieces);
            const name = nameOfError(counted.driver.connection.error);
            expect(name).toBe(length > limit ? 'messageTooBig' : 'none');
            expect(counted.octets).toBe(limit);
          }
        }
      }
    });

    test('each message anew, and uncompressed ones by their headers', () => {
      const counted = counting(role, 1000);
      const whole = peerMessage(role, BINARY, deflated(data(1000)));
      const plain = peerFrame(role, { opcode: BINARY, payload: data(1000) });
      counted.driver.feed(whole, plain, whole, plain);
      expect(counted.octets).toBe(4000);
      counted.driver.feed(peerFrame(role, { opcode: BINARY, payload: data(1001) }));
      expect(nameOfError(counted.driver.connection.error)).toBe('messageTooBig');
      expect(counted.octets).toBe(4000);
    });

    test('a compressed frame may be longer than its message may be', () => {
      // Many empty blocks around one octet.
      const padding = concat(...Array.from({ length: 50 }, () => hex('00 00 00 ff ff')));
      const counted = counting(role, 1);
      counted.driver.feed(peerMessage(role, BINARY, concat(padding, hex('00 01 00 fe ff 58'), padding, [0])));
      expect([counted.octets, counted.driver.connection.error]).toEqual([1, 0]);
    });

    test('a stored block that announces too much fails when there is room for no more', () => {
      const counted = counting(role, 3);
      counted.driver.feed(
        peerFrame(role, {
          opcode: BINARY,
          rsv: RSV1,
          fin: false,
          payload: hex('00 04 00 fb ff 01 02 03'),
        }),
      );
      expect(nameOfError(counted.driver.connection.error)).toBe('messageTooBig');
      expect(counted.octets).toBe(3);
    });
  });

  test('maxFragments counts the frames of compressed messages', () => {
    const driver = agreed(role, {}, { maxFragments: 3 });
    driver.feed(peerMessage(role, TEXT, [0xf2], [0x48], hex('cd c9 c9 07 00')));
    expect(driver.connection.error).toBe(0);
    driver.feed(peerMessage(role, TEXT, [0xf2], [0x48], [0xcd], hex('c9 c9 07 00')));
    expect(nameOfError(driver.connection.error)).toBe('fragmentsTooMany');
    expect(closeCodeOf(driver)).toBe(1008);
  });

  describe('blocks without end that say nothing', () => {
    const empty: readonly (readonly [string, Uint8Array])[] = [
      ['stored', hex('00 00 00 ff ff')],
      // Four times: header 010, end of block 0000000; together five octets.
      ['with the fixed codes', hex('02 08 20 80 00')],
      ['final', hex('01 00 00 ff ff')],
    ];
    test.each(empty)('%s: no event, no memory, time by the octet', (_, block) => {
      const counted = counting(role, 0);
      const many = concat(...Array.from({ length: 2000 }, () => block));
      const first = peerFrame(role, { opcode: BINARY, rsv: RSV1, fin: false, payload: many });
      const next = peerFrame(role, { opcode: 0, fin: false, payload: many });
      const { connection } = counted.driver;
      connection.receive(first.slice(), 0, first.length);
      const time = (frames: number): number => {
        const copies = Array.from({ length: frames }, () => next.slice());
        const start = process.cpuUsage();
        for (const copy of copies) connection.receive(copy, 0, copy.length);
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      time(20);
      const [few, more] = [time(20), time(200)];
      // Linear would be ten times; forty leaves room for a busy machine.
      expect(more).toBeLessThan(40 * few + 50_000);
      expect(connection.error).toBe(0);
      expect(counted.spans).toBe(0);
    });
  });
});
