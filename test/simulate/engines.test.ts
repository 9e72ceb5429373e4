/** A seed means the same run, to the octet, in a process of its own and on another version of Node. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Trace } from '../../hosts/simulated/trace/trace.ts';
import { bundle } from './bundle.mjs';
import { traceOf } from './digest.ts';

const SEED = 'engines';
const HOURS = 0.5;
const folder = mkdtempSync(join(tmpdir(), 'engines-'));
const program = join(folder, 'run.mjs');
let here = '';

beforeAll(async () => {
  const entry = fileURLToPath(new URL('./digest.ts', import.meta.url));
  await bundle(entry, program);
  here = traceOf(SEED, HOURS);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const traceBy = (node: string, ...more: string[]): string =>
  execFileSync(node, [program, SEED, String(HOURS), ...more], { encoding: 'utf8' }).trim();

const majorOf = (version: string): string => version.trim().split('.')[0];

function versionOf(path: string): string {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** Another Node: the one that `OTHER_NODE` names, or that npx has fetched before (`npx -y node@24 --version`). */
function otherNode(): string | undefined {
  const { OTHER_NODE } = process.env;
  if (OTHER_NODE !== undefined && OTHER_NODE !== '') return OTHER_NODE;
  return cached().find((path) => /^v2[0-9]/.test(versionOf(path)) && isOther(path));
}

const isOther = (path: string): boolean => majorOf(versionOf(path)) !== majorOf(process.version);

function cached(): string[] {
  const cache = join(process.env.npm_config_cache ?? join(process.env.HOME ?? '/', '.npm'), '_npx');
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .map((name) => join(cache, name, 'node_modules', 'node', 'bin', 'node'))
    .filter((path) => existsSync(path));
}

test('a process of its own', () => {
  expect(traceBy(process.execPath)).toBe(here);
  // As many entries as a run that shows something has.
  expect(Number(here.split(' ')[1])).toBeGreaterThan(500);
});

const other = otherNode();
test.skipIf(other === undefined)(
  `another version of Node${other === undefined ? ': left out, there is none; set OTHER_NODE or run `npx -y node@24 --version`' : ''}`,
  () => {
    // One that was named has to be there, and another one.
    expect(versionOf(other!)).toMatch(/^v\d/);
    expect(isOther(other!)).toBe(true);
    expect(traceBy(other!)).toBe(here);
  },
);

test('a run that differs by a hundredth of a millisecond on one link is another one, by digest and by trace', () => {
  const [digest, , trace] = here.split(' ');
  const [otherDigest, , otherTrace] = traceBy(process.execPath, '0.01').split(' ');
  expect([otherDigest === digest, otherTrace === trace]).toEqual([false, false]);
});

test('a digest changes with one bit of an octet, a microsecond, the direction, the connection, and the kind of a step', () => {
  const connection = (id: number): never => ({ id }) as never;
  const digestOf = (act: (trace: Trace) => void): string => {
    const trace = new Trace(0);
    act(trace);
    return trace.digest;
  };
  const entry = { time: 1, kind: 'open', from: 'a', to: 'b', text: '', connection: 1 };
  const digests = [
    digestOf(() => {}),
    digestOf((trace) => trace.octets(connection(1), 0, Uint8Array.of(1, 2, 3), 0, 5)),
    digestOf((trace) => trace.octets(connection(1), 0, Uint8Array.of(1, 2, 2), 0, 5)),
    digestOf((trace) => trace.octets(connection(1), 0, Uint8Array.of(1, 2), 0, 5)),
    digestOf((trace) => trace.octets(connection(1), 0, Uint8Array.of(1, 2, 3), 0, 5.001)),
    digestOf((trace) => trace.octets(connection(1), 1, Uint8Array.of(1, 2, 3), 0, 5)),
    digestOf((trace) => trace.octets(connection(2), 0, Uint8Array.of(1, 2, 3), 0, 5)),
    digestOf((trace) => trace.add(entry)),
    digestOf((trace) => trace.add({ ...entry, kind: 'reset' })),
    digestOf((trace) => trace.add({ ...entry, connection: 2 })),
    digestOf((trace) => trace.add({ ...entry, time: 1.001 })),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});
