import { type HandshakeOutcome, outcomeOf } from '../../../src/handshake/outcome.ts';

/** Outcomes that are known, and characters of the longest of their keys. */
const MOST = 256;
const LONGEST = 256;

const known = new Map<string, HandshakeOutcome>();

/** What `handshake` came to: one object for all connections that asked for the same, where there are not too many kinds. */
export function sharedOutcomeOf(handshake: HandshakeOutcome): HandshakeOutcome {
  const outcome = 'done' in handshake ? outcomeOf(handshake) : handshake;
  if (outcome.extensions !== undefined || outcome.headers !== undefined) return outcome;
  const { status, protocol, path } = outcome;
  const key = `${status} ${protocol} ${path}`;
  const before = known.get(key);
  if (before !== undefined || key.length > LONGEST) return before ?? outcome;
  if (known.size === MOST) known.clear();
  known.set(key, outcome);
  return outcome;
}
