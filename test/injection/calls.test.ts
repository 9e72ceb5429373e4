/**
 * The n-th call of a function of the host fails, for every n: whatever fails, a connection ends at most once, nothing is left
 * over, nothing is used after its end, and what was sent is not garbled. Of an uplink, whose store fails, too, every record that
 * was accepted comes to its gateway, or is kept. `npm run injection` lets two calls fail, in all pairs.
 */
import { describe, expect, test } from 'vitest';
import { FACES, tryCalls } from './judge.ts';
import { type Script, SCRIPTS } from './scripts.ts';

/** All but timers, which have a file of their own. */
const isTried = (name: string): boolean => !name.startsWith('Timer');

describe.each(FACES)('%s', (face) => {
  test.each(SCRIPTS.map((script): [string, Script] => [script.name, script]))('%s', (_name, script) => {
    // A transport, the key of the handshake, a write and a masking key, or as many of a resolver and a socket.
    expect(tryCalls(script, face, isTried)).toBeGreaterThanOrEqual(1);
  });
});

test('there are thirty scripts of every face, and not a name twice', () => {
  expect(new Set(SCRIPTS.map(({ name }) => name)).size).toBe(SCRIPTS.length);
  expect(SCRIPTS.length).toBeGreaterThanOrEqual(30);
});
