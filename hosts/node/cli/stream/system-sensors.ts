import { statfsSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os';
import { FAST, type Sensor, SLOW } from './sensor.ts';

/** The sensors that Node gives on every system. */

const MEGABYTE = 1e6;

/** Processes that wanted to run in the last minute, on average. */
const load: Sensor = { names: ['load'], interval: SLOW, read: () => [loadavg()[0]] };

const memory: Sensor = {
  names: ['memoryUsed', 'memoryTotal'],
  interval: FAST,
  read: () => [(totalmem() - freemem()) / MEGABYTE, totalmem() / MEGABYTE],
};

const running: Sensor = { names: ['uptime'], interval: FAST, read: () => [uptime()] };

/** How busy all the processors were since the last reading, percent. */
function processors(): Sensor {
  let busyBefore = 0;
  let totalBefore = 0;
  return {
    names: ['cpu'],
    interval: 2 * FAST,
    read: () => {
      let busy = 0;
      let total = 0;
      for (const { times } of cpus()) {
        busy += times.user + times.nice + times.sys + times.irq;
        total += times.user + times.nice + times.sys + times.irq + times.idle;
      }
      const share = total > totalBefore ? (busy - busyBefore) / (total - totalBefore) : 0;
      busyBefore = busy;
      totalBefore = total;
      return [share * 100];
    },
  };
}

/** How full the file system of the working directory is, percent. */
const disk: Sensor = {
  names: ['diskUsed'],
  interval: SLOW,
  read: () => {
    const { blocks, bfree, bavail } = statfsSync('.');
    const used = blocks - bfree;
    return [(100 * used) / (used + bavail)];
  },
};

export const systemSensors: readonly (() => Sensor)[] = [
  () => load,
  processors,
  () => memory,
  () => disk,
  () => running,
];
