/** A scenario that fails is cut down to what it fails for. */
import { expect, test, vi } from 'vitest';
import { Backoff } from '../../src/uplink/backoff.ts';
import { runScenario } from './run-scenario.ts';
import { linesOf, PLAIN, scenarioIn, type Script, scriptOf } from './plain.ts';
import {
  type Face,
  type FaultKind,
  type FaultPlan,
  PROFILES,
  type Scenario,
  scenarioOf,
} from './scenario.ts';
import { type Run, shrink } from './shrink.ts';

const whole = scenarioOf('shrink', 24, 12, PROFILES.rough);
const culprit = { ...whole.faults[20], host: 'device7' };
const rough: Scenario = { ...whole, faults: whole.faults.map((fault, at) => (at === 20 ? culprit : fault)) };

/** Fails where a certain fault happens while a certain client is there; of what is left of the rest nothing depends. */
const run: Run = ({ clients, faults, hours }) => {
  const isThere =
    clients.some(({ name }) => name === 'device7') &&
    faults.some(({ time, host }) => time === culprit.time && host === culprit.host) &&
    culprit.time < hours * 3_600_000;
  return { faults: isThere ? [{ what: 'late by 17 ms' }] : [] };
};
const budget = { runs: 1000, time: 20_000 };

test('to the one client, the one fault and little more time than it takes', () => {
  const { scenario, runs } = shrink(rough, { what: 'late by 99999 ms' }, budget, run);
  expect(run(scenario).faults).toHaveLength(1);
  expect(scenario.clients.map(({ name }) => name)).toEqual(['device7']);
  expect(scenario.servers.map(({ name }) => name)).toEqual([scenario.clients[0].server]);
  expect(scenario.faults).toEqual([culprit]);
  expect(scenario.hours - culprit.time / 3_600_000).toBeLessThan(0.1);
  expect(scenario.clients[0]).toMatchObject(PLAIN);
  expect(runs).toBeLessThan(200);
});

test('where it is said who it was and when, in fewer runs', () => {
  const telling: Run = (scenario) => {
    const who = 'server1 for device7/3';
    return { faults: run(scenario).faults.map(({ what }) => ({ what, who, time: culprit.time + 1 })) };
  };
  const short = shrink(rough, telling(rough).faults[0], budget, telling);
  const long = shrink(rough, { what: 'late by 0 ms' }, budget, run);
  expect(short.scenario.clients).toEqual(long.scenario.clients);
  expect(short.scenario.faults).toEqual([culprit]);
  expect(short.runs).toBeLessThan(long.runs);
});

test('two faults that have to come together both stay, and one of another kind does not', () => {
  const pair = [rough.faults[3], rough.faults.find(({ kind }) => kind !== rough.faults[3].kind)!];
  const both: Run = ({ faults }) => {
    const isThere = pair.every(({ time }) => faults.some((fault) => fault.time === time));
    return { faults: isThere ? [{ what: 'both' }] : [] };
  };
  const { scenario } = shrink({ ...rough, hours: 24 }, { what: 'both' }, budget, both);
  expect(scenario.faults.map(({ time }) => time).sort()).toEqual(pair.map(({ time }) => time).sort());
});

test('what cannot be cut is given back as it was, in time', () => {
  const began = Date.now();
  const none: Run = () => ({ faults: [] });
  expect(shrink(rough, { what: 'late by 1 ms' }, { runs: 1e9, time: 50 }, none).scenario).toBe(rough);
  expect(Date.now() - began).toBeLessThan(5000);
});

test('a fault of the engine: few lines, that fail with it, and do not without it', () => {
  const delay = vi.spyOn(Backoff.prototype, 'next').mockReturnValue(50_000);
  const client = (name: string, face: Face) => ({ name, face, server: 'server1' });
  const at = (minute: number, kind: FaultKind, host: string): FaultPlan => ({
    ...{ kind, host, time: minute * 60_000, amount: 20_000 },
  });
  const scenario = scenarioIn({
    seed: '1',
    hours: 0.3,
    clients: [client('device1', 'Endpoint'), { ...client('device2', 'Uplink'), outbox: { burst: 9 } }],
    servers: [{ name: 'server1' }, { name: 'server2' }],
    faults: [1, 2, 3, 4, 5, 6].flatMap((minute) => [
      at(2 * minute, 'wifi', 'device1'),
      at(2 * minute + 1, 'reset', 'device2'),
    ]),
  });
  const [first] = runScenario(scenario).faults;
  const shrunk = shrink(scenario, first, { runs: 60, time: Infinity }).scenario;
  const again = scenarioIn(JSON.parse(JSON.stringify(scriptOf(shrunk))) as Script);
  expect(runScenario(again).faults.length).toBeGreaterThan(0);
  expect([shrunk.clients.map(({ name }) => name), shrunk.faults.length]).toEqual([['device2'], 1]);
  delay.mockRestore();
  expect(runScenario(again).faults).toEqual([]);
}, 120_000);

test('no more runs than are allowed', () => {
  let runs = 0;
  const counting: Run = (scenario) => ((runs += 1), run(scenario));
  const shrunk = shrink(rough, { what: 'late by 1 ms' }, { runs: 25, time: 60_000 }, counting);
  expect([runs, shrunk.runs]).toEqual([25, 25]);
  // What was cut till then fails as the whole does.
  expect(run(shrunk.scenario).faults).toHaveLength(1);
  expect(shrunk.scenario.clients.length).toBeLessThan(rough.clients.length);
});

test('a script says what is not plain, can be written down, and means the same scenario', () => {
  const again = (scenario: Scenario): Scenario =>
    scenarioIn(JSON.parse(JSON.stringify(scriptOf(scenario))) as Script);
  expect(again(rough)).toEqual(JSON.parse(JSON.stringify(rough)));
  const { scenario } = shrink(rough, { what: 'late by 1 ms' }, budget, run);
  expect(again(scenario)).toEqual(JSON.parse(JSON.stringify(scenario)));
  const script = scriptOf(scenario);
  expect(Object.keys(script.clients[0]).sort()).toEqual(
    ['face', 'name', 'server', ...('outbox' in script.clients[0] ? ['outbox'] : [])].sort(),
  );
  expect(JSON.stringify(script).length).toBeLessThan(500);
  expect(linesOf(script).at(-1)).toMatch(new RegExp(`^after .* min: ${culprit.kind} of device7`));
});
