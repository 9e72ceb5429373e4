/** `npm run moddable:check` where there is no SDK, or one that builds nothing: it says so, ends, and has the exit status for it. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { withAuthority } from '../../tools/moddable/authority.mjs';

const program = fileURLToPath(new URL('../../tools/moddable-check.mjs', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-sdk-'));

const TOOLS = ['mcconfig', 'mcpack', 'xsc', 'xsl'];

afterAll(() => rmSync(directory, { recursive: true }));

function check(
  MODDABLE: string | undefined,
  more: NodeJS.ProcessEnv = {},
): Promise<{ status: number; lines: string[] }> {
  const { IDF_PATH: _, MODDABLE: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program],
      { env: { ...env, ...more, ...(MODDABLE !== undefined && { MODDABLE }) } },
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

/** Tools of an SDK that all do what `script` says. */
function makeTools(script: string, names: readonly string[]): void {
  const tools = join(directory, 'build/bin/lin/release');
  mkdirSync(tools, { recursive: true });
  for (const name of names) {
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, name), 0o755);
  }
}

test('half of an SDK is none, and what is missing is named', async () => {
  makeTools('exit 0', ['mcconfig', 'mcpack', 'xsc']);
  const { status, lines } = await check(directory);
  expect(lines[0]).toMatch(/skipped: everything \(the SDK's tools are not built: there is no .*xsl\)$/);
  expect(status).toBe(2);
});

test('a build that never ends has failed', async () => {
  // What it starts has to end with it: a makefile's compiler, say, that holds the output open.
  makeTools('sleep 1000', TOOLS);
  const { status, lines } = await check(directory, { MODDABLE_PATIENCE: '0.1' });
  expect(lines[0]).toContain(
    'failed: manifests/echo for esp32, linked (mcconfig failed (no end after 0.1 s)',
  );
  expect(lines.at(-1)).toMatch(/: 0 checked, \d+ skipped, \d+ failed$/);
  expect(status).toBe(1);
});

test('a build in which the SDK warns of a module of ours has failed, of one of its own it has not', async () => {
  const warnings = ['ringlet/deflate: permessageDeflate() a', 'wifi: default() timer'];
  makeTools(warnings.map((what) => `echo '### warning: ${what}: no const' >&2`).join('\n'), TOOLS);
  const all = (await check(directory)).lines.join('\n');
  expect(all).toMatch(
    /failed: .* \(the SDK warns of a module of this package: ### warning: ringlet\/deflate: permessageDeflate\(\) a: no const\)/,
  );
  makeTools("echo '### warning: wifi: default() timer: no const' >&2", TOOLS);
  expect((await check(directory)).lines.join('\n')).not.toContain('warns of');
});

test('an SDK that builds nothing fails every check, and the program ends', async () => {
  makeTools('echo "a manifest is wrong" >&2\nexit 7', TOOLS);
  const { status, lines } = await check(directory);
  const said = lines.join('\n');
  expect(said).toContain(
    'failed: manifests/echo for esp32, linked (mcconfig failed (exit code 7):\na manifest is wrong)',
  );
  expect(said).not.toContain(': checked:');
  expect(lines.at(-1)).toMatch(/: 0 checked, \d+ skipped, \d+ failed$/);
  expect(status).toBe(1);
});

test('a certificate is made for the time, and nothing else in its folder is touched', async () => {
  const folder = join(directory, 'app/certificates');
  const made = join(folder, 'ca.der');
  const octets = await withAuthority(made, () => readFileSync(made));
  expect(new X509Certificate(octets).subject).toBe('CN=ringlet');
  expect(existsSync(folder)).toBe(false);

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'of-the-user.der'), 'kept');
  await withAuthority(made, () => undefined);
  expect(readdirSync(folder)).toEqual(['of-the-user.der']);

  writeFileSync(made, 'a real one');
  expect(String(await withAuthority(made, () => readFileSync(made)))).toBe('a real one');
  expect(existsSync(made)).toBe(true);
});
