/** Two calls of the host's functions fail, in pairs, over every script of an uplink, with an outbox and a store; see `calls.test.ts`. */
import { expect, test } from 'vitest';
import { tryPairs } from './judge.ts';
import { type Script, SCRIPTS } from './scripts.ts';

test.each(SCRIPTS.map((script): [string, Script] => [script.name, script]))('%s', (_name, script) => {
  expect(tryPairs(script, 'Uplink')).toBeGreaterThanOrEqual(1);
});
