import { expect } from 'vitest';
import { InjectedFailure } from '../../hosts/simulated/index.ts';
import { type Face, OPENERS } from './faces.ts';
import { type Outcome, play } from './play.ts';
import type { Script } from './scripts.ts';

export const FACES = Object.keys(OPENERS) as readonly Face[];

function judge(outcome: Outcome, how: string, isReported: boolean): void {
  const { thrown, ends, left, misuses, wrong } = outcome;
  const uncaught = outcome.uncaught.filter((error) => !isReported || !(error instanceof InjectedFailure));
  const isMeant =
    thrown === undefined || thrown instanceof InjectedFailure || (thrown as { id?: number }).id! >= 500;
  expect([isMeant, how], String((thrown as Error)?.stack)).toEqual([true, how]);
  // What fails is told by the end of the connection, and not by an exception that nobody expects.
  expect([uncaught.map(String), how]).toEqual([[], how]);
  expect([ends.length <= (thrown === undefined ? 1 : 0), left, misuses, wrong, how]).toEqual([
    true,
    0,
    [],
    [],
    how,
  ]);
}

/** The calls that a script makes on a face, with these of them failing. */
function namesOf(script: Script, face: Face, failing: readonly number[]): string[] {
  const names: string[] = [];
  play(script, face, (call, name) => (names.push(name), failing.includes(call)));
  return names;
}

/**
 * Plays `script` as often as it calls functions of the host that `isTried` names: each time another call fails. `isReported`:
 * what they throw may be reported as it is, since a connection whose timers fail has nothing to tell of it with. Returns how
 * many calls that were.
 */
export function tryCalls(
  script: Script,
  face: Face,
  isTried: (name: string) => boolean,
  isReported = false,
): number {
  judge(
    play(script, face, () => false),
    'nothing fails',
    false,
  );
  let tried = 0;
  for (const [index, name] of namesOf(script, face, []).entries()) {
    if (!isTried(name)) continue;
    tried += 1;
    const outcome = play(script, face, (call) => call === index + 1);
    judge(outcome, `call ${index + 1}, ${name}`, isReported);
  }
  return tried;
}

/** Timers among them, and whether what they throw may be reported. */
const isTimer = (name: string): boolean => name.startsWith('Timer');

/** What comes soon after a failure meets what is left of it; of what comes later there is much alike. */
const SOON = 16;
const LATER = 11;

/**
 * The same with two calls that fail: each with each of the next that are made then, and with every eleventh behind these.
 * Returns how many pairs that were.
 */
export function tryPairs(script: Script, face: Face): number {
  let pairs = 0;
  const { length } = namesOf(script, face, []);
  for (let first = 1; first <= length; first++) {
    const names = namesOf(script, face, [first]);
    for (let second = first + 1; second <= names.length; second++) {
      const distance = second - first;
      if (distance > SOON && distance % LATER !== 0) continue;
      pairs += 1;
      const [one, other] = [names[first - 1], names[second - 1]];
      const outcome = play(script, face, (call) => call === first || call === second);
      // An uplink whose alarm cannot be set says so by exceptions of its methods: what it was asked for is not done then.
      const reported = outcome.uncaught.filter((error) => error instanceof InjectedFailure).length;
      const mayWait = face === 'Uplink' && isTimer(one) && isTimer(other) && reported > 0;
      if (mayWait) outcome.left = 0;
      judge(outcome, `calls ${first}, ${one}, and ${second}, ${other}`, isTimer(one) || isTimer(other));
    }
  }
  return pairs;
}
