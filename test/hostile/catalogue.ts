import { closePayload, type FrameParts, peerFrame } from '../support/frames.ts';
import { concat, counting, hex, utf8 } from '../support/octets.ts';

/** What a correct endpoint does with the octets of a row. */
export interface Expected {
  /** Lines of the trace: what is delivered, behind `open`. */
  readonly told: readonly string[];
  /** The code of the Close that is sent, 0 for one without a code; undefined if none is. */
  readonly close: number | undefined;
  /** How it ends: `clean`, or an error; undefined if it stays open. */
  readonly end: string | undefined;
  /** The peer's close code as it is told at the end. */
  readonly code?: number;
  /** Payloads of the Pongs, in hex. */
  readonly pongs?: readonly string[];
}

/** A row of the catalogue of hostile inputs, for one role or both: frames after the opening handshake. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly input: (role: 'client' | 'server') => Uint8Array;
  readonly expected: Expected;
  /** What faces that report no control frames make of it, where that is not the same without those lines. */
  readonly webSocket?: Expected;
  readonly uplink?: Expected;
  readonly limits?: object;
}

/** The lines that a face without control frames has of `told`. */
const withoutControl = (told: readonly string[]): readonly string[] =>
  told.filter((line) => !/^(ping|pong|close)/.test(line));

/** What the face of this name makes of a row. */
export function expectedOf(row: Row, face: string): Expected {
  const { expected, webSocket, uplink } = row;
  if (face !== 'WebSocket' && face !== 'Uplink') return expected;
  const own = face === 'WebSocket' ? webSocket : uplink;
  return own ?? { ...expected, told: withoutControl(expected.told) };
}

const frames =
  (...parts: readonly FrameParts[]) =>
  (role: 'client' | 'server'): Uint8Array =>
    concat(...parts.map((each) => peerFrame(role, each)));

const HELLO: FrameParts = { opcode: 1, payload: utf8('Hello') };
/** Behind every fault: nothing of it may be delivered. */
const AFTER: FrameParts = { opcode: 1, payload: utf8('never') };

const fault = (code: number, end: string, told: readonly string[] = ['text "Hello"']): Expected => ({
  told,
  close: code,
  end,
  code: 1006,
});
const fine = (...told: string[]): Expected => ({ told, close: undefined, end: undefined });

const framing: Row[] = [
  ...[4, 2, 1].flatMap((rsv) =>
    [0, 1, 2, 8, 9, 10].map((opcode) => ({
      id: 'F1',
      what: `reserved bits ${rsv} with opcode ${opcode}`,
      input: frames(HELLO, { opcode, rsv }, AFTER),
      expected: fault(1002, 'reservedBits'),
    })),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    id: 'F4',
    what: `reserved opcode ${opcode}`,
    input: frames(HELLO, { opcode }, AFTER),
    expected: fault(1002, 'reservedOpcode'),
  })),
  {
    id: 'F5',
    what: 'a mask where there must be none, and none where there must be one',
    input: (role) =>
      concat(
        peerFrame(role, HELLO),
        peerFrame(role === 'client' ? 'server' : 'client', { opcode: 1, payload: utf8('x') }),
        peerFrame(role, AFTER),
      ),
    expected: fault(1002, 'maskedByServer or unmaskedByClient'),
  },
  ...[8, 9, 10].flatMap((opcode) => [
    {
      id: 'F6',
      what: `control frame ${opcode} in fragments`,
      input: frames(HELLO, { opcode, fin: false }, AFTER),
      expected: fault(1002, 'controlFragmented'),
    },
    {
      id: 'F7',
      what: `control frame ${opcode} of 126 octets`,
      input: frames(HELLO, { opcode, payload: counting(126) }, AFTER),
      expected: fault(1002, 'controlTooLong'),
    },
  ]),
  {
    id: 'F8',
    what: 'a continuation of nothing',
    input: frames({ opcode: 0, payload: utf8('x') }, AFTER),
    expected: fault(1002, 'continuationUnexpected', []),
  },
  {
    id: 'F8',
    what: 'a continuation after the end of a message',
    input: frames(HELLO, { opcode: 0, payload: utf8('x') }, AFTER),
    expected: fault(1002, 'continuationUnexpected'),
  },
  ...[1, 2].map((opcode) => ({
    id: 'F10',
    what: `a data frame ${opcode} in an unfinished message`,
    input: frames({ opcode: 1, fin: false, payload: utf8('Hel') }, { opcode, payload: utf8('x') }, AFTER),
    expected: fault(1002, 'messageUnfinished', ['text "Hel" …']),
    webSocket: fault(1002, 'messageUnfinished', []),
  })),
  {
    id: 'F11',
    what: 'pings and pongs between fragments',
    input: frames(
      { opcode: 1, fin: false, payload: utf8('Hel') },
      { opcode: 9, payload: [1, 2] },
      { opcode: 0, fin: false },
      { opcode: 10, payload: [3] },
      { opcode: 0, payload: utf8('lo') },
    ),
    expected: {
      ...fine('text "Hel" …', 'ping 01 02', '*', 'pong 03', '… text "lo"'),
      pongs: ['0102'],
    },
    webSocket: { ...fine('text "Hello"'), pongs: ['0102'] },
    uplink: { ...fine('text "Hello"'), pongs: ['0102'] },
  },
  {
    id: 'F13',
    what: 'anything after Close',
    input: frames(HELLO, { opcode: 8, payload: closePayload(1000) }, AFTER, { opcode: 15 }),
    expected: { told: ['text "Hello"', 'close 1000'], close: 1000, end: 'clean', code: 1000 },
  },
  {
    id: 'F14',
    what: 'more fragments than the limit allows',
    input: frames({ opcode: 2, fin: false }, ...Array.from({ length: 8 }, () => ({ opcode: 0, fin: false }))),
    expected: fault(1008, 'fragmentsTooMany', ['*']),
    limits: { maxFragments: 8 },
  },
  {
    id: 'F17',
    what: 'empty messages',
    input: frames({ opcode: 1 }, { opcode: 2 }),
    expected: fine('text ""', 'binary '),
  },
];

