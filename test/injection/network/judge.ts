import { afterAll } from 'vitest';
import { makeCertificates } from '../../hosts/support/certificates.ts';
import { stopTime } from './clock.ts';
import { type Face, FACES } from './faces.ts';
import { type Way, WAYS } from './network-failure.ts';
import { type Outcome, play, type Surroundings } from './play.ts';
import { openProxy } from './proxy.ts';
import { type Script, SCRIPTS } from './scripts.ts';

/** Makes what all plays of a face use; it is gone after them. */
export async function surroundings(): Promise<Surroundings> {
  const certificates = await makeCertificates();
  const [plain, secure] = [await openProxy(), await openProxy(certificates.good)];
  afterAll(() => {
    plain.close();
    secure.close();
  });
  stopTime();
  return { certificates, proxies: { plain: plain.url, secure: secure.url } };
}

/** The scripts of a face. The class of ECMA-419 has fewer options than `serve`. */
export function scriptsOf({ server }: Face): readonly Script[] {
  if (server !== 'Listener') return SCRIPTS;
  return SCRIPTS.filter(({ name, serving = {}, welcome }) => {
    // An app that reads nothing pauses in front of a message; Pings before it are answered.
    if (name === 'keeps alive, and is not answered') return false;
    return welcome === 403 || Object.keys(serving).every((key) => key === 'compression');
  });
}

/** A sixth of them, another one for each face of six that follow each other: all would take a minute. */
export function partOf(face: string): readonly Script[] {
  const turn = Object.keys(FACES).indexOf(face);
  return scriptsOf(FACES[face]).filter((_, i) => i % 6 === turn % 6);
}

/** What was wrong, and how many plays that were. */
export interface Verdict {
  readonly found: string[];
  tried: number;
}

function judge({ wrong }: Outcome, how: string, verdict: Verdict): void {
  verdict.tried += 1;
  if (wrong.length > 0) verdict.found.push(`${how}: ${wrong.join('; ')}`);
}

/**
 * Plays `script` without a failure, then with each call failing: in each way, or in one of them, which is another one for each
 * script.
 */
export async function tryCalls(
  script: Script,
  face: Face,
  around: Surroundings,
  isEveryWay: boolean,
): Promise<Verdict> {
  const verdict: Verdict = { found: [], tried: 0 };
  const outcome = await play(script, face, () => undefined, around);
  judge(outcome, 'nothing fails', verdict);
  const turn = SCRIPTS.indexOf(script);
  for (const [index, name] of outcome.names.entries()) {
    const ways = WAYS[name];
    // Of what is accepted there is one call a script: both ways are cheap.
    const tried =
      isEveryWay || name === 'accept' || ways.length === 0 ? ways : [ways[(turn + index) % ways.length]];
    for (const way of tried) {
      // Where a network cuts its octets elsewhere, another call may stand there, which cannot fail like this.
      const fails = (call: number, its: string): Way | undefined =>
        call === index + 1 && its === name ? way : undefined;
      judge(await play(script, face, fails, around), `call ${index + 1}, ${name} ${way}`, verdict);
    }
  }
  return verdict;
}

/** What comes soon after a failure meets what is left of it; of what comes later there is much alike. */
const SOON = 6;
const LATER = 7;

/**
 * The same with two calls that fail, each in one way: each with each of the next that are made then, and with every seventh
 * behind these.
 */
export async function tryPairs(script: Script, face: Face, around: Surroundings): Promise<Verdict> {
  const verdict: Verdict = { found: [], tried: 0 };
  const turn = SCRIPTS.indexOf(script);
  const wayOf = (name: string, salt: number): Way | undefined =>
    WAYS[name][(turn + salt) % Math.max(1, WAYS[name].length)];
  const { names: all } = await play(script, face, () => undefined, around);
  for (let first = 1; first <= all.length; first++) {
    const one = wayOf(all[first - 1], first);
    const isFirst = (call: number, name: string): boolean => call === first && name === all[first - 1];
    const firstFails = (call: number, name: string): Way | undefined =>
      isFirst(call, name) ? one : undefined;
    const { names } = await play(script, face, firstFails, around);
    for (let second = first + 1; second <= names.length; second++) {
      const distance = second - first;
      if (distance > SOON && distance % LATER !== 0) continue;
      const other = wayOf(names[second - 1], second);
      // After another failure another call may stand there, which cannot fail like this.
      const fails = (call: number, name: string): Way | undefined =>
        isFirst(call, name) ? one : call === second && name === names[second - 1] ? other : undefined;
      const how = `calls ${first}, ${all[first - 1]} ${one}, and ${second}, ${names[second - 1]} ${other}`;
      judge(await play(script, face, fails, around), how, verdict);
    }
  }
  return verdict;
}
