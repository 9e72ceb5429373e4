import { runScenario } from './run-scenario.ts';
import { PLAIN, PLAIN_OUTBOX, PLAIN_SERVER } from './plain.ts';
import type { ClientPlan, Scenario } from './scenario.ts';

/** Kinds of what is wrong, without the numbers in them. */
function kindOf(what: string): string {
  return what.replace(/\d+/g, '0');
}

/** What was wrong in a run. */
export interface Found {
  readonly what: string;
  readonly who?: string;
  /** Virtual milliseconds. */
  readonly time?: number;
}

/** Runs a scenario, and says what was wrong. */
export type Run = (scenario: Scenario) => { readonly faults: readonly Found[] };

/** How much may be tried: runs, and milliseconds. */
export interface Budget {
  readonly runs: number;
  readonly time: number;
}

export interface Shrunk {
  readonly scenario: Scenario;
  readonly runs: number;
}

const HOUR = 3_600_000;
/** No shorter than that. */
const SHORTEST = 0.02;
/** Steps of a search for the time that it takes. */
const STEPS = 6;

/**
 * Cuts a scenario that fails down to less that fails in the same way: fewer hours, then clients, then faults (whole kinds, then
 * parts of the list down to single ones), then servers, then plainer plans; and all of it again, until nothing more can be cut,
 * or the budget is used.
 */
export function shrink(scenario: Scenario, first: Found, budget: Budget, run: Run = runScenario): Shrunk {
  const until = Date.now() + budget.time;
  const kind = kindOf(first.what);
  let best = scenario;
  let found = first;
  let runs = 0;
  const isUsed = (): boolean => runs >= budget.runs || Date.now() >= until;
  /** Tries `parts` in place of what there is, and keeps them if it fails as before. */
  const accept = (parts: Partial<Scenario>): boolean => {
    const candidate = { ...best, ...parts };
    if (isUsed() || !isLess(candidate, best)) return false;
    runs += 1;
    const again = run(candidate).faults.find(({ what }) => kindOf(what) === kind);
    if (again === undefined) return false;
    best = candidate;
    found = again;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(best) && !isUsed();) {
    before = JSON.stringify(best);
    toTheMoment(accept, best, found);
    shorter(accept, () => best.hours);
    withoutParts(best.clients, (clients) => clients.length > 0 && accept({ clients }));
    const names = new Set(best.clients.flatMap(({ name, server }) => [name, server]));
    const isWithin = ({ time, host }: Scenario['faults'][number]): boolean =>
      time < best.hours * HOUR && names.has(host);
    accept({ faults: best.faults.filter(isWithin) });
    for (const name of new Set(best.faults.map(({ kind }) => kind)))
      accept({ faults: best.faults.filter(({ kind }) => kind !== name) });
    withoutParts(best.faults, (faults) => accept({ faults }));
    const used = new Set(best.clients.map(({ server }) => server));
    accept({ servers: best.servers.filter(({ name }) => used.has(name)) });
    accept({ servers: best.servers.map((plan) => ({ ...plan, ...PLAIN_SERVER, kind: plan.kind })) });
    plainer(accept, () => best);
  }
  return { scenario: best, runs };
}

type Accept = (parts: Partial<Scenario>) => boolean;

/** Nothing is run that is what there is already. */
function isLess(candidate: Scenario, best: Scenario): boolean {
  return JSON.stringify(candidate) !== JSON.stringify(best);
}

/** Mostly it is one client, and it is known which and when: two runs in place of many. */
function toTheMoment(
  accept: Accept,
  { hours, clients }: Scenario,
  { who = '', time = Infinity }: Found,
): void {
  if (time / HOUR + SHORTEST < hours) accept({ hours: round(time / HOUR + SHORTEST) });
  const words = new Set(who.split(/[ /]/));
  const own = clients.filter(({ name }) => words.has(name));
  if (own.length > 0) accept({ clients: own });
}

/** By halves; then between what fails and what does not. */
function shorter(accept: Accept, hours: () => number): void {
  while (hours() > SHORTEST && accept({ hours: round(hours() / 2) }));
  let fine = hours() / 2;
  for (let step = 0; step < STEPS && hours() - fine > SHORTEST; step++) {
    const middle = round((fine + hours()) / 2);
    if (!accept({ hours: middle })) fine = middle;
  }
}

/** Up, so that what happened within still does. */
const round = (hours: number): number => Math.ceil(hours * 1000) / 1000;

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

/** Tries what is plain for every property of every client, all of them at once first. */
function plainer(accept: Accept, best: () => Scenario): void {
  const change = (index: number, parts: (plan: ClientPlan) => Partial<ClientPlan>): boolean =>
    accept({
      clients: best().clients.map((plan, at) => (at === index ? { ...plan, ...parts(plan) } : plan)),
    });
  for (let index = 0; index < best().clients.length; index++) {
    if (!change(index, () => PLAIN))
      for (const [name, value] of Object.entries(PLAIN)) change(index, () => ({ [name]: value }));
    if (best().clients[index].outbox === undefined) continue;
    for (const [name, value] of Object.entries(PLAIN_OUTBOX))
      change(index, ({ outbox }) => ({ outbox: { ...outbox!, [name]: value } }));
  }
}
