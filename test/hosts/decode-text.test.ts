/** Text of spans as strings: the short way and the native one give what TextDecoder gives. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { decodeUtf8 } from '../../src/index.ts';
import { decodeText } from '../../hosts/node/decode-text.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

test('decodeText equals TextDecoder at every length and place', () => {
  const texts = fc.oneof(fc.string({ maxLength: 90 }), fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(texts, fc.nat(9), fc.nat(9), (text, lead, offset) => {
      const octets = encoder.encode(text);
      const memory = new Uint8Array(offset + lead + octets.length + 3).fill(0xff);
      const bytes = memory.subarray(offset);
      bytes.set(octets, lead);
      expect(decodeText(bytes, lead, lead + octets.length)).toBe(decoder.decode(octets));
    }),
    { numRuns: 3000, seed: 1 },
  );
});

const three = Uint8Array.of(0x61, 0x62, 0x63);
describe.each([
  ['decodeText', decodeText],
  ['decodeUtf8', decodeUtf8],
])('%s', (_name, decode) =>
  test.each<unknown[]>([
    [],
    [undefined, 0, 1],
    [null, 0, 1],
    ['abc', 0, 1],
    [{}, 0, 1],
    [new ArrayBuffer(3), 0, 1],
    [new Proxy(three, {}), 0, 1],
    [three],
    [three, 0],
    [three, -1, 1],
    [three, 0, 4],
    [three, 2, 1],
    [three, 0.5, 1],
    [three, NaN, 1],
    [three, '0', 1],
    [three, 0, 1n],
  ])('what is no range: %o', (...given) =>
    expect(() => decode(...(given as [Uint8Array, number, number]))).toThrow(
      expect.objectContaining({ id: ErrorId.argumentInvalid }),
    ),
  ),
);
