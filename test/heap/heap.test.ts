/**
 * Messages either way leave V8's heap where it was. (On XS the counts are exact; here the test is for closures,
 * objects and boxed numbers on the way, which would be many octets a message.)
 *
 * Counted in a process of its own. Without V8's threads, which compile and collect when they get round to it, that
 * process does the same in every run, however busy the machine is.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import type { Result } from './case.ts';

const FLAGS = ['--expose-gc', '--single-threaded'];

let file: string;

beforeAll(async () => {
  file = await bundle(fileURLToPath(new URL('measure.ts', import.meta.url)));
});

async function measure(suite: string): Promise<Result[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, file, suite]);
  return JSON.parse(stdout) as Result[];
}

describe.each([
  [
    'connection',
    [
      'received by a server, 100 in a segment',
      'received by a client, 100 in a segment',
      'received by a server, one by one',
      'sent by a client, coalesced',
      'sent by a server, coalesced',
      'pings that are not answered',
      'empty fragments',
      'pieces of a frame of 2^53 - 1 octets',
    ],
  ],
  [
    'compression',
    [
      'device, sent by the client',
      'device, sent by the server',
      'desk, sent by the client',
      'desk, sent by the server',
      'device, deflated and inflated',
      'desk, deflated and inflated',
    ],
  ],
])('%s', (suite, names) => {
  let results: readonly Result[] = [];

  beforeAll(async () => {
    results = await measure(suite);
  });

  test.each(names)('%s', (name) => {
    const result = results.find((each) => each.name === name)!;
    expect(result.done).toBe(result.asked);
    expect(result.collections).toBe(0);
    expect(result.grownPerMessage).toBeLessThan(1);
  });
});

test('an object for every message is counted', async () => {
  const [{ done, asked, collections, grownPerMessage }] = await measure('control');
  expect([done, collections]).toEqual([asked, 0]);
  // An object with one field, of 64-bit words or compressed ones.
  expect(grownPerMessage).toBeGreaterThanOrEqual(12);
});
