import { closedByTester, type ScriptCase } from './case.ts';
import { binary, binaryMessage, bytes, failAfter, text, textMessage, type Payload } from './notation.ts';

const echoed = (id: string, length: number, seconds: number, chop?: number): ScriptCase => {
  const isBinary = id.startsWith('1.2.');
  const type = isBinary ? 'binary' : 'text';
  const payload: Payload = isBinary ? bytes(0xfe, length) : bytes(0x2a, length);
  const options = chop === undefined ? {} : { chop };
  const how = chop === undefined ? '' : `, written to the socket in pieces of ${chop} octets`;
  return {
    kind: 'script',
    id,
    description: `One ${type} message of ${length} octets in one frame${how}.`,
    expectation: `The ${type} message comes back unchanged. The tester closes with 1000 and the peer agrees.`,
    steps: [isBinary ? binary(payload, options) : text(payload, options), failAfter(seconds)],
    outcomes: { OK: [isBinary ? binaryMessage(payload) : textMessage(payload)] },
    expectedClose: closedByTester,
  };
};

/** Framing: payload lengths on both sides of each length encoding of RFC 6455, section 5.2. */
export const section1: readonly ScriptCase[] = ['1.1', '1.2'].flatMap((sub) => [
  echoed(`${sub}.1`, 0, 1),
  echoed(`${sub}.2`, 125, 1),
  echoed(`${sub}.3`, 126, 1),
  echoed(`${sub}.4`, 127, 1),
  echoed(`${sub}.5`, 128, 1),
  echoed(`${sub}.6`, 65535, 10),
  echoed(`${sub}.7`, 65536, 10),
  echoed(`${sub}.8`, 65536, 10, 997),
]);
