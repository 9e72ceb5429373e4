import { defineConfig } from 'vitest/config';

/** `npm run injection`: two calls of the host's functions fail, in all pairs. */
export default defineConfig({
  test: {
    include: ['test/injection/**/*.pairs.ts'],
    maxWorkers: '100%',
    testTimeout: 600_000,
  },
});
