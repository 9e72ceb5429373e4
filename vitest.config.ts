import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of what has no input and output of its own, and keeps nothing outside its objects. */
const ENGINE = ['unit', 'deflate', 'compression', 'vectors', 'property', 'examples', 'interop'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // Some tests run what is in dist/, in processes of their own.
    globalSetup: 'tools/setup.mjs',
    // More than there are processors: many tests only wait.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Servers of this machine are reached without the proxy that a machine may have.
    env: { no_proxy: '*' },
    reporters: ['default', './tools/second-tries.mjs'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      // These share processes, which saves a new one, with every module loaded and compiled again, for each file.
      { extends: true, test: { name: 'engine', include: ENGINE, isolate: false } },
      // These also look at the process that they run in: its streams, its signals, its exit code. Sockets and processes are
      // at the mercy of whatever else runs on a machine of CI: there a failed test has a second try, and the report says so.
      {
        extends: true,
        test: {
          name: 'hosts',
          include: ['test/**/*.test.ts'],
          exclude: ENGINE,
          retry: process.env.CI === undefined ? 0 : 1,
        },
      },
    ],
  },
});
