// Prints the digest of a run: seed and hours are the arguments. See engines.test.ts.
import { runScenario } from './run-scenario.ts';
import { PROFILES, scenarioOf } from './scenario.ts';

const [seed, hours] = process.argv.slice(2);
process.stdout.write(`${runScenario(scenarioOf(seed, Number(hours), 6, PROFILES.rough)).digest}\n`);
