import { closedByTester, type ScriptCase } from './case.ts';
import { bytes, failAfter, message, textMessage } from './notation.ts';

/** Fragmentation by the tester itself, with a check that it did cut the message as it should. */
export const section10: readonly ScriptCase[] = [
  {
    kind: 'script',
    id: '10.1.1',
    description: 'A text message of 65536 octets, cut into frames of 1300 octets.',
    expectation: 'The message comes back (the tester has sent 51 frames), then a clean close with 1000.',
    steps: [message(bytes(0x2a, 65536), 1300), failAfter(10)],
    outcomes: { OK: [textMessage(bytes(0x2a, 65536))] },
    expectedClose: closedByTester,
    framesSent: { 0: 50, 1: 1 },
  },
];
