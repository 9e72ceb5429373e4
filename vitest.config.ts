import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './tools/longest-first.mjs';

const testsIn = (folders: readonly string[]): string => `test/{${folders.join()}}/**/*.test.ts`;

/** Tests of what has no input and output of its own, and keeps nothing outside its objects. */
const ENGINE = ['unit', 'deflate', 'compression', 'vectors', 'property', 'examples', 'interop'];

/**
 * Tests that leave the process as it was: what they look at is in a simulated world, in processes of its own, or in files of the
 * tree. They replace no module and no global, listen to no event of the process, and measure nothing of it. A WebSocket of
 * theirs, which is lent a runtime once in a process, is that of the world.
 */
const GUESTS = [
  ...['messages', 'socket', 'world', 'hostile', 'injection', 'simulate', 'uplink'],
  ...['device-server', 'docs', 'fuzz', 'moddable', 'package', 'tools', 'xs'],
];

/** Of those folders, but not so: they have a process for themselves. */
const NO_GUESTS = [
  'hostile/{tcp*,undici}',
  'injection/{file-store,network/*}',
  'simulate/shrink',
  'uplink/{file-store,kill-9,node,one-question}',
  'world/{device-build,firmware,let-go,moddable-examples,wrong}',
].map((name) => `test/${name}.test.ts`);

/**
 * Sockets and processes are at the mercy of whatever else runs on a machine of CI: there a failed test has a second try, and the
 * report says so.
 */
const RETRY = process.env.CI === undefined ? 0 : 1;

export default defineConfig({
  test: {
    // Some tests run what is in dist/, in processes of their own.
    globalSetup: 'tools/setup.mjs',
    // More than there are processors: many tests only wait.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Servers of this machine are reached without the proxy that a machine may have.
    env: { no_proxy: '*' },
    reporters: ['default', './tools/second-tries.mjs'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      // These share processes, which saves a new one, with every module loaded and compiled again, for each file.
      { extends: true, test: { name: 'engine', include: [testsIn(ENGINE)], isolate: false } },
      {
        extends: true,
        test: {
          name: 'guests',
          include: [testsIn(GUESTS)],
          exclude: NO_GUESTS,
          isolate: false,
          retry: RETRY,
        },
      },
      // These also look at the process that they run in: its streams, its signals, its exit code.
      {
        extends: true,
        test: {
          name: 'hosts',
          include: [`test/!(${[...ENGINE, ...GUESTS].join('|')})/**/*.test.ts`, ...NO_GUESTS],
          retry: RETRY,
        },
      },
    ],
  },
});
