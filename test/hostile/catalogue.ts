import { closePayload, peerFrame } from '../support/frames.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { AFTER, fault, fine, frames, HELLO, type Row } from './row.ts';
import { closing, texts } from './texts-and-closes.ts';

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
    {
      id: 'F7',
      what: `control frame ${opcode} of a length in 64 bits`,
      input: frames(HELLO, { opcode, lengthBits: 64, declared: 1n << 32n, payload: [1] }, AFTER),
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

/** The rows of the catalogue that are frames after the opening handshake. */
export const ROWS: readonly Row[] = [...framing, ...lengths, ...texts, ...closing];
