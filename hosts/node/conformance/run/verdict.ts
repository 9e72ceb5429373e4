import type { ClosingFacts } from '../endpoint/closing.ts';
import type { ExpectedClose } from '../catalogue/notation.ts';
import type { Behavior, BehaviorClose } from './result.ts';

/** A verdict and the sentence that explains it. */
export interface Judgement<Verdict> {
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** Judges how the connection ended. The first rule that is broken decides. */
export function judgeClose(
  wasOpen: boolean,
  facts: ClosingFacts,
  expected: ExpectedClose,
): Judgement<BehaviorClose> {
  if (!wasOpen) return { verdict: 'FAILED', sentence: 'The opening handshake was never completed.' };
  if (facts.closedByMe !== expected.closedByMe) {
    const who = expected.closedByMe ? 'the tester' : 'the peer';
    return { verdict: 'FAILED', sentence: `The wrong side ended the connection: it was up to ${who}.` };
  }
  if (expected.requireClean && !facts.wasClean) {
    const reason = facts.wasNotCleanReason === null ? '' : `: ${facts.wasNotCleanReason}`;
    return {
      verdict: 'UNCLEAN',
      sentence: `The connection did not end with a whole closing handshake${reason}.`,
    };
  }
  const code = facts.remoteCloseCode;
  if (code !== null && !expected.closeCode.includes(code)) {
    const allowed = [...new Set(expected.closeCode)].join(' or ');
    return {
      verdict: 'WRONG CODE',
      sentence: `The close code was ${code}; it should have been ${allowed}, or none.`,
    };
  }
  if (!facts.isServer && facts.droppedByMe) {
    return {
      verdict: 'FAILED BY CLIENT',
      sentence: 'The server left it to the client to end the TCP connection.',
    };
  }
  return { verdict: 'OK', sentence: 'Connection was properly closed.' };
}

/** A case fails as a whole when the peer missed the fault that the case is about. */
export function missedTheFault(facts: ClosingFacts, expected: ExpectedClose, behavior: Behavior): boolean {
  return (
    expected.closedByWrongEndpointIsFatal === true &&
    facts.closedByMe !== expected.closedByMe &&
    behavior !== 'FAILED'
  );
}
