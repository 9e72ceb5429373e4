/** A device downloads through a line so slow that Pings fall due inside a frame, in which the peer may send no Pong. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isMissing } from './support/desk.ts';

const script = fileURLToPath(new URL('../../bench/xs/slow-line.mjs', import.meta.url));

test.skipIf(isMissing)('10 MB at 76 KB/s, in a fortieth of the time', async () => {
  const args = [script, '--scale', '40', '--json'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, (_error, stdout) => resolve(stdout));
  });
  const { isWhole, octets, pings } = JSON.parse(output) as Record<string, number>;
  expect({ isWhole, octets }).toEqual({ isWhole: true, octets: 10_000_000 });
  // More than one of their deadlines has passed.
  expect(pings).toBeGreaterThanOrEqual(2);
});