const lengths: Row[] = [
  ...[
    [16, 125],
    [64, 125],
    [64, 65_535],
  ].map(([bits, length]) => ({
    id: 'L1',
    what: `${length} octets told in ${bits} bits`,
    input: frames(HELLO, { opcode: 2, lengthBits: bits as 16 | 64, declared: BigInt(length), payload: [1] }),
    expected: fault(1002, 'lengthNotShortest'),
  })),
  ...[125, 126, 127].map((length) => ({
    id: 'L2',
    what: `${length} octets`,
    input: frames({ opcode: 2, payload: new Uint8Array(length) }),
    expected: fine(`binary ${Array(length).fill('00').join(' ')}`),
  })),
  {
    id: 'L3',
    what: 'bit 63 of the length',
    input: frames(HELLO, { opcode: 2, declared: 1n << 63n, payload: [1] }),
    expected: fault(1002, 'lengthTopBit'),
  },
  ...[1n << 31n, 1n << 32n, (1n << 32n) + 5n, (1n << 53n) - 1n].map((declared) => ({
    id: 'L4',
    what: `${declared} octets are told, 3 are sent`,
    input: frames(HELLO, { opcode: 2, declared, payload: [1, 2, 3] }),
    // Whether a frame that is not whole is delivered in parts is left open; that it is not over is not.
    expected: fine('text "Hello"', 'binary 01 02 03 …'),
    // It puts messages together, and has a limit by itself.
    webSocket: fault(1009, 'messageTooBig'),
  })),
  ...[1n << 32n, (1n << 32n) + 5n, (1n << 53n) + 1n].map((declared) => ({
    id: 'L4',
    what: `${declared} octets are told, and 1,000 are allowed`,
    input: frames(HELLO, { opcode: 2, declared, payload: [1, 2, 3] }),
    expected: fault(1009, 'messageTooBig'),
    limits: { maxMessageSize: 1000 },
  })),
  {
    id: 'L7',
    what: 'fragments whose sum is over 2^53',
    input: frames(
      { opcode: 2, fin: false, payload: [1] },
      { opcode: 0, declared: (1n << 53n) - 1n, payload: [1, 2, 3] },
    ),
    expected: fault(1009, 'messageTooBig', ['binary 01 …']),
    webSocket: fault(1009, 'messageTooBig', []),
  },
  {
    id: 'L8',
    what: 'a message of as many octets as are allowed',
    input: frames({ opcode: 2, payload: [1, 2, 3, 4, 5] }),
    expected: fine('binary 01 02 03 04 05'),
    limits: { maxMessageSize: 5 },
  },
  {
    id: 'L8',
    what: 'a message of one octet more',
    input: frames({ opcode: 2, fin: false, payload: [1, 2, 3] }, { opcode: 0, payload: [4, 5, 6] }),
    expected: fault(1009, 'messageTooBig', ['binary 01 02 03 …']),
    webSocket: fault(1009, 'messageTooBig', []),
    limits: { maxMessageSize: 5 },
  },
];

/** Text whose first impossible octet is the last; what is told before it depends on where a character ends. */
const impossible = ['c0', 'c1', 'e080', 'f080', 'eda0', 'f490', 'f5', 'ff', '80', 'bf', 'e282c3', 'c341'];

const texts: Row[] = [
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

const closing: Row[] = [
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

export const ROWS: readonly Row[] = [...framing, ...lengths, ...texts, ...closing];
