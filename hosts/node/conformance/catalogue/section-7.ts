import { closedByTester, type ScriptCase } from './case.ts';
import {
  bytes,
  close,
  continuation,
  failAfter,
  frame,
  hex,
  ping,
  repeat,
  text,
  textMessage,
  type ExpectedClose,
  type Step,
} from './notation.ts';

interface Closing {
  readonly steps: readonly Step[];
  readonly expectation?: string;
  readonly expectedClose?: ExpectedClose;
}

const agreed = 'The peer completes the closing handshake with 1000 or no code, and nothing else comes.';

const closing = (id: string, description: string, rest: Closing): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: rest.expectation ?? agreed,
  steps: [...rest.steps, failAfter(1)],
  outcomes: { OK: [] },
  expectedClose: rest.expectedClose ?? closedByTester,
  holdClose: true,
  wrongCodeFails: true,
});

const refusedWith = (...closeCode: number[]): ExpectedClose => ({
  closedByMe: true,
  closeCode,
  requireClean: false,
});

const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const undefinedCodes = [5000, 65535];
const hello = 'Hello World!';

/** Closing. */
export const section7: readonly ScriptCase[] = [
  {
    kind: 'script',
    id: '7.1.1',
    description: 'A text message, then a Close frame once it has come back.',
    expectation: 'The message comes back, then a clean close with 1000.',
    steps: [text(hello), failAfter(1)],
    outcomes: { OK: [textMessage(hello)] },
    expectedClose: closedByTester,
    wrongCodeFails: true,
  },
  closing('7.1.2', 'Two Close frames.', { steps: [close(1000), frame(8)] }),
  closing('7.1.3', 'A Close frame, then a Ping.', { steps: [close(1000), ping()] }),
  closing('7.1.4', 'A Close frame, then a text message.', { steps: [close(1000), text(hello)] }),
  closing('7.1.5', 'A Close frame between the two fragments of a text message.', {
    steps: [text('fragment1', { more: true }), close(1000), continuation('fragment2')],
  }),
  {
    kind: 'script',
    id: '7.1.6',
    description: 'A text message of 256 KiB, a short one, a Close frame and a Ping, all at once.',
    expectation:
      'The specification leaves open whether a peer that is still sending the first echo finishes its echoes ' +
      'before it answers the Close frame.',
    steps: [text(repeat('BAsd7&jh23', 262144)), text(hello), close(1000), ping(), failAfter(1)],
    outcomes: { OK: [textMessage(hello)], 'NON-STRICT': [] },
    expectedClose: closedByTester,
    holdClose: true,
    informational: {
      OK: 'The short message came back before the closing handshake ended.',
      'NON-STRICT': 'The closing handshake ended before any message came back.',
      other: 'What came back before the closing handshake ended is listed below.',
    },
  },
  closing('7.3.1', 'A Close frame without payload.', { steps: [close()] }),
  closing('7.3.2', 'A Close frame with a payload of one octet.', {
    steps: [close(null, 'a')],
    expectation:
      'The peer closes with 1002 or drops the connection: a code has two octets (RFC 6455, 5.5.1).',
    expectedClose: refusedWith(1002),
  }),
  closing('7.3.3', 'A Close frame with a code and no reason.', { steps: [close(1000)] }),
  closing('7.3.4', 'A Close frame with a code and a reason.', { steps: [close(1000, hello)] }),
  closing('7.3.5', 'A Close frame with a code and the longest possible reason, 123 octets.', {
    steps: [close(1000, bytes(0x2a, 123))],
  }),
  closing('7.3.6', 'A Close frame with a reason of 124 octets, 126 octets in all.', {
    steps: [close(1000, bytes(0x2a, 124))],
    expectation:
      'The peer closes with 1002 or drops the connection: a control frame carries at most 125 octets.',
    expectedClose: refusedWith(1002),
  }),
  closing('7.5.1', 'A Close frame whose reason is not valid UTF-8.', {
    steps: [close(1000, hex('cebae1bdb9cf83cebcceb5 eda080 656469746564'))],
    expectation:
      'The peer closes with 1002 or 1007 or drops the connection (RFC 6455, sections 5.5.1 and 8.1).',
    expectedClose: refusedWith(1002, 1007),
  }),
  ...valid.map((code, index) =>
    closing(`7.7.${index + 1}`, `A Close frame with the valid code ${code}.`, {
      steps: [close(code)],
      expectation: 'The peer completes the closing handshake with 1000 or the same code.',
      expectedClose: { closedByMe: true, closeCode: [1000, code], requireClean: true },
    }),
  ),
  ...invalid.map((code, index) =>
    closing(`7.9.${index + 1}`, `A Close frame with the code ${code}, which must not be sent.`, {
      steps: [close(code)],
      expectation: 'The peer closes with 1002 or drops the connection (RFC 6455, section 7.4).',
      expectedClose: refusedWith(1002),
    }),
  ),
  ...undefinedCodes.map((code, index): ScriptCase => {
    const open = `RFC 6455 says nothing about codes from 5000 on, so any answer to ${code} is as good as another.`;
    return {
      ...closing(`7.13.${index + 1}`, `A Close frame with the code ${code}, which has no meaning.`, {
        steps: [close(code)],
        expectation: open,
        expectedClose: refusedWith(1000, code, 1002),
      }),
      informational: { OK: open, 'NON-STRICT': open, other: open },
    };
  }),
];
