/**
 * `ringlet/natives`, the C that devices run, in the desktop build of XS: equal to its twins in JavaScript, strict with what
 * it is given, and without any cost in memory.
 */
import { dirname, join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { isMissing, runInDesk } from './support/desk.ts';

/** What calls them by their places knows these. */
const { RARE } = (await import('../../tools/bundle/device-shape.mjs' as string)) as {
  readonly RARE: Readonly<Record<string, number>>;
};

const made: string[] = [];

/** Bundles a program of `natives/` with the twins in it, and runs it; returns what it says. */
async function run(program: string, ...options: string[]): Promise<Record<string, unknown>> {
  const app = await bundle(join(import.meta.dirname, 'natives', `${program}.ts`));
  made.push(dirname(app));
  const outcome = await runInDesk({ modules: { app }, options });
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

const ROOMY = ['--memory', '4194304', '--stack', '2048'];

describe.skipIf(isMissing)('ringlet/natives', () => {
  afterAll(() => {
    for (const directory of made) rmSync(directory, { recursive: true });
  });

  test('validate is stepUtf8 at every state, length, alignment and split', async () => {
    const { count, ...said } = await run('validate', ...ROOMY);
    // Nine states: between characters, never again, and seven within a character.
    expect(said).toEqual({ failures: [], states: 9 });
    expect(count).toBeGreaterThan(20_000);
  });

  test('mask is maskBytes at every length, alignment, overlap and split', async () => {
    const { count, ...said } = await run('mask', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(10_000);
  });

  test('headers of frames are read and written as the portable ones are', async () => {
    const { count, ...said } = await run('header', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(14_000);
  });

  test('whole messages are put into a ring, and spans copied, as the portable ones are', async () => {
    const { count, ...said } = await run('message', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    // Two checks for each message at eight places and at the two last, three for each copy.
    expect(count).toBe(301 * 10 * 2 + 49 * 25 * 2 + 5 * 3 + 2 + 2 * 3 + 41 * 8 * 5 * 3);
  });

  test('a part of memory is where its twin is, and no more than that', async () => {
    const { count, ...said } = await run('part', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBe(((65 * 66) / 2) * 4 + 200);
  });

  test('deadlines are counted as the portable ones are', async () => {
    const { count, ...said } = await run('deadlines', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(40_000);
  });

  test('what may stand in a head is what the portable rules let stand', async () => {
    const { count, ...said } = await run('grammar', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(60_000);
  });

  test('heads are read as the portable ones are', async () => {
    const { count, ...said } = await run('reading', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(30_000);
  });

  test('one native calls those that are called seldom, each by its place', async () => {
    const { count, rare, ...said } = await run('rare', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(Object.entries(rare as object)).toEqual(Object.entries(RARE));
    expect(count).toBe(Object.keys(RARE).length + 10);
  });

  test('close codes and reasons are what the portable ones are', async () => {
    const { count, ...said } = await run('closing', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(7_000);
  });

  test('the proof of the handshake is the portable one', async () => {
    const { count, ...said } = await run('proof', ...ROOMY);
    // RFC 6455 §1.3.
    expect(said).toEqual({ failures: [], accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' });
    expect(count).toBe(301 + 300 + 256 + 1);
  });

  test('messages are compressed and decompressed as the portable classes do it', async () => {
    const { count, ...said } = await run('deflate', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    // Four for each of 28 messages with each of 4 profiles, and one for each message that is malformed.
    expect(count).toBe(28 * 4 * 4 + 1500);
  });

  test('what a server asks to wait, and whether a loss is final, is what the portable functions say', async () => {
    const { count, ...said } = await run('uplink', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(25_000);
  });

  test('what a server looks at in a request is what the portable functions say', async () => {
    const { count, ...said } = await run('request', ...ROOMY);
    expect(said).toEqual({ failures: [], hasBoth: true });
    expect(count).toBeGreaterThan(30_000);
  });

  test('what is out of range or of another type changes nothing', async () => {
    const { count, ...said } = await run('refuse', ...ROOMY);
    expect(said).toEqual({ failures: [] });
    expect(count).toBeGreaterThan(100);
  });

  test('calls allocate nothing', async () => {
    expect(await run('cost')).toEqual({ state: 6, slots: 0, chunks: 0, collections: 0 });
  });
});
