import { closePayload } from '../support/frames.ts';
import { hex, utf8 } from '../support/octets.ts';
import { AFTER, fault, fine, frames, HELLO, type Row } from './row.ts';

/** Text whose first impossible octet is the last; what is told before it depends on where a character ends. */
const impossible = ['c0', 'c1', 'e080', 'f080', 'eda0', 'f490', 'f5', 'ff', '80', 'bf', 'e282c3', 'c341'];

export const texts: readonly Row[] = [
  ...impossible.map((octets) => ({
    id: 'U1',
    what: `text ${octets}`,
    input: frames(HELLO, { opcode: 1, declared: 100n, payload: hex(octets) }),
    expected: fault(1007, 'textInvalid', ['text "Hello"', '*']),
  })),
  {
    id: 'U4',
    what: 'a character cut off by the end of the message',
    input: frames(HELLO, { opcode: 1, payload: hex('e282') }, AFTER),
    expected: fault(1007, 'textInvalid', ['text "Hello"', '*']),
  },
  {
    id: 'U5',
    what: 'a character in two fragments, with a ping in between',
    input: frames(
      { opcode: 1, fin: false, payload: hex('e2') },
      { opcode: 9 },
      { opcode: 0, payload: hex('82ac') },
    ),
    expected: { ...fine('*', 'ping', '*'), pongs: [''] },
    webSocket: { ...fine('text "€"'), pongs: [''] },
    uplink: { ...fine('text "€"'), pongs: [''] },
  },
  {
    id: 'U8',
    what: 'NUL, a byte order mark, and the last character there is',
    input: frames({ opcode: 1, payload: hex('00efbbbff48fbfbf') }),
    expected: fine(`text ${JSON.stringify('\u0000\ufeff\u{10ffff}')}`),
  },
  {
    id: 'U9',
    what: 'octets that are no text in a binary message',
    input: frames({ opcode: 2, payload: hex('c0afeda080ff') }),
    expected: fine('binary c0 af ed a0 80 ff'),
  },
  {
    id: 'U10',
    what: 'a close reason that is no text',
    input: frames(HELLO, { opcode: 8, payload: closePayload(1000, hex('c328')) }),
    expected: fault(1007, 'closeReasonInvalid'),
  },
];

export const closing: readonly Row[] = [
  {
    id: 'C1',
    what: 'a Close without a code',
    input: frames(HELLO, { opcode: 8 }),
    expected: { told: ['text "Hello"', 'close'], close: 0, end: 'clean', code: 1005 },
  },
  {
    id: 'C2',
    what: 'a Close of one octet',
    input: frames(HELLO, { opcode: 8, payload: [3] }),
    expected: fault(1002, 'closeTooShort'),
  },
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) => ({
    id: 'C3',
    what: `close code ${code}`,
    input: frames(HELLO, { opcode: 8, payload: closePayload(code) }),
    expected: fault(1002, 'closeCodeInvalid'),
  })),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999].map((code) => ({
    id: 'C4',
    what: `close code ${code}`,
    input: frames(HELLO, { opcode: 8, payload: closePayload(code, utf8('bye')) }),
    expected: { told: ['text "Hello"', `close ${code} "bye"`], close: code, end: 'clean', code },
  })),
  ...[0, 1, 125].map((length) => ({
    id: 'P1',
    what: `a ping of ${length} octets`,
    input: frames({ opcode: 9, payload: new Uint8Array(length).fill(7) }, HELLO),
    expected: {
      ...fine(`ping${' 07'.repeat(length)}`, 'text "Hello"'),
      pongs: ['07'.repeat(length)],
    },
  })),
  {
    id: 'P3',
    what: 'pongs that nobody asked for',
    input: frames({ opcode: 10 }, { opcode: 10, payload: [9, 9, 9, 9] }, HELLO),
    expected: fine('pong', 'pong 09 09 09 09', 'text "Hello"'),
  },
  {
    id: 'P4',
    what: 'a ping after the Close',
    input: frames({ opcode: 8, payload: closePayload(1000) }, { opcode: 9, payload: [1] }),
    expected: { told: ['close 1000'], close: 1000, end: 'clean', code: 1000, pongs: [] },
  },
];
