/**
 * The n-th call of `node:net`, `node:tls` and `node:dns` by `hosts/node` fails, for every n, and another one after it: over every script of every face. Sockets are real
 * ones, time is virtual. See `endpoints.test.ts`.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FACES } from './faces.ts';
import { scriptsOf, surroundings, tryPairs } from './judge.ts';

vi.mock('node:net', async (original) => {
  const { failingNet } = await import('./failing-net.ts');
  return failingNet(await original());
});
vi.mock('node:tls', async (original) => {
  const { failingTls } = await import('./failing-net.ts');
  return failingTls(await original());
});
vi.mock('node:dns', async (original) => {
  const { failingDns } = await import('./failing-net.ts');
  return failingDns(await original());
});

describe.each(Object.entries(FACES))('%s', (_name, face) => {
  let around: Awaited<ReturnType<typeof surroundings>>;
  beforeAll(async () => void (around = await surroundings()));

  test.each(scriptsOf(face).map((script) => [script.name, script] as const))('%s', async (_name, script) => {
    const { found, tried } = await tryPairs(script, face, around);
    expect(found).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });
});
