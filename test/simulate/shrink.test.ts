/** A scenario that fails is cut down to what it fails for. */
import { expect, test } from 'vitest';
import { PROFILES, type Scenario, scenarioOf } from './scenario.ts';
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

test('to the one client, the one fault and little more time than it takes', () => {
  const script = shrink(rough, 'late by 99999 ms', 20_000, run);
  expect(run(script).faults).toHaveLength(1);
  expect(script.clients.map(({ name }) => name)).toEqual(['device7']);
  expect(script.faults).toEqual([culprit]);
  expect(script.hours).toBeLessThanOrEqual(Math.max(0.02, (2 * culprit.time) / 3_600_000));
  expect(script.clients[0]).toMatchObject({ secure: false, throws: 0, link: { latency: 10 } });
  // It can be written down.
  expect(JSON.parse(JSON.stringify(script)) as Scenario).toEqual(script);
});

test('what cannot be cut is given back as it was, in time', () => {
  const began = Date.now();
  expect(shrink(rough, 'late by 1 ms', 50, () => ({ faults: [] }))).toBe(rough);
  expect(Date.now() - began).toBeLessThan(5000);
});
