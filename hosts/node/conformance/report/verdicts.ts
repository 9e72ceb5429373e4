import type { Behavior, BehaviorClose } from '../run/result.ts';

/** How a verdict looks: a class for its colour, a short word for a cell. */
export interface Look {
  readonly tone: 'pass' | 'lenient' | 'info' | 'absent' | 'fail';
  readonly word: string;
}

/** Looks of the verdicts on behaviour, in the order of the legend. */
export const behaviorLooks: Readonly<Record<Behavior, Look>> = {
  OK: { tone: 'pass', word: 'Pass' },
  'NON-STRICT': { tone: 'lenient', word: 'Non-strict' },
  INFORMATIONAL: { tone: 'info', word: 'Info' },
  UNIMPLEMENTED: { tone: 'absent', word: 'Unimplemented' },
  FAILED: { tone: 'fail', word: 'Fail' },
};

/** What each verdict on behaviour means. */
export const behaviorMeanings: Readonly<Record<Behavior, string>> = {
  OK: 'The peer did what it must, and what it should.',
  'NON-STRICT': 'The peer did what it must, but later or less than is desirable.',
  INFORMATIONAL: 'The specification leaves this open; the page says what the peer did.',
  UNIMPLEMENTED: 'The peer did not agree to the extension that the case needs.',
  FAILED: 'The peer broke a rule, or did not finish in time.',
};

/** Looks of the verdicts on the end of the connection. */
export const closeLooks: Readonly<Record<BehaviorClose, Look>> = {
  OK: { tone: 'pass', word: 'Clean' },
  INFORMATIONAL: { tone: 'info', word: 'Info' },
  'FAILED BY CLIENT': { tone: 'lenient', word: 'Left open' },
  'WRONG CODE': { tone: 'fail', word: 'Wrong code' },
  UNCLEAN: { tone: 'fail', word: 'Unclean' },
  FAILED: { tone: 'fail', word: 'Failed' },
};
