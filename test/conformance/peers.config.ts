import { defineConfig } from 'vitest/config';

/** The long run against other libraries, apart from the tests of every day. */
export default defineConfig({
  test: { include: ['test/conformance/peers.slow.ts'], disableConsoleIntercept: true },
});
