/** What may stand in a head, and its twin: texts made of all that the rules tell apart, and what is no text. */
import { wellFormed } from 'ringlet/natives';
import { Rule, wellFormed as twin } from '../../../src/handshake/grammar.ts';
import { below, check, conclude } from './equal.ts';

const RULES = [Rule.token, Rule.headerName, Rule.headerValue, Rule.path, Rule.authority, Rule.host];

function compare(given: unknown): void {
  for (const rule of RULES) {
    const expected = twin(rule, given);
    const actual = wellFormed(rule, given);
    check(
      actual === expected,
      () =>
        `rule ${rule}, ${JSON.stringify(given)}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
    );
  }
}

/** Every character that a rule could take another way than its neighbours, alone and in places that matter. */
for (let code = 0; code < 0x180; code++) {
  const one = String.fromCharCode(code);
  for (const text of [
    one,
    `a${one}`,
    `${one}a`,
    `/${one}`,
    `/?${one}`,
    `a${one}:1`,
    `[::1%${one}]`,
    `[${one}::]`,
  ])
    compare(text);
}
for (const code of [0x7ff, 0x800, 0x2028, 0xd800, 0xdfff, 0xfffd, 0xffff, 0x10000, 0x10ffff])
  compare(`a${String.fromCodePoint(code)}`);

/** Hosts of all kinds, and what nearly is one. */
const ADDRESSES = [
  '::',
  '::1',
  '1::',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::',
  '::1.2.3.4',
];
const MORE = [
  '1:2:3:4:5:6:1.2.3.4',
  '1:2:3:4:5:6:7:1.2.3.4',
  '1.2.3.4::',
  'fe80::1%eth0',
  ':::',
  '1::2::3',
  ':1::',
];
const NAMES = [
  'a',
  'a.b',
  'a.b.',
  'a..b',
  '-a',
  'a-',
  '1.2.3.4',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.4.',
  '256.1.1.1',
  '01.1.1.1',
];
for (const host of [...ADDRESSES, ...MORE, ...NAMES])
  for (const around of [host, `[${host}]`, `[${host}`, `${host}]`])
    for (const port of ['', ':', ':0', ':1', ':65535', ':65536', ':00001', ':000001', ':00000', ':a'])
      compare(around + port);
for (const length of [1, 62, 63, 64, 65]) {
  const label = 'a'.repeat(length);
  for (const text of [label, `${label}.`, `${label}.${label}`, `${label}.${label}.${label}.${label}`])
    compare(text);
}
for (let length = 250; length < 258; length++) compare(`${'a.'.repeat(130).slice(0, length - 1)}a`);

/** Headers that belong to the handshake, and names that only look like them. */
for (const name of ['upgrade', 'connection', 'content-length', 'transfer-encoding', 'sec-websocket-', 'host'])
  for (const text of [name, name.toUpperCase(), `${name}x`, `x${name}`, name.slice(0, -1), `${name} `])
    compare(text);

/** What texts are made of at random. */
const PIECES = [
  ...[
    '',
    '0',
    '1',
    '25',
    '255',
    '256',
    '99999',
    '.',
    '..',
    ':',
    '::',
    '[',
    ']',
    '%',
    '%4',
    '%41',
    '%fF',
    '%gg',
  ],
  ...[
    'a',
    'F',
    'fffff',
    'z',
    '_',
    '-',
    '~',
    '/',
    '?',
    '#',
    ' ',
    '\t',
    '\0',
    '\n',
    '\x7f',
    '\x80',
    '\xff',
    'Ā',
    '€',
    '😀',
  ],
  ...[
    '{',
    '|',
    '`',
    '^',
    '\\',
    '"',
    '<',
    '&',
    "'",
    '+',
    '*',
    ';',
    '=',
    '@',
    ',',
    '$',
    '!',
    '(',
    'Sec-WebSocket-',
    'Upgrade',
  ],
];
for (let round = 0; round < 4000; round++) {
  let text = ['', '/', '[', '::', '1.2.', 'a.'][below(6)];
  for (let count = below(8); count > 0; count--) text += PIECES[below(PIECES.length)];
  compare(text);
}
/** Addresses at random. */
for (let round = 0; round < 3000; round++) {
  let text = '';
  for (let count = below(12); count > 0; count--)
    text += ['1', 'aB', ':', ':', '::', '1.2.3.4', 'fff'][below(7)];
  compare(below(2) === 0 ? text : `[${text}]`);
}

for (const given of [
  undefined,
  null,
  true,
  {},
  [],
  ['a'],
  Symbol.iterator,
  0,
  -0,
  1,
  -1.5,
  2 ** 31,
  1e21,
  NaN,
  Infinity,
])
  compare(typeof given === 'symbol' ? [given.description] : given);

conclude();
