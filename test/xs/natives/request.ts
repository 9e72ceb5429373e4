/** What a server looks at in a request, and its twins: lists made of all that the grammar tells apart, and keys that nearly are. */
import { isExtensionList, isKey } from 'ringlet/request-natives';
import { isExtensionList as isTwinList } from '../../../src/handshake/is-extension-list.ts';
import { isKey as isTwinKey } from '../../../src/handshake/is-key.ts';
import { below, check, conclude, outcomeOf } from './equal.ts';

let lists = 0;
let keys = 0;

function compareList(text: string): void {
  const expected = isTwinList(text);
  const actual = isExtensionList(text);
  if (expected) lists++;
  check(actual === expected, () => `list ${JSON.stringify(text)}: ${actual}, not ${expected}`);
}

function compareKey(text: string): void {
  const expected = isTwinKey(text);
  const actual = isKey(text);
  if (expected) keys++;
  check(actual === expected, () => `key ${JSON.stringify(text)}: ${actual}, not ${expected}`);
}

const LIST = 'permessage-deflate; a; b=1;c = "2\\3" , x-y ;d="e",,z';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

for (let at = 0; at <= LIST.length; at++) {
  compareList(LIST.slice(0, at));
  compareList(LIST.slice(at));
}
for (let code = 0; code < 0x180; code++) {
  const one = String.fromCharCode(code);
  for (const text of [
    one,
    `a${one}`,
    `${one}a`,
    `a;${one}`,
    `a;b${one}`,
    `a;b=${one}`,
    `a;b=c${one}`,
    `a;b="${one}"`,
    `a;b="\\${one}"`,
    `a;b="c"${one}`,
    `a${one},b`,
  ])
    compareList(text);
  for (const at of [0, 1, 20, 21, 22, 23]) compareKey(KEY.slice(0, at) + one + KEY.slice(at + 1));
}
for (const text of ['😀', 'a😀', 'a;b="😀"', 'a;b="\\😀"', '\u2028']) compareList(text);

const PIECES = [
  ',',
  ';',
  '=',
  '"',
  '\\',
  ' ',
  '\t',
  'a',
  'b1',
  '!',
  '\0',
  '\xe9',
  '@',
  '""',
  'x;y=z',
  'x;y="z"',
];
for (let round = 0; round < 20_000; round++) {
  let text = '';
  for (let count = below(10); count > 0; count--) text += PIECES[below(PIECES.length)];
  compareList(text);
}

for (let length = 0; length <= KEY.length; length++)
  for (const more of ['', '=', '==', '===', 'A', ' ', '\0', '\xe9']) compareKey(KEY.slice(0, length) + more);
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=';
for (let round = 0; round < 3000; round++) {
  let text = '';
  for (let i = 0; i < 22; i++) text += DIGITS[below(below(30) === 0 ? DIGITS.length : 64)];
  compareKey(`${text}==`);
  compareKey(`${text.slice(0, 21)}${'AQgw'[below(4)]}==`);
}

for (const wrong of [undefined, null, 1, {}, []] as never[]) {
  check(outcomeOf(() => isExtensionList(wrong)) === 'TypeError', () => `${String(wrong)} is no list`);
  check(outcomeOf(() => isKey(wrong)) === 'TypeError', () => `${String(wrong)} is no key`);
}
type Loose = (...values: unknown[]) => unknown;
check(outcomeOf(() => (isExtensionList as Loose)()) === 'TypeError', () => 'no list at all');
check(outcomeOf(() => (isKey as Loose)()) === 'TypeError', () => 'no key at all');

conclude({ hasBoth: lists > 1000 && keys > 1000 });
