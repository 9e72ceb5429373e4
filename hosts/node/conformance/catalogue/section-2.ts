import { closedByTester, failedByPeer, type ScriptCase } from './case.ts';
import {
  bytes,
  close,
  closeAfter,
  failAfter,
  hex,
  ping,
  pong,
  pongWith,
  type CaseEvent,
  type Step,
} from './notation.ts';

const answered = (
  id: string,
  description: string,
  steps: readonly Step[],
  pongs: readonly CaseEvent[],
  expectation = 'A Pong with the same payload for each Ping (RFC 6455, section 5.5.3), then a clean close with 1000.',
): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation,
  steps,
  outcomes: { OK: pongs },
  expectedClose: closedByTester,
});

const nothing = 'No answer to an unsolicited Pong (RFC 6455, section 5.5.3), then a clean close with 1000.';
const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `payload-${number}`);

/** Ping and Pong. */
export const section2: readonly ScriptCase[] = [
  answered('2.1', 'A Ping without payload.', [ping(), closeAfter(1)], [pongWith('')]),
  answered(
    '2.2',
    'A Ping with a short text payload.',
    [ping('Hello, world!'), closeAfter(1)],
    [pongWith('Hello, world!')],
  ),
  answered(
    '2.3',
    'A Ping whose payload is not text: 00 ff fe fd fc fb 00 ff.',
    [ping(hex('00fffefdfcfb00ff')), closeAfter(1)],
    [pongWith(hex('00fffefdfcfb00ff'))],
  ),
  answered(
    '2.4',
    'A Ping of 125 octets, the longest that a control frame may carry.',
    [ping(bytes(0xfe, 125)), closeAfter(1)],
    [pongWith(bytes(0xfe, 125))],
  ),
  {
    kind: 'script',
    id: '2.5',
    description: 'A Ping of 126 octets, one more than a control frame may carry.',
    expectation: 'The peer fails the connection with 1002 (RFC 6455, section 5.5).',
    steps: [ping(bytes(0xfe, 126)), failAfter(1)],
    outcomes: { OK: [] },
    expectedClose: failedByPeer,
  },
  answered(
    '2.6',
    'A Ping of 125 octets, written to the socket octet by octet.',
    [ping(bytes(0xfe, 125), { chop: 1 }), closeAfter(2)],
    [pongWith(bytes(0xfe, 125))],
  ),
  answered(
    '2.7',
    'A Pong that answers no Ping, without payload.',
    [pong(), close(1000), closeAfter(1)],
    [],
    nothing,
  ),
  answered(
    '2.8',
    'A Pong that answers no Ping, with a payload.',
    [pong('unsolicited pong payload'), close(1000), closeAfter(1)],
    [],
    nothing,
  ),
  answered(
    '2.9',
    'A Pong that answers no Ping, then a Ping.',
    [pong('unsolicited pong payload'), ping('ping payload'), closeAfter(1)],
    [pongWith('ping payload')],
    'Only the Ping is answered, then a clean close with 1000.',
  ),
  answered(
    '2.10',
    'Ten Pings in a row, each with a payload of its own.',
    [...ten.map((payload) => ping(payload)), closeAfter(3)],
    ten.map(pongWith),
    'Ten Pongs in the same order. RFC 6455 lets a peer answer only the latest Ping; the test asks for all.',
  ),
  answered(
    '2.11',
    'Ten Pings in a row, written to the socket octet by octet.',
    [...ten.map((payload) => ping(payload, { chop: 1 })), closeAfter(3)],
    ten.map(pongWith),
    'Ten Pongs in the same order. RFC 6455 lets a peer answer only the latest Ping; the test asks for all.',
  ),
];
