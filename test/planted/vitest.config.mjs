import { defineConfig } from 'vitest/config';

/** For `npm run planted`: the suites that it names, without a build. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    bail: 1,
    testTimeout: 60_000,
    expect: { poll: { timeout: 5_000 } },
  },
});
