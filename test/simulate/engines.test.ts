/** A seed means the same run, to the octet, in a process of its own and on another version of Node. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { runScenario } from './run-scenario.ts';
import { PROFILES, scenarioOf } from './scenario.ts';

const SEED = 'engines';
const HOURS = 0.5;
const folder = mkdtempSync(join(tmpdir(), 'engines-'));
const program = join(folder, 'run.mjs');

beforeAll(async () => {
  const entry = fileURLToPath(new URL('./digest.ts', import.meta.url));
  await bundle(entry, program);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const digestBy = (node: string): string =>
  execFileSync(node, [program, SEED, String(HOURS)], { encoding: 'utf8' }).trim();

const here = (): string => runScenario(scenarioOf(SEED, HOURS, 6, PROFILES.rough)).digest;

/** Another Node: the one that `OTHER_NODE` names, or that npx has fetched before (`npx -y node@24 --version`). */
function otherNode(): string | undefined {
  const { OTHER_NODE } = process.env;
  const paths = OTHER_NODE === undefined ? cached() : [OTHER_NODE];
  return paths.find((path) => {
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    return status === 0 && /^v2[2-9]/.test(stdout) && stdout.trim() !== process.version;
  });
}

function cached(): string[] {
  const cache = join(process.env.npm_config_cache ?? join(process.env.HOME ?? '/', '.npm'), '_npx');
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .map((name) => join(cache, name, 'node_modules', 'node', 'bin', 'node'))
    .filter((path) => existsSync(path));
}

test('a process of its own', () => {
  expect(digestBy(process.execPath)).toBe(here());
});

const other = otherNode();
test.skipIf(other === undefined)(
  `another version of Node${other === undefined ? ': left out, there is none; set OTHER_NODE or run `npx -y node@24 --version`' : ''}`,
  () => {
    expect(digestBy(other!)).toBe(here());
  },
);
