// One room of `npm run mutation`, in a process of its own, because Stryker is ended by a signal when its time is over. Arguments
// are what is to be mutated: files, or files with lines. Tells its parent of each mutant as it comes.
import { basename, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { root } from './places.mjs';

globalThis.ringletMutants = {
  dry: (tests) =>
    process.send({ dry: tests.map(({ fileName, timeSpentMs }) => [basename(fileName), timeSpentMs]) }),
  ready: (count) => process.send({ count }),
  tested: ({ status, fileName, location, replacement, mutatorName, killedBy, coveredBy }) =>
    process.send({
      status,
      file: relative(root, fileName).replace(/^build\/stryker\/[^/]+\//, ''),
      line: location.start.line,
      column: location.start.column,
      end: location.end,
      mutator: mutatorName,
      replacement,
      killedBy,
      covered: coveredBy?.length ?? 0,
    }),
};
await new Stryker({
  testRunner: 'room',
  plugins: ['./test/measures/mutation-runner.mjs', './test/measures/mutation-reporter.mjs'],
  mutate: process.argv.slice(2),
  ignorePatterns: ['/dist', '/build', '/reports', '/coverage', '/manifests', '/bench', '/docs/api'],
  // Nothing checks types here, and to say so in each file Stryker would have to parse all of them.
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  // Those of a module's top level would need all modules loaded anew for each.
  ignoreStatic: true,
  concurrency: 1,
  tempDirName: 'build/stryker',
  reporters: ['mutants'],
  // A machine that is busy is not to be taken for a mutant that loops: loops are found by their count, see mutation-runner.mjs,
  // and only what that misses ends here, forty times as late as a mutant's share of the processor is used up.
  timeoutMS: 120_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 30,
  logLevel: 'warn',
  allowConsoleColors: false,
}).runMutationTest();
