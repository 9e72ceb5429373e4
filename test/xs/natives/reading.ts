/** What reading a head takes, and its twins: every octet in every place of a piece, and lists made of all that they hold. */
import { hasToken, headText, statusOf, trim } from 'ringlet/natives';
import * as twin from '../../../src/handshake/reading.ts';
import { below, check, conclude, next } from './equal.ts';

/** More than a piece. */
const SIZE = 40;
const bytes = new Uint8Array(SIZE);

function compareText(from: number, to: number): void {
  for (const isName of [false, true]) {
    const expected = twin.headText(bytes, from, to, isName);
    const actual = headText(bytes, from, to, isName);
    check(
      actual === expected && actual.length === expected.length,
      () =>
        `${bytes.slice(from, to).join()}, ${isName}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
    );
  }
}

for (let octet = 0; octet < 256; octet++)
  for (const place of [0, 1, 30, 31, 32, 39]) {
    bytes.fill(0x41 + (place & 15));
    bytes[place] = octet;
    compareText(0, SIZE);
    compareText(place, SIZE);
    compareText(0, place);
  }
for (let round = 0; round < 2000; round++) {
  for (let i = 0; i < SIZE; i++) bytes[i] = below(30) === 0 ? next() : 0x30 + below(0xd0);
  const from = below(SIZE);
  compareText(from, from + below(SIZE - from));
}

function compareTrim(text: string): void {
  const expected = twin.trim(text);
  const actual = trim(text);
  check(actual === expected, () => `trim ${JSON.stringify(text)}: ${JSON.stringify(actual)}`);
}

function compareList(text: string): void {
  for (const token of ['a', 'upgrade', 'ab', '']) {
    const expected = twin.hasToken(text, token);
    const actual = hasToken(text, token);
    check(actual === expected, () => `${token} in ${JSON.stringify(text)}: ${actual}, not ${expected}`);
  }
}

// White space of other kinds is none.
for (const blank of ['', ' ', '\t', '\n', '\v', '\f', '\r', '\xa0', '\u2028', '\ufeff', '\0'])
  for (const text of [
    blank,
    `${blank}a`,
    `a${blank}`,
    `${blank}a${blank}b${blank}`,
    `a,${blank}upgrade${blank},`,
  ]) {
    compareTrim(text);
    compareTrim(` ${text}\t`);
    compareList(text);
  }

const PIECES = [
  'a',
  'A',
  'b',
  'Upgrade',
  'upgrade',
  ',',
  ',',
  ' ',
  '\t',
  'keep-alive',
  '\xe4',
  '\xff',
  ';',
  '"',
  '=',
  '@',
  '[',
];
for (let round = 0; round < 4000; round++) {
  let text = '';
  for (let count = below(9); count > 0; count--) text += PIECES[below(PIECES.length)];
  compareTrim(text);
  compareList(text);
}

function compareStatus(line: string): void {
  const expected = twin.statusOf(line);
  const actual = statusOf(line);
  check(actual === expected, () => `${JSON.stringify(line)}: ${actual}, not ${expected}`);
}

for (let status = 0; status < 1000; status++)
  for (const end of ['', ' ', ' OK']) compareStatus(`HTTP/1.1 ${String(status).padStart(3, '0')}${end}`);
const LINE = 'HTTP/1.1 101 OK';
for (let length = 0; length <= LINE.length; length++)
  for (const one of ['', ' ', '0', 'x', '\xe9', '\0']) {
    compareStatus(LINE.slice(0, length) + one);
    compareStatus(LINE.slice(0, length) + one + LINE.slice(length));
    compareStatus(LINE.slice(0, length) + one + LINE.slice(length + 1));
  }
for (const line of [
  'http/1.1 101 OK',
  'HTTP/1.0 200',
  'HTTP/2',
  'HTTP/',
  'HTTP/1.1 1e2',
  'HTTP/1.1 +12 ',
  'HTTP/1.1  99 ',
])
  compareStatus(line);

conclude();
