// `npm run mutation [-- room …]`
import { Stryker } from '@stryker-mutator/core';
import { ROOMS } from './rooms.mjs';
const room = process.argv[2];
process.env.RINGLET_ROOM = room;
const s = new Stryker({
  testRunner: 'vitest',
  vitest: { configFile: 'test/measures/mutation.config.mjs', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: ROOMS[room].mutate,
  ignorePatterns: ['/dist', '/build', '/reports', '/manifests', '/bench'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  tempDirName: 'build/stryker',
  incremental: true,
  incrementalFile: `build/mutation/${room}.json`,
  reporters: ['json', 'progress-append-only', 'clear-text'],
  jsonReporter: { fileName: `reports/mutation/${room}.json` },
  checkers: [],
  timeoutMS: 3000,
});
await s.runMutationTest();
