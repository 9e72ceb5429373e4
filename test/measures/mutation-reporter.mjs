// What Stryker tells of each mutant, as it comes: a run that is ended by its time box has told all that it knows.
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * Calls `globalThis.ringletMutants.dry` with the tests and their times without a mutant, `ready` with how many mutants there
 * will be, and `tested` with each result.
 */
class MutantReporter {
  onDryRunCompleted({ result }) {
    globalThis.ringletMutants.dry(result.tests);
  }

  onMutationTestingPlanReady({ mutantPlans }) {
    globalThis.ringletMutants.ready(mutantPlans.length);
  }

  onMutantTested(result) {
    globalThis.ringletMutants.tested(result);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'mutants', MutantReporter)];
