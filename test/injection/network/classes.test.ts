/**
 * The n-th call of `node:net`, `node:tls` and `node:dns` by `hosts/node` fails, for every n, in one of its ways: over a sixth of
 * the scripts of the classes. See `endpoints.test.ts`.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FACES } from './faces.ts';
import { partOf, surroundings, tryCalls } from './judge.ts';
import { play } from './play.ts';
import { SCRIPTS } from './scripts.ts';

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

describe.each(Object.entries(FACES).filter(([name]) => !name.startsWith('connect')))(
  '%s',
  (faceName, face) => {
    let around: Awaited<ReturnType<typeof surroundings>>;
    beforeAll(async () => void (around = await surroundings()));

    test('what is sent comes back where nothing fails', async () => {
      const script = SCRIPTS.find(({ name }) => name === 'sends 2000 octets')!;
      const { got, ends, names } = await play(script, face, () => undefined, around);
      expect([got, ends]).toEqual([face.isUplink ? 0 : 2000, [0]]);
      expect(names).toContain('write');
    });

    test.each(partOf(faceName).map((script) => [script.name, script] as const))(
      '%s',
      async (_name, script) => {
        const { found, tried } = await tryCalls(script, face, around, false);
        expect(found).toEqual([]);
        expect(tried).toBeGreaterThan(3);
      },
    );
  },
);
