/** The same as in `calls.test.ts` for the functions of timers. */
import { describe, expect, test } from 'vitest';
import { FACES, tryCalls } from './judge.ts';
import { type Script, SCRIPTS } from './scripts.ts';

describe.each(FACES)('%s', (face) => {
  test.each(SCRIPTS.map((script): [string, Script] => [script.name, script]))('%s', (_name, script) => {
    expect(tryCalls(script, face, (name) => name.startsWith('Timer'), true)).toBeGreaterThanOrEqual(1);
  });
});
