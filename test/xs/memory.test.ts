/**
 * The promises about memory, in short: `npm run memory` and `npm run soak:xs` keep them for long. Each is also
 * seen to break.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { BLOCK, bundle, isDeviceSized, isMissing, library, runInDesk, wholeNames } from './support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

interface Run {
  readonly work: string;
  readonly slots: number;
  readonly chunkBytes: number;
  readonly collections: number;
}

interface Measured {
  readonly engine: { readonly bits: number };
  readonly runs: readonly Run[];
  readonly ramPerConnection: number;
  readonly smallestBlock: number;
  readonly bundle: { readonly minified: number; readonly gzip: number };
  readonly stack: Stack & { readonly deflate: Stack };
}

interface Stack {
  readonly connect: number;
  readonly receive: number;
  readonly send: number;
}

function runScript(
  script: string,
  ...args: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path(script), ...args], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe.skipIf(isMissing)('memory on XS', () => {
  test('messages cost no slot, no chunk and no collection', { timeout: 180_000 }, async () => {
    const { status, stdout, stderr } = await runScript(
      'bench/memory/memory.mjs',
      '--messages',
      '1000',
      '--json',
      '--no-expected',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { runs, engine, smallestBlock, bundle: size, stack } = JSON.parse(stdout) as Measured;
    expect(runs.map(({ work }) => work)).toEqual(expect.arrayContaining(['spans', 'read', 'send']));
    for (const { slots, chunkBytes, collections } of runs)
      expect({ slots, chunkBytes, collections }).toEqual({ slots: 0, chunkBytes: 0, collections: 0 });
    expect(engine.bits).toBe(isDeviceSized ? 32 : 64);
    expect(smallestBlock).toBeLessThanOrEqual(BLOCK);
    // The size is that of the bundle which ran, and not of one that nobody has tried.
    expect(size).toEqual({
      minified: statSync(bundle).size,
      gzip: gzipSync(readFileSync(bundle), { level: 9 }).length,
    });
    for (const { connect, receive, send } of [stack, stack.deflate])
      for (const slots of [connect, receive, send]) {
        expect(slots).toBeGreaterThan(0);
        expect(slots).toBeLessThan(640);
      }
  });

  test('a view for every message is noticed', { timeout: 180_000 }, async () => {
    const { status, stderr } = await runScript(
      'bench/memory/memory.mjs',
      ...['--messages', '1000', '--json', '--no-expected', '--allocate'],
    );
    expect(status).toBe(1);
    expect(stderr.match(/(spans|read|send): .* were promised to be 0/g)).toHaveLength(9);
  });

  test('connections that are lost in every phase leave nothing behind', async () => {
    const { status, stdout } = await runScript('bench/memory/soak.mjs', '--rounds', '200');
    expect(JSON.parse(stdout)).toEqual({ rounds: 200, ends: 200, slots: 0, chunkBytes: 0 });
    expect(status).toBe(0);
  });
});

describe.skipIf(isMissing)('the bundle in read-only memory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-preload-'));
  let server: WebSocketServer;
  let args: string[];

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0 });
    server.on('connection', (peer) => {
      let left = 20;
      peer.on('message', () => (--left === 0 ? peer.close(1000) : peer.send('message '.repeat(left))));
      peer.send('first');
    });
    await new Promise((resolve) => server.once('listening', resolve));
    args = ['127.0.0.1', String((server.address() as AddressInfo).port), '/'];
  });

  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  /** Runs the echo app with a bundle as `change` makes it. */
  function runEcho(file: string, change = (code: string) => code): ReturnType<typeof runInDesk> {
    const changed = join(directory, 'ringlet.js');
    writeFileSync(changed, change(readFileSync(file, 'utf8')));
    const modules = {
      ...library,
      ringlet: changed,
      'embedded:network/websocket/client': changed,
      app: path('dist/xs/echo.js'),
    };
    return runInDesk({ modules, args, options: ['--stats'] });
  }

  const aliases = (stderr: string): number => (JSON.parse(stderr) as { aliases: number }).aliases;

  test('works, and nothing of it has to be copied to be written', async () => {
    for (const file of [bundle, wholeNames]) {
      const { status, stderr } = await runEcho(file);
      expect(status).toBe(0);
      expect(aliases(stderr)).toBe(0);
    }
  });

  const CONSTRUCTOR = 'constructor(options) {';

  test('a scratch buffer at module level makes it fail', async () => {
    const { status, stderr } = await runEcho(wholeNames, (code) => {
      expect(code).toContain(CONSTRUCTOR);
      return `const scratch = new Uint8Array(4);\n${code.replace(CONSTRUCTOR, `${CONSTRUCTOR}scratch[0] = 1;`)}`;
    });
    expect(stderr).toMatch(/uncaught exception: TypeError/);
    expect(status).toBe(1);
  });

  test('a variable at module level is noticed', async () => {
    const { status, stderr } = await runEcho(
      wholeNames,
      (code) => `let made = 0;\n${code.replace(CONSTRUCTOR, `${CONSTRUCTOR}made++;\n`)}`,
    );
    expect(status).toBe(0);
    expect(aliases(stderr)).toBe(1);
  });
});

describe('the height of the stack', () => {
  test('is the highest of the runs of a kind', async () => {
    const { stackOf } = (await import('../../bench/memory/measure.mjs' as string)) as {
      stackOf: (connection: object, runs: object[], compressed: object) => object;
    };
    const runs = Object.entries({ spans: 3, read: 9, send: 5, inflate: 40, 'inflate and read': 30 }).map(
      ([work, stack]) => ({ work, stack }),
    );
    const all = [
      ...runs,
      { work: 'spans', stack: 4 },
      { work: 'send', stack: 8 },
      { work: 'deflate', stack: 20 },
    ];
    expect(stackOf({ stack: 2 }, all, { stack: 10 })).toEqual({
      connect: 2,
      receive: 9,
      send: 8,
      deflate: { connect: 10, receive: 40, send: 20 },
    });
  });
});

describe('the comparison with expected.json', () => {
  test('holds every number that stands there', async () => {
    const { differences } = (await import('../../bench/memory/compare.mjs' as string)) as {
      differences: (expected: unknown, measured: unknown) => string[];
    };
    const expected = {
      ramPerConnection: { value: 100, tolerance: 16 },
      'bundle.gzip': { value: 10, tolerance: 0 },
    };
    const faultsOf = (bits: number, measured: object): string[] =>
      differences(expected, { engine: { bits }, ...measured });
    expect(faultsOf(32, { ramPerConnection: 116, bundle: { gzip: 10 } })).toEqual([]);
    expect(faultsOf(32, { ramPerConnection: 117, bundle: { gzip: 9 } })).toHaveLength(2);
    expect(faultsOf(32, { ramPerConnection: 100 })).toHaveLength(1);
    // A stack that was lower this time is no fault: how the network cut the stream decides.
    const stackOfReading = (receive: number): string[] =>
      differences(
        { 'stack.receive': { value: 100, tolerance: 10 } },
        { engine: { bits: 32 }, stack: { receive } },
      );
    expect(
      [stackOfReading(80), stackOfReading(110), stackOfReading(111)].map(({ length }) => length),
    ).toEqual([0, 0, 1]);
    // Octets of slots are twice as many in 64 bits.
    expect(faultsOf(64, { ramPerConnection: 200, bundle: { gzip: 10 } })).toEqual([]);
    expect(faultsOf(64, { ramPerConnection: 200, bundle: { gzip: 9 } })).toHaveLength(1);
  });
});
