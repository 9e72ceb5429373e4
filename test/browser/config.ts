import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: Chromium against a server of ours in an Express app. Chromium comes from apt. */
export default defineConfig({
  test: { include: ['test/browser/**/*.browser.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
