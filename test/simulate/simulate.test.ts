/** The simulation itself: runs come again, whole runs keep their invariants, and what is wrong is found. */
import { expect, test } from 'vitest';
import { Judge } from './judge.ts';
import { Comparison, messageOf } from './messages.ts';
import { runScenario } from './run-scenario.ts';
import { FAULT_KINDS, PROFILES, scenarioOf } from './scenario.ts';

test('a seed means the same scenario and the same run, to the octet, also from its script', () => {
  const scenario = scenarioOf('again', 3, 6, PROFILES.mixed);
  const first = runScenario(scenario);
  const again = runScenario(JSON.parse(JSON.stringify(scenario)) as typeof scenario);
  expect(again.digest).toBe(first.digest);
  expect({ ...again.statistics }).toEqual({ ...first.statistics });
  expect(first.statistics.messages).toBeGreaterThan(20);
  expect(runScenario(scenarioOf('other', 3, 6, PROFILES.mixed)).digest).not.toBe(first.digest);
});

test('a scenario has every kind of fault, if it is long enough', () => {
  const kinds = new Set(scenarioOf('kinds', 24, 20, PROFILES.mixed).faults.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
});

test('calm weather breaks no invariant', () => {
  const scenario = { ...scenarioOf('calm', 6, 6, { faults: 0, interval: 600_000, hostile: 0 }), faults: [] };
  const links = scenario.clients.map((plan) => ({ ...plan, link: { latency: 20 }, pauses: 0 }));
  expect(runScenario({ ...scenario, clients: links }).faults).toEqual([]);
});

test('octets that differ, are too many or too few, or of another kind are found', () => {
  const index = Array.from({ length: 100 }, (_, at) => at).find(
    (at) => messageOf('key', at).octets.length > 3,
  )!;
  const { octets, binary } = messageOf('key', index);
  const check = (bytes: Uint8Array, isBinary: boolean, more: boolean): string | undefined => {
    const comparison = new Comparison('key');
    comparison.count = index;
    return comparison.check(bytes, 0, bytes.length, isBinary, more);
  };
  expect(check(octets, binary, false)).toBeUndefined();
  expect(check(octets, !binary, false)).toMatch('another kind');
  expect(check(octets.slice(1), binary, false)).toMatch(/differs|too short/);
  expect(check(octets.slice(0, -1), binary, false)).toMatch('too short');
  expect(check(Uint8Array.from([...octets, 0]), binary, false)).toMatch('too long');
  const changed = octets.slice();
  changed[2] ^= 1;
  expect(check(changed, binary, false)).toMatch('differs at octet 2');
});

test('a kind of fault is told once, whatever numbers are in it', () => {
  const judge = new Judge(() => 7);
  judge.fault('a', 'late by 5 ms');
  judge.fault('b', 'late by 6 ms');
  judge.check(true, 'c', 'never');
  judge.check(false, 'c', 'left 1');
  expect(judge.found).toEqual([
    { time: 7, who: 'a', what: 'late by 5 ms' },
    { time: 7, who: 'c', what: 'left 1' },
  ]);
});
