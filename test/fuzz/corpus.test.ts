/** What the fuzzer has kept, and what it once broke something with, goes on being right. `npm run fuzz` looks for more. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../hosts/simulated/random.ts';
import { mutate } from './mutate.mjs';
import { SEEDS } from './seeds.mjs';
import { TARGETS } from './targets.ts';

const folder = new URL('./corpus/', import.meta.url);
const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.txt`, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && line[0] !== '#');

describe.each(Object.keys(TARGETS))('%s', (name) => {
  const play = async (octets: Uint8Array, line: string): Promise<void> => {
    try {
      await TARGETS[name](octets);
    } catch (error) {
      (error as Error).message += ` (${line})`;
      throw error;
    }
  };
  test('every input of its corpus', async () => {
    for (const line of linesOf(name)) {
      const [, hex] = /^[^:]+: ([\da-f]*)$/.exec(line)!;
      await play(Uint8Array.from(Buffer.from(hex, 'hex')), line);
    }
  });
  test.runIf(name in SEEDS)('what fuzzing begins with', async () => {
    for (const octets of SEEDS[name])
      await play(octets, JSON.stringify(Buffer.from(octets).toString('latin1')));
  });
});

test('every target has a corpus, and every corpus a target', () => {
  const names = readdirSync(folder).map((name) => name.replace(/\.txt$/, ''));
  expect(names.sort()).toEqual(Object.keys(TARGETS).sort());
  expect(names).toEqual(expect.arrayContaining(Object.keys(SEEDS)));
});

test('the same chance makes the same changes, and none is too long', () => {
  const others = [Uint8Array.of(1, 2, 3), new Uint8Array(90)];
  const make = (): Uint8Array[] => {
    const random = new Random('again');
    return Array.from({ length: 200 }, () => mutate(random, others[1], others, 100));
  };
  expect(make()).toEqual(make());
  expect(make().every(({ length }) => length <= 100)).toBe(true);
});
