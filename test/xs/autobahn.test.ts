/** The client in the desk XS, in 32 KB of static memory, under the conformance lab; `npm run conformance:xs` runs all of it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareWithExpected, startFuzzingServer } from '../../hosts/node/conformance/index.ts';
import { isMissing } from './support/desk.ts';

const command = fileURLToPath(new URL('../../hosts/node/cli/ringlet.mjs', import.meta.url));
const expected = join(import.meta.dirname, '../conformance/expected-xs.json');

/** Sections 1 to 5, 7 and 10, the shortest of valid and invalid text, and a megabyte that no memory holds. */
const CASES = ['1.*', '2.*', '3.*', '4.*', '5.*', '6.1.*', '6.2.*', '6.3.*', '7.*', '9.1.3', '10.*'];

/** One short case of each sub-section of compression; only this agent offers it. */
const COMPRESSED = ['12.*.3', '13.*.3'];

/** Seconds: what is measured here is what an endpoint does, not how soon on a machine that is busy. */
const deadlines = { openHandshake: 30, closeHandshake: 15, serverConnectionDrop: 15 };

describe.skipIf(isMissing)('ringlet autobahn --engine xs', () => {
  test.each([
    ['xs-client', '--no-deflate', CASES, 100],
    ['xs-client-deflate', '--deflate', COMPRESSED, 11],
  ] as const)('%s passes what Node passes', { timeout: 180_000 }, async (agent, flag, cases, least) => {
    const lab = await startFuzzingServer({ cases, deadlines, messages: 5, port: 0 });
    const args = [command, 'autobahn', lab.url, '--engine', 'xs', flag, '--agent', agent];
    const status = await new Promise((resolve) =>
      execFile(process.execPath, args, (error) => resolve(error?.code ?? 0)),
    );
    const results = lab.store.resultsOf(agent);
    await lab.close();
    expect(await compareWithExpected(results, expected)).toEqual([]);
    expect(results.length).toBeGreaterThan(least);
    expect(status).toBe(0);
  });
});
