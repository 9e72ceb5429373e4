import { expect } from 'vitest';
import { InjectedFailure } from '../../hosts/simulated/index.ts';
import { type Face, type Outcome, play, type Script } from './scripts.ts';

export const FACES: readonly Face[] = ['Endpoint', 'Endpoint on Node', 'WebSocketClient'];

function judge(outcome: Outcome, how: string, isReported: boolean): void {
  const { thrown, ends, left, misuses, isPrefix } = outcome;
  const uncaught = outcome.uncaught.filter((error) => !isReported || !(error instanceof InjectedFailure));
  const isMeant =
    thrown === undefined || thrown instanceof InjectedFailure || (thrown as { id?: number }).id! >= 500;
  expect([isMeant, how], String((thrown as Error)?.stack)).toEqual([true, how]);
  // What fails is told by the end of the connection, and not by an exception that nobody expects.
  expect([uncaught.map(String), how]).toEqual([[], how]);
  expect([ends.length <= (thrown === undefined ? 1 : 0), left, misuses, isPrefix, how]).toEqual([
    true,
    0,
    [],
    true,
    how,
  ]);
}

/**
 * Plays `script` as often as it calls functions of the host that `isTried` names: each time another call fails, and then
 * that call and the next one that is tried. `isReported`: what they throw may be reported as it is, since a connection whose
 * timers fail has nothing to tell of it with. Returns how many calls that were.
 */
export function tryCalls(
  script: Script,
  face: Face,
  isTried: (name: string) => boolean,
  isReported = false,
): number {
  const names: string[] = [];
  judge(
    play(script, face, (_call, name) => (names.push(name), false)),
    'nothing fails',
    false,
  );
  let tried = 0;
  for (let n = 1; n <= names.length; n++) {
    const name = names[n - 1];
    if (!isTried(name)) continue;
    tried += 1;
    judge(
      play(script, face, (call) => call === n),
      `call ${n}, ${name}`,
      isReported,
    );
    let failures = 0;
    const both = (call: number, called: string): boolean => call >= n && isTried(called) && failures++ < 2;
    judge(play(script, face, both), `call ${n}, ${name}, and the next one`, isReported);
  }
  return tried;
}
