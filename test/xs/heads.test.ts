/** What reads a head takes steps in proportion to its octets, whatever its shape: counted on XS, by bytecodes (R7). */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { SHAPES, SIZES } from './fixtures/heads/shapes.ts';
import { isMissing, runInDesk } from './support/desk.ts';

type Told = Readonly<Record<string, { readonly error: number; readonly steps: readonly number[] }>>;

/** Most bytecodes for an octet more; what is least for one is about 20. */
const FOR_AN_OCTET = 250;

test.skipIf(isMissing)('heads of every shape', { timeout: 120_000 }, async () => {
  const app = await bundle(fileURLToPath(new URL('fixtures/heads/app.ts', import.meta.url)), /^ringlet:/);
  const { status, stdout, stderr } = await runInDesk({ modules: { app }, options: ['--memory', '8388608'] });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const told = JSON.parse(stdout) as Told;
  expect(Object.keys(told)).toEqual(SHAPES.map(({ name }) => name));
  const rates = Object.entries(told).map(([name, { steps }]) => {
    const each = SIZES.slice(1).map((size, i) => (steps[i + 1] - steps[i]) / (size - SIZES[i]));
    return { name, first: each[0], last: each[each.length - 1], each };
  });
  // Twice as many octets take twice as many steps: an octet costs the same between 4 K and 8 K as between 1 K and 2 K.
  const growing = rates.filter(({ first, last }) => last > 1.1 * first + 1);
  expect(growing).toEqual([]);
  expect(rates.filter(({ each }) => Math.max(...each) > FOR_AN_OCTET)).toEqual([]);
});
