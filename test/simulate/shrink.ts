import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Kinds of what is wrong, without the numbers in them. */
function kindOf(what: string): string {
  return what.replace(/\d+/g, '0');
}

/** Runs a scenario, and says what was wrong. */
export type Run = (scenario: Scenario) => { readonly faults: readonly { readonly what: string }[] };

/**
 * Cuts a scenario that fails down to less that fails in the same way: fewer hours, faults and clients, plainer plans. Stops
 * after `budget` milliseconds.
 */
export function shrink(scenario: Scenario, what: string, budget: number, run: Run = runScenario): Scenario {
  const until = Date.now() + budget;
  const kind = kindOf(what);
  const fails = (candidate: Scenario): boolean =>
    Date.now() < until && run(candidate).faults.some((fault) => kindOf(fault.what) === kind);
  let best = scenario;
  const accept = (candidate: Scenario): boolean => {
    if (!fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(best) && Date.now() < until;) {
    before = JSON.stringify(best);
    while (best.hours > 0.02 && accept({ ...best, hours: best.hours / 2 }));
    const last = best.hours * 3_600_000;
    accept({ ...best, faults: best.faults.filter(({ time }) => time < last) });
    withoutParts(best.clients, (clients) => clients.length > 0 && accept({ ...best, clients }));
    const names = new Set(best.clients.flatMap(({ name, server }) => [name, server]));
    accept({ ...best, faults: best.faults.filter(({ host }) => names.has(host)) });
    withoutParts(best.faults, (faults) => accept({ ...best, faults }));
    withoutParts(best.servers, (servers) => servers.length > 0 && accept({ ...best, servers }));
    plainer(accept, () => best);
  }
  return best;
}

/** Tries to leave out parts of a list, large ones first. */
function withoutParts<T>(list: readonly T[], accept: (list: readonly T[]) => boolean): void {
  let left = list;
  for (let size = left.length; size >= 1; size = size >> 1) {
    for (let at = 0; at < left.length;) {
      const candidate = [...left.slice(0, at), ...left.slice(at + size)];
      if (candidate.length < left.length && accept(candidate)) left = candidate;
      else at += size;
    }
  }
}

const PLAIN: Readonly<Record<string, unknown>> = {
  secure: false,
  runtime: 'device',
  link: { latency: 10 },
  sendWindow: 8192,
  receiveWindow: 8192,
  losesUnread: false,
  transmitBuffer: 2048,
  idleTimeout: 0,
  pauses: 0,
  throws: 0,
};

/** Tries what is plain for every property of every client. */
function plainer(accept: (scenario: Scenario) => boolean, best: () => Scenario): void {
  for (let index = 0; index < best().clients.length; index++)
    for (const [name, value] of Object.entries(PLAIN)) {
      const clients = best().clients.map((plan, at) => (at === index ? { ...plan, [name]: value } : plan));
      accept({ ...best(), clients });
    }
}
