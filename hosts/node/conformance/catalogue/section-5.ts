import { closedByTester, failedByPeer, type ScriptCase } from './case.ts';
import {
  closeAfter,
  continuation,
  failAfter,
  ping,
  pong,
  pongWith,
  text,
  textMessage,
  wait,
  type CaseEvent,
  type FrameOptions,
  type Step,
} from './notation.ts';

/** The same frames, sent together, each flushed on its own, and octet by octet. */
const manners: readonly { readonly words: string; readonly options: FrameOptions }[] = [
  { words: 'sent together', options: {} },
  { words: 'each frame flushed on its own', options: { sync: true } },
  { words: 'octet by octet', options: { chop: 1 } },
];

const accepted = (
  id: string,
  description: string,
  steps: readonly Step[],
  events: readonly CaseEvent[],
  expectation = 'The whole message comes back; a Pong comes before it when a Ping stood between its fragments.',
): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation,
  steps: [...steps, closeAfter(1)],
  outcomes: { OK: events },
  expectedClose: closedByTester,
});

const refused = (
  id: string,
  description: string,
  reason: string,
  steps: readonly Step[],
  before?: CaseEvent,
): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: `${before ? 'The first message comes back, then the' : 'The'} peer fails the connection with 1002: ${reason}.`,
  steps: [...steps, failAfter(1)],
  outcomes: before ? { OK: [before], 'NON-STRICT': [] } : { OK: [] },
  expectedClose: failedByPeer,
});

const unfragmented = 'a control frame must not be fragmented (RFC 6455, section 5.5)';
const nothingToContinue = 'a continuation frame needs a message to continue (RFC 6455, section 5.4)';
const unfinished = 'a new message must not start inside a fragmented one (RFC 6455, section 5.4)';
const whole = textMessage('fragment1fragment2');

const triple = (fin: FrameOptions): readonly Step[] => [
  continuation('fragment1', fin),
  text('fragment2', { more: true }),
  continuation('fragment3'),
];

const interleaved = (id: string, words: string, options: FrameOptions): ScriptCase =>
  accepted(
    id,
    `Two fragments of a text message, a Ping, a pause of one second, two fragments, a Ping, the last fragment; ${words}.`,
    [
      text('fragment1', { more: true, ...options }),
      continuation('fragment2', { more: true, ...options }),
      ping('pongme 1!', options),
      wait(1),
      continuation('fragment3', { more: true, ...options }),
      continuation('fragment4', { more: true, ...options }),
      ping('pongme 2!', options),
      continuation('fragment5', options),
    ],
    [
      pongWith('pongme 1!'),
      pongWith('pongme 2!'),
      textMessage('fragment1fragment2fragment3fragment4fragment5'),
    ],
    'Each Ping is answered at once, before the message is whole; then the message comes back.',
  );

/** Fragmentation. */
export const section5: readonly ScriptCase[] = [
  refused('5.1', 'A Ping in two fragments.', unfragmented, [
    ping('fragment1', { more: true }),
    continuation('fragment2'),
  ]),
  refused('5.2', 'A Pong in two fragments.', unfragmented, [
    pong('fragment1', { more: true }),
    continuation('fragment2'),
  ]),
  ...manners.map(({ words, options }, index) =>
    accepted(
      `5.${3 + index}`,
      `A text message in two fragments, ${words}.`,
      [text('fragment1', { more: true, ...options }), continuation('fragment2', options)],
      [whole],
    ),
  ),
  ...manners.map(({ words, options }, index) =>
    accepted(
      `5.${6 + index}`,
      `A text message in two fragments with a Ping between them, ${words}.`,
      [
        text('fragment1', { more: true, ...options }),
        ping('ping payload', options),
        continuation('fragment2', options),
      ],
      [pongWith('ping payload'), whole],
    ),
  ),
  ...manners.map(({ words, options }, index) =>
    refused(
      `5.${9 + index}`,
      `A final continuation frame out of nowhere, then a text message, ${words}.`,
      nothingToContinue,
      [continuation('non-continuation payload', options), text('Hello, world!', options)],
    ),
  ),
  ...manners.map(({ words, options }, index) =>
    refused(
      `5.${12 + index}`,
      `An unfinished continuation frame out of nowhere, then a text message, ${words}.`,
      nothingToContinue,
      [continuation('non-continuation payload', { more: true, ...options }), text('Hello, world!', options)],
    ),
  ),
  refused(
    '5.15',
    'A text message in two fragments, an unfinished continuation frame out of nowhere, a text message.',
    nothingToContinue,
    [
      text('fragment1', { more: true }),
      continuation('fragment2'),
      continuation('fragment3', { more: true }),
      text('fragment4'),
    ],
    whole,
  ),
  refused(
    '5.16',
    'Twice: an unfinished continuation frame out of nowhere, then a text message in two fragments.',
    nothingToContinue,
    [...triple({ more: true }), ...triple({ more: true })],
  ),
  refused(
    '5.17',
    'Twice: a final continuation frame out of nowhere, then a text message in two fragments.',
    nothingToContinue,
    [...triple({}), ...triple({})],
  ),
  refused('5.18', 'An unfinished text frame, then a new text frame instead of a continuation.', unfinished, [
    text('fragment1', { more: true }),
    text('fragment2'),
  ]),
  interleaved('5.19', 'sent together', {}),
  interleaved('5.20', 'each frame flushed on its own', { sync: true }),
];
