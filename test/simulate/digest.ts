// Prints what a run was: its digest, and a hash of its trace, word by word. Arguments: seed, hours, and by how many milliseconds
// the first client's link is slower. See engines.test.ts.
import { createHash } from 'node:crypto';
import { runScenario } from './run-scenario.ts';
import { PROFILES, scenarioOf } from './scenario.ts';

/** More entries than half an hour has. */
const ALL = 1_000_000;

export function traceOf(seed: string, hours: number, slower = 0): string {
  const scenario = scenarioOf(seed, hours, 6, PROFILES.rough);
  const [first, ...others] = scenario.clients;
  const link = { ...first.link, latency: first.link.latency! + slower };
  const { digest, world } = runScenario({ ...scenario, clients: [{ ...first, link }, ...others] }, ALL);
  return `${digest} ${world.trace.entries.length} ${createHash('sha256').update(world.text()).digest('hex')}`;
}

if (process.argv.length > 3 && /^\d/.test(process.argv[3])) {
  const [seed, hours, slower = '0'] = process.argv.slice(2);
  process.stdout.write(`${traceOf(seed, Number(hours), Number(slower))}\n`);
}
