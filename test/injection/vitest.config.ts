import { defineConfig } from 'vitest/config';

/** `npm run injection`: two calls of the host's functions fail, in all pairs. */
export default defineConfig({
  test: {
    include: ['test/injection/**/*.pairs.ts'],
    maxWorkers: '100%',
    testTimeout: 600_000,
    // As in `npm test`: real sockets, on a machine that may be busy.
    retry: process.env.CI === undefined ? 0 : 1,
    reporters: ['default', './tools/second-tries.mjs'],
  },
});
