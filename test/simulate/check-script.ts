import { HOSTILE } from './hostile-servers.ts';
import type { Script } from './plain.ts';
import { FACES, FAULT_KINDS } from './scenario.ts';

/** Something in a script that nobody could have meant, in a sentence. */
export class ScriptError extends Error {}

function isOne(what: string, value: unknown, ones: readonly string[]): void {
  if (!ones.includes(value as string))
    throw new ScriptError(`${what} ${JSON.stringify(value)} is none of ${ones.join(', ')}`);
}

/**
 * Looks at the names in a script that was written by hand, before it is run: a server of a kind that is misspelt would be good for
 * nothing, and what is found would be a fault of nobody's. Throws a ScriptError.
 */
export function checkScript({ clients, servers, faults }: Script): void {
  const names = [...servers, ...clients].map(({ name }) => name);
  for (const [index, name] of names.entries())
    if (typeof name !== 'string' || name === '' || names.indexOf(name) !== index)
      throw new ScriptError(`the name ${JSON.stringify(name)} is none, or there are two of it`);
  for (const { kind = 'good' } of servers) isOne('the kind of a server', kind, ['good', ...HOSTILE]);
  for (const { face } of clients) isOne('the face', face, FACES);
  for (const { kind, host, time, amount } of faults) {
    isOne('the kind of a fault', kind, FAULT_KINDS);
    isOne('the host of a fault', host, names as string[]);
    for (const [what, value] of Object.entries({ time, amount }))
      if (!Number.isFinite(value))
        throw new ScriptError(`the ${what} of a fault must be a number, and not ${JSON.stringify(value)}`);
  }
}
