import { failedByPeer, type ScriptCase } from './case.ts';
import {
  binary,
  failAfter,
  frame,
  hex,
  ping,
  text,
  textMessage,
  type FrameOptions,
  type Step,
} from './notation.ts';

const hello = 'Hello, world!';

/** The first frame is already wrong. */
const refused = (id: string, description: string, reason: string, bad: Step): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: `The peer fails the connection with 1002: ${reason}.`,
  steps: [bad, failAfter(1)],
  outcomes: { OK: [] },
  expectedClose: failedByPeer,
});

/** A good message, a wrong frame, a Ping that nobody should answer any more. */
const refusedLater = (
  id: string,
  description: string,
  reason: string,
  bad: Step,
  options: FrameOptions = {},
): ScriptCase => ({
  kind: 'script',
  id,
  description,
  expectation: `The message comes back, then the peer fails the connection with 1002: ${reason}. No Pong.`,
  steps: [text(hello, options), bad, ping('', options), failAfter(1)],
  outcomes: { OK: [textMessage(hello)], 'NON-STRICT': [] },
  expectedClose: failedByPeer,
});

const noExtension = 'no extension gives RSV bits a meaning (RFC 6455, section 5.2)';
const octetwise = { chop: 1 } as const;
const apart = { sync: true } as const;
const inPieces = ', all octet by octet';

/** Reserved bits. */
export const section3: readonly ScriptCase[] = [
  refused('3.1', 'A text message with RSV 1.', noExtension, text(hello, { rsv: 1 })),
  refusedLater('3.2', 'A good text message, one with RSV 2, a Ping.', noExtension, text(hello, { rsv: 2 })),
  refusedLater(
    '3.3',
    'A good text message, one with RSV 3, a Ping, each frame flushed on its own.',
    noExtension,
    text(hello, { rsv: 3, ...apart }),
    apart,
  ),
  refusedLater(
    '3.4',
    `A good text message, one with RSV 4, a Ping${inPieces}.`,
    noExtension,
    text(hello, { rsv: 4, ...octetwise }),
    octetwise,
  ),
  refused('3.5', 'A binary message with RSV 5.', noExtension, binary(hex('00fffefdfcfb00ff'), { rsv: 5 })),
  refused('3.6', 'A binary message with RSV 6.', noExtension, binary(hello, { rsv: 6 })),
  refused('3.7', 'A Close frame with RSV 7.', noExtension, frame(8, '', { rsv: 7 })),
];

const opcodes = (sub: string, first: number, type: string): readonly ScriptCase[] => {
  const reason = `opcode is reserved for ${type} frames to come (RFC 6455, section 5.2)`;
  const payload = 'reserved opcode payload';
  return [
    refused(`${sub}.1`, `An empty frame with opcode ${first}.`, reason, frame(first)),
    refused(`${sub}.2`, `A frame with opcode ${first + 1} and a payload.`, reason, frame(first + 1, payload)),
    refusedLater(
      `${sub}.3`,
      `A text message, an empty frame with opcode ${first + 2}, a Ping.`,
      reason,
      frame(first + 2),
    ),
    refusedLater(
      `${sub}.4`,
      `A text message, a frame with opcode ${first + 3} and a payload, a Ping.`,
      reason,
      frame(first + 3, hello),
    ),
    refusedLater(
      `${sub}.5`,
      `A text message, a frame with opcode ${first + 4} and a payload, a Ping${inPieces}.`,
      reason,
      frame(first + 4, hello, octetwise),
      octetwise,
    ),
  ];
};

/** Reserved opcodes: data (3 to 7) and control (11 to 15). */
export const section4: readonly ScriptCase[] = [
  ...opcodes('4.1', 3, 'data'),
  ...opcodes('4.2', 11, 'control'),
];
