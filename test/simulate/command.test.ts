/** The command `npm run simulate`: what is wrong with its options is said at once, in a sentence, with exit code 2. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('simulate.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const simulate = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

/** A script that is right but for `parts`. */
const script = (parts: object): string =>
  JSON.stringify({
    seed: '1',
    hours: 0.01,
    clients: [{ name: 'a', face: 'Endpoint', server: 's' }],
    servers: [{ name: 's' }],
    faults: [],
    ...parts,
  });

describe('options that are wrong', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test.each([
    ['--seeds', '0'],
    ['--seeds', '1.5'],
    ['--seeds', 'many'],
    ['--seeds', ''],
    ['--hours', '0'],
    ['--hours', '-1'],
    ['--hours', 'Infinity'],
    ['--hours', '1e9'],
    ['--seeds', '1e12'],
    ['--clients', '0'],
    ['--first', '-1'],
    ['--jobs', '0'],
    ['--shrink', 'long'],
    ['--profile', 'stormy'],
    ['--script', join(folder, 'nowhere.json')],
    ['--script', file('broken.json', '{')],
    ['--script', file('other.json', '{"clients":[]}')],
    ['--script', script({ hours: 1e9 })],
    ['--script', script({ clients: [{ name: 'a', face: 'WebSockets', server: 's' }] })],
    ['--script', script({ clients: [{ name: 's', face: 'WebSocket', server: 's' }] })],
    ['--script', script({ servers: [{ name: 's', kind: 'god' }] })],
    ['--script', script({ faults: [{ time: 1, kind: 'wify', host: 'a', amount: 1 }] })],
    ['--script', script({ faults: [{ time: 1, kind: 'wifi', host: 'b', amount: 1 }] })],
    ['--script', script({ faults: [{ time: '1', kind: 'wifi', host: 'a', amount: 1 }] })],
    ['--report', join(folder, 'nowhere', 'page.html')],
    ['--unknown'],
    ['seeds'],
  ])('%s %s', (...args) => {
    const { status, stdout, stderr } = simulate(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^simulate: /);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test('a script that is right is run', () => {
    const { status, stderr } = simulate('--script', script({}));
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^the trace is in /)]);
  });

  test('a seed and a script', () => {
    expect(simulate('--seed', '1', '--script', 'x').status).toBe(2);
  });
});

test('one seed leaves its trace under a name of its own, twice the same; a page and a line of JSON have what happened', () => {
  const report = join(folder, 'page.html');
  const args = ['--seed', '../a seed', '--hours', '0.05', '--clients', '3', '--report', report, '--json'];
  const [first, again] = [simulate(...args), simulate(...args)];
  expect([first.status, again.status]).toEqual([0, 0]);
  const digestOf = (text: string): string => /digest (\w+)/.exec(text)![1];
  expect(digestOf(again.stderr)).toBe(digestOf(first.stderr));
  const trace = /build\/simulate\/(\S+\.txt)/.exec(first.stderr)![1];
  expect(trace).toBe('__a_seed.txt');
  const path = fileURLToPath(new URL(`../../build/simulate/${trace}`, import.meta.url));
  expect(readFileSync(path, 'utf8')).toMatch(/device0 → /);
  rmSync(path);
  expect(existsSync(path)).toBe(false);
  const summary = JSON.parse(first.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  expect(summary).toMatchObject({ worlds: 1, profile: 'mixed', broken: [] });
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('None was broken');
  expect(page).toContain('<svg');
}, 120_000);
