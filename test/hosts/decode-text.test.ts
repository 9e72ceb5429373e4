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

/** More than the short way takes. */
const longText = 'abcdefghij'.repeat(6);

test('decodeText of memory that becomes longer goes by the new length', () => {
  const octets = encoder.encode(longText);
  const buffer = new ArrayBuffer(octets.length, { maxByteLength: 2 * octets.length });
  const bytes = new Uint8Array(buffer);
  bytes.set(octets);
  expect(decodeText(bytes, 0, octets.length)).toBe(longText);
  buffer.resize(2 * octets.length);
  bytes.set(octets, octets.length);
  expect(decodeText(bytes, octets.length, 2 * octets.length)).toBe(longText);
});

test.each<[string, (buffer: ArrayBuffer) => void]>([
  ['detached', (buffer) => void structuredClone(buffer, { transfer: [buffer] })],
  ['shorter', (buffer) => buffer.resize(8)],
])('decodeText refuses memory that it has read from before and that is %s now', (_name, change) => {
  const octets = encoder.encode(longText);
  const buffer = new ArrayBuffer(octets.length, { maxByteLength: octets.length });
  const fixed = new Uint8Array(buffer, 0, octets.length);
  fixed.set(octets);
  expect(decodeText(fixed, 0, octets.length)).toBe(longText);
  change(buffer);
  const refusal = expect.objectContaining({ id: ErrorId.argumentInvalid });
  expect(() => decodeText(fixed, 0, octets.length)).toThrow(refusal);
  expect(() => decodeText(fixed, 0, 0)).toThrow(refusal);
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
