/** Masking by words beside masking by octets: every length, phase and alignment, and nothing else touched. */
import { describe, expect, test } from 'vitest';
import { mask } from '../../src/frame/mask.ts';
import { maskBytes, turnKey } from '../../src/frame/mask-bytes.ts';
import { hex } from '../support/octets.ts';

const KEY_OCTETS = [0x37, 0xfa, 0x21, 0x3d];
const KEY = 0x3d21fa37;

/** Octet i of the payload XORed with octet i mod 4 of the key, as RFC 6455 §5.3 puts it. */
function expected(memory: Uint8Array, start: number, length: number, phase: number): Uint8Array {
  const masked = memory.slice();
  for (let i = 0; i < length; i++) masked[start + i] ^= KEY_OCTETS[(phase + i) % 4];
  return masked;
}

function filled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 151 + 17) & 255);
}

describe.each([
  ['mask', mask],
  [
    'maskBytes',
    (bytes: Uint8Array, _words: Int32Array, start: number, end: number, key: number) =>
      maskBytes(bytes, start, end, key),
  ],
] as const)('%s', (_name, masking) => {
  test('the RFC\u2019s example', () => {
    const memory = hex('7f 9f 4d 51 58');
    masking(memory, new Int32Array(memory.buffer, 0, 1), 0, 5, KEY);
    expect(new TextDecoder().decode(memory)).toBe('Hello');
  });

  // The span's place in its memory: at the very end or before further octets, in memories of any length.
  for (const room of [0, 1, 2, 3, 4, 9]) {
    test(`every length to 300, phase and alignment, ${room} octets behind`, () => {
      for (let start = 0; start < 8; start++) {
        for (let length = 0; length <= 300; length++) {
          const phase = (start + length) & 3;
          for (const p of length < 20 ? [0, 1, 2, 3] : [phase]) {
            const memory = filled(start + length + room);
            const wanted = expected(memory, start, length, p);
            const words = new Int32Array(memory.buffer, 0, memory.length >> 2);
            const turned = masking(memory, words, start, start + length, turnKey(KEY, p));
            if (Buffer.compare(memory, wanted) !== 0)
              expect.fail(`start ${start} length ${length} phase ${p}`);
            expect(turned | 0).toBe(turnKey(KEY, p + length) | 0);
          }
        }
      }
    });
  }

  test('in two pieces at every cut it is the same as whole', () => {
    for (let start = 0; start < 4; start++) {
      for (let cut = 0; cut <= 64; cut++) {
        const memory = filled(80);
        const wanted = expected(memory, start, 64, 0);
        const words = new Int32Array(memory.buffer);
        masking(memory, words, start + cut, start + 64, masking(memory, words, start, start + cut, KEY));
        expect(memory).toEqual(wanted);
      }
    }
  });
});

test('keys with the top bit set, and all phases of a turned key', () => {
  for (const key of [0x80000000 | 0, -1, 1, 0x7fffffff, 0x12345678]) {
    for (let count = 0; count < 9; count++) {
      const octets = [0, 1, 2, 3].map((k) => (key >> (8 * ((k + count) % 4))) & 255);
      const turned = turnKey(key, count);
      expect([0, 1, 2, 3].map((k) => (turned >> (8 * k)) & 255)).toEqual(octets);
    }
    const memory = filled(41);
    const twin = memory.slice();
    mask(memory, new Int32Array(memory.buffer, 0, 10), 3, 40, key);
    maskBytes(twin, 3, 40, key);
    expect(memory).toEqual(twin);
  }
});
