import { closedByTester, refusedAsText, type ScriptCase } from './case.ts';
import {
  beginFrame,
  closeAfter,
  continuation,
  endMessage,
  failAfter,
  frameData,
  hex,
  message,
  text,
  textMessage,
  timeout,
  wait,
  type CaseEvent,
  type Payload,
  type Step,
} from './notation.ts';
import { isValid, utf8Groups } from './utf8-sequences.ts';

const accepted = (id: string, description: string, steps: readonly Step[], event: CaseEvent): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: 'The text comes back unchanged, then a clean close with 1000.',
  steps,
  outcomes: { OK: [event] },
  expectedClose: closedByTester,
});

const invalid = 'text must be valid UTF-8 (RFC 6455, section 8.1)';

const refused = (id: string, description: string, steps: readonly Step[]): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: `The peer fails the connection with 1007: ${invalid}.`,
  steps,
  outcomes: { OK: [] },
  expectedClose: refusedAsText,
});

const failsFast = (id: string, description: string, steps: readonly Step[]): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation:
    `The first part is taken, so the first pause runs out. The peer fails the connection with 1007 as soon as ` +
    `the second part makes the text impossible; a peer that waits for the end of the message is not strict.`,
  steps: [...steps, failAfter(1)],
  outcomes: { OK: [timeout('A')], 'NON-STRICT': [timeout('A'), timeout('B')] },
  expectedClose: refusedAsText,
});

const mixed = 'Hello-µ@ßöäüàá-UTF-8!!';
/** A Greek word with U+1F79, the accented letter of three octets; an editor may turn it into the one of two. */
const greek = 'κ\u1f79σμε';
const start = hex('cebae1bdb9cf83cebcceb5');
/** U+D800 as three octets: its second octet is the first that no valid text could have there. */
const surrogate = hex('cebae1bdb9cf83cebcceb5 eda080 656469746564');

/** `greek`, 0x110000 in four octets (impossible from its second octet on), `edited`: cut in two ways. */
const wholeSequence: readonly Payload[] = [start, hex('f4908080'), hex('656469746564')];
const oneOctet: readonly Payload[] = [hex('cebae1bdb9cf83cebcceb5 f4'), hex('90'), hex('8080656469746564')];

const inFrames = ([first, second, third]: readonly Payload[]): readonly Step[] => [
  text(first, { more: true }),
  wait(1, 'A'),
  continuation(second, { more: true }),
  wait(1, 'B'),
  continuation(third),
];

const inPieces = ([first, second, third]: readonly Payload[]): readonly Step[] => [
  beginFrame(21),
  frameData(first!),
  wait(1, 'A'),
  frameData(second!),
  wait(1, 'B'),
  frameData(third!),
  endMessage,
];

const handwritten: readonly ScriptCase[] = [
  accepted('6.1.1', 'An empty text message.', [text(), closeAfter(1)], textMessage('')),
  accepted(
    '6.1.2',
    'A text message of three empty fragments.',
    [text('', { more: true }), continuation('', { more: true }), continuation(), closeAfter(1)],
    textMessage(''),
  ),
  accepted(
    '6.1.3',
    'A text message of three fragments, of which only the middle one has a payload.',
    [
      text('', { more: true }),
      continuation('middle frame payload', { more: true }),
      continuation(),
      closeAfter(1),
    ],
    textMessage('middle frame payload'),
  ),
  accepted('6.2.1', `Valid text in one frame: ${mixed}`, [message(mixed), closeAfter(1)], textMessage(mixed)),
  accepted(
    '6.2.2',
    `Valid text in two fragments, cut between two characters: ${mixed}`,
    [text('Hello-µ@ßöä', { more: true }), continuation('üàá-UTF-8!!'), closeAfter(1)],
    textMessage(mixed),
  ),
  accepted(
    '6.2.3',
    `Valid text in fragments of one octet, cut inside characters too: ${mixed}`,
    [message(mixed, 1), closeAfter(1)],
    textMessage(mixed),
  ),
  accepted(
    '6.2.4',
    `Valid text in fragments of one octet, cut inside characters too: ${greek}`,
    [message(greek, 1), closeAfter(1)],
    textMessage(greek),
  ),
  refused('6.3.1', 'Invalid text in one frame: a surrogate in the middle.', [
    message(surrogate),
    failAfter(1),
  ]),
  refused('6.3.2', 'Invalid text in fragments of one octet: a surrogate in the middle.', [
    message(surrogate, 1),
    failAfter(1),
  ]),
  failsFast(
    '6.4.1',
    'Invalid text in three frames with pauses; the second holds 0x110000.',
    inFrames(wholeSequence),
  ),
  failsFast(
    '6.4.2',
    'Invalid text in three frames with pauses; the second holds only the octet that cannot be.',
    inFrames(oneOctet),
  ),
  failsFast(
    '6.4.3',
    'Invalid text in one frame, written in three parts with pauses; the second holds 0x110000.',
    inPieces(wholeSequence),
  ),
  failsFast(
    '6.4.4',
    'Invalid text in one frame, written in three parts with pauses; the second holds only the octet that cannot be.',
    inPieces(oneOctet),
  ),
];

/** The words of the report that this project began with. */
const echoed = "The message is echo'ed back to us.";
const inSeedWords = (digits: string, valid: boolean): string => {
  const characters = Buffer.from(digits, 'hex').toString();
  return `Send a text message with payload which is ${valid ? '' : 'not '}valid UTF-8 in one fragment.\n\nMESSAGE:\n${characters}\n${digits}`;
};

const sequences: readonly ScriptCase[] = utf8Groups.flatMap((group) =>
  group.sequences.map((digits, index) => {
    const id = `${group.sub}.${index + 1}`;
    const payload = hex(digits);
    const steps = [message(payload), failAfter(0.5)];
    const valid = isValid(group, index);
    const description = inSeedWords(digits, valid);
    if (!valid) return refused(id, description, steps);
    return { ...accepted(id, description, steps, textMessage(payload)), expectation: echoed };
  }),
);

/** UTF-8. */
export const section6: readonly ScriptCase[] = [...handwritten, ...sequences];
