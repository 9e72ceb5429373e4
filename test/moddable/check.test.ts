/** `npm run moddable:check` where there is no SDK, or one that builds nothing: it says so, ends, and has the exit status for it. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../tools/moddable-check.mjs', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-sdk-'));

afterAll(() => rmSync(directory, { recursive: true }));

function check(MODDABLE: string | undefined): Promise<{ status: number; lines: string[] }> {
  const { IDF_PATH: _, MODDABLE: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program],
      { env: { ...env, ...(MODDABLE !== undefined && { MODDABLE }) } },
      (error, stdout) =>
        resolve({ status: error === null ? 0 : Number(error.code), lines: stdout.trimEnd().split('\n') }),
    );
  });
}

test('without an SDK nothing is checked, which is no success', async () => {
  expect(await check(undefined)).toEqual({
    status: 2,
    lines: [
      'moddable:check: skipped: everything (MODDABLE does not name an SDK)',
      'moddable:check: 0 checked, 1 skipped, 0 failed',
    ],
  });
});

test('an SDK whose tools are not built is none', async () => {
  const { status, lines } = await check(directory);
  expect(lines[0]).toContain("skipped: everything (the SDK's tools are not built: there is no ");
  expect(status).toBe(2);
});

test('an SDK that builds nothing fails every check, and the program ends', async () => {
  const tools = join(directory, 'build/bin/lin/release');
  mkdirSync(tools, { recursive: true });
  for (const name of ['mcconfig', 'mcpack']) {
    writeFileSync(join(tools, name), '#!/bin/sh\necho "a manifest is wrong" >&2\nexit 7\n');
    chmodSync(join(tools, name), 0o755);
  }
  const { status, lines } = await check(directory);
  const said = lines.join('\n');
  expect(said).toContain(
    'failed: manifests/echo for esp32, linked (mcconfig failed (exit code 7):\na manifest is wrong)',
  );
  expect(said).not.toContain(': checked:');
  expect(lines.at(-1)).toMatch(/: 0 checked, \d+ skipped, \d+ failed$/);
  expect(status).toBe(1);
});
