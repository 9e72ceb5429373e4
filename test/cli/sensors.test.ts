import { expect, test } from 'vitest';
import { CounterRate } from '../../hosts/node/cli/stream/counter-rate.ts';
import { FAST, type Sensor } from '../../hosts/node/cli/stream/sensor.ts';
import { MachineSensors } from '../../hosts/node/cli/stream/sensors.ts';

test('this machine has a load, processors, memory and a disk, with values that can be', () => {
  const sensors = new MachineSensors();
  const values = new Float64Array(sensors.names.length);
  sensors.sample(values);
  const sample = Object.fromEntries(sensors.names.map((name, i) => [name, values[i]]));
  expect(new Set(sensors.names).size).toBe(sensors.names.length);
  expect(sample.load).toBeGreaterThanOrEqual(0);
  expect(sample.cpu).toBeGreaterThanOrEqual(0);
  expect(sample.cpu).toBeLessThanOrEqual(100);
  expect(sample.memoryUsed).toBeGreaterThan(0);
  expect(sample.memoryUsed).toBeLessThan(sample.memoryTotal);
  expect(sample.diskUsed).toBeGreaterThanOrEqual(0);
  expect(sample.diskUsed).toBeLessThanOrEqual(100);
  expect(sample.uptime).toBeGreaterThan(0);
});

test('a sensor is read no more often than its interval, however often it is sampled', () => {
  let readings = 0;
  const counting: Sensor = { names: ['n'], interval: FAST, read: () => [++readings] };
  const sensors = new MachineSensors([() => counting]);
  const values = new Float64Array(1);
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) sensors.sample(values);
  // Two when it was made; then one a tenth of a second.
  expect(readings).toBeLessThanOrEqual(3 + (performance.now() - start) / FAST);
  expect(values[0]).toBe(readings);
});

test('a sensor that is not there is left out, and one that fails later has no value', async () => {
  let fails = false;
  const sensors = new MachineSensors([
    () => {
      throw new Error('none');
    },
    () => ({
      names: ['a', 'b'],
      interval: 1,
      read: () => {
        if (fails) throw new Error('unplugged');
        return [1, 2];
      },
    }),
  ]);
  expect(sensors.names).toEqual(['a', 'b']);
  const values = new Float64Array(2);
  sensors.sample(values);
  expect([...values]).toEqual([1, 2]);
  fails = true;
  await new Promise((resolve) => setTimeout(resolve, FAST + 20));
  sensors.sample(values);
  expect([...values]).toEqual([NaN, NaN]);
});

test('the rate of a counter', () => {
  const rate = new CounterRate();
  expect([
    rate.advance(1000, 0),
    rate.advance(1500, 500),
    rate.advance(100, 1000),
    rate.advance(200, 2000),
  ]).toEqual([0, 1000, 0, 100]);
});
