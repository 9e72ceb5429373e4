/** Close codes and the text of a reason, and their twins: every code, every fault, and characters of every length. */
import { closeCodeOf, decodeUtf8, isWireCloseCode } from 'ringlet/natives';
import * as twin from '../../../src/frame/close-code.ts';
import * as utf8 from '../../../src/frame/utf8.ts';
import { below, check, conclude } from './equal.ts';

const NO_CODES = [
  -1,
  1000.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 32 + 1000,
  '1000',
  null,
  undefined,
  {},
  true,
] as never[];

function compareCode(code: number): void {
  const expected = twin.isWireCloseCode(code);
  check(isWireCloseCode(code) === expected, () => `the code ${String(code)}: not ${expected}`);
}

for (let code = 0; code < 6000; code++) compareCode(code);
// The same as a number that is no integer to XS.
for (let code = 999.5; code < 1016; code++) compareCode(code + 0.5);
for (const code of [65535, 65536, 2 ** 31 - 1, -(2 ** 31), ...NO_CODES]) compareCode(code);

for (let fault = 0; fault < 800; fault++) {
  const expected = twin.closeCodeOf(fault);
  const actual = closeCodeOf(fault);
  check(actual === expected, () => `fault ${fault}: ${actual}, not ${expected}`);
}

/** UTF-8 of a character, in 1 to 4 octets. */
const CHARACTERS = [
  [0],
  [1],
  [0x41],
  [0x7f],
  [0xc2, 0x80],
  [0xdf, 0xbf],
  [0xe0, 0xa0, 0x80],
  [0xed, 0x9f, 0xbf],
  [0xef, 0xbf, 0xbf],
  [0xf0, 0x90, 0x80, 0x80],
  [0xf4, 0x8f, 0xbf, 0xbf],
];

for (let round = 0; round < 1000; round++) {
  const octets: number[] = [0xff];
  for (let count = below(31); count > 0; count--) octets.push(...CHARACTERS[below(CHARACTERS.length)]);
  const bytes = Uint8Array.from([...octets, 0xff]);
  const expected = utf8.decodeUtf8(bytes, 1, octets.length);
  const actual = decodeUtf8(bytes, 1, octets.length);
  check(
    actual === expected && actual.length === expected.length,
    () => `${octets.join()}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
  );
}
check(decodeUtf8(Uint8Array.of(1, 2, 3), 2, 0) === '', () => 'what ends before it begins is not empty');

conclude();
