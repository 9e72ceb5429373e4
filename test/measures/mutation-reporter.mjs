// What Stryker tells of each mutant, as it comes: a run that is ended by its time box has told all that it knows.
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Calls `globalThis.ringletMutants.tested` with each result, and `ready` with how many there will be. */
class MutantReporter {
  onMutationTestingPlanReady({ mutantPlans }) {
    globalThis.ringletMutants.ready(mutantPlans.length);
  }

  onMutantTested(result) {
    globalThis.ringletMutants.tested(result);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'mutants', MutantReporter)];
