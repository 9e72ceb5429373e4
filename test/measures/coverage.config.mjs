import { defineConfig } from 'vitest/config';

/**
 * For `npm run coverage`: every suite that runs `src/` in its own process. Those that run it elsewhere (a desktop build of
 * XS, processes of the command line, bundles) add nothing that could be counted here.
 */
export default defineConfig({
  test: {
    globalSetup: 'tools/setup.mjs',
    include: [
      'test/{unit,deflate,compression,vectors,property,messages,uplink,websocket,injection}/**/*.test.ts',
      'test/{hostile,faces,world,hosts,simulate,examples,socket,reconnecting}/**/*.test.ts',
    ],
    exclude: [
      'test/{websocket,socket,reconnecting}/xs.test.ts',
      'test/websocket/types.test.ts',
      'test/uplink/kill-9.test.ts',
    ],
    maxWorkers: '100%',
    // What is counted runs at half the speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: {
      enabled: true,
      provider: 'v8',
      // A test that fails costs an hour of a busy machine otherwise, with nothing known of the branches.
      reportOnFailure: true,
      include: ['src/**/*.ts'],
      reporter: ['json', 'html'],
      reportsDirectory: 'reports/coverage',
    },
  },
});
