import { performance } from 'node:perf_hooks';
import type { Sensors } from '../../../../examples/telemetry/options.ts';
import { linuxSensors } from './linux-sensors.ts';
import { FAST, type Sensor } from './sensor.ts';
import { systemSensors } from './system-sensors.ts';

interface Reading {
  readonly sensor: Sensor;
  /** Where its values lie. */
  readonly at: number;
  due: number;
}

/**
 * This machine's own sensors: load, processors, memory, disks, network, temperature, as far as it has them. However
 * often it is sampled, a sensor is read at most ten times a second and one that is slow once.
 */
export class MachineSensors implements Sensors {
  readonly names: readonly string[];
  readonly #readings: readonly Reading[];
  readonly #values: Float64Array;
  #due = -Infinity;

  /** Tries all of `kinds`; what is not there is left out. */
  constructor(kinds: readonly (() => Sensor)[] = [...systemSensors, ...linuxSensors]) {
    const names: string[] = [];
    const readings: Reading[] = [];
    for (const make of kinds) {
      const sensor = sensorOf(make);
      if (sensor === undefined) continue;
      readings.push({ sensor, at: names.length, due: -Infinity });
      names.push(...sensor.names);
    }
    this.names = names;
    this.#readings = readings;
    this.#values = new Float64Array(names.length).fill(NaN);
    this.#read(performance.now());
  }

  sample(values: Float64Array): void {
    const now = performance.now();
    if (now >= this.#due) this.#read(now);
    values.set(this.#values);
  }

  #read(now: number): void {
    this.#due = now + FAST;
    for (const reading of this.#readings) {
      if (now < reading.due) continue;
      reading.due = now + reading.sensor.interval;
      this.#values.set(valuesOf(reading.sensor, now), reading.at);
    }
  }
}

/** The sensor, if this machine has it: made and read once without trouble. */
function sensorOf(make: () => Sensor): Sensor | undefined {
  try {
    const sensor = make();
    sensor.read(performance.now());
    return sensor;
  } catch {
    return undefined;
  }
}

/** A sensor that fails later, as one that was unplugged, has no values. */
function valuesOf(sensor: Sensor, now: number): readonly number[] {
  try {
    return sensor.read(now);
  } catch {
    return sensor.names.map(() => NaN);
  }
}
