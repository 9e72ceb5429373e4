import { defineConfig } from 'vitest/config';

/** The desk XS on an emulated board: `npm run test:rv32`, apart from the tests of every day for what it takes to be there. */
export default defineConfig({
  test: {
    include: ['test/xs/rv32/*.slow.ts'],
    globalSetup: 'tools/setup.mjs',
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
