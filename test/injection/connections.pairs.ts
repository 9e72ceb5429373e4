/** Two calls of the host's functions fail, in pairs, over every script of every face that has one connection; see `calls.test.ts`. */
import { describe, expect, test } from 'vitest';
import { FACES, tryPairs } from './judge.ts';
import { type Script, SCRIPTS } from './scripts.ts';

describe.each(FACES.filter((face) => face !== 'Uplink'))('%s', (face) => {
  test.each(SCRIPTS.map((script): [string, Script] => [script.name, script]))('%s', (_name, script) => {
    expect(tryPairs(script, face)).toBeGreaterThanOrEqual(1);
  });
});
