/** A million messages either way leave V8's heap where it was: counted, not timed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';

interface Result {
  readonly name: string;
  readonly done: number;
  readonly scavenges: number;
  readonly grownPerMessage: number;
}

let results: readonly Result[] = [];

beforeAll(async () => {
  const file = await bundle(fileURLToPath(new URL('measure.ts', import.meta.url)));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', file]);
  results = JSON.parse(stdout) as Result[];
}, 120_000);

describe('a million messages', () => {
  test.each([
    'received by a server, 100 in a segment',
    'received by a client, 100 in a segment',
    'received by a server, one by one',
    'sent by a client, coalesced',
    'sent by a server, coalesced',
    'pings that are not answered',
    'empty fragments',
    'pieces of a frame of 2^53 - 1 octets',
  ])('%s', (name) => {
    const result = results.find((each) => each.name === name)!;
    expect(result.done).toBe(1_000_000);
    expect(result.scavenges).toBe(0);
    expect(result.grownPerMessage).toBeLessThan(1);
  });
});
