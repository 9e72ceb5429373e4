import { defineConfig } from 'vitest/config';

/** `npm run conversations`: libraries that people use, unmodified, over our WebSocket and at our server. */
export default defineConfig({
  test: {
    include: ['test/conversations/**/*.conversation.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
