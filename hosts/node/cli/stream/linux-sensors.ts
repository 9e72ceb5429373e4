import { readdirSync, readFileSync } from 'node:fs';
import { CounterRate } from './counter-rate.ts';
import { FAST, type Sensor, SLOW } from './sensor.ts';

/** The sensors that only Linux has, as files in /proc and /sys. Making one throws where there is none. */

const SECTOR = 512;
const KILOBYTE = 1000;
/** Block devices that are no disks of their own. */
const NO_DISK = /^(loop|ram|zram|dm-|md|sr|fd)/;

/** The lines of a table in /proc, each as its words. */
function* rowsOf(path: string): Generator<string[]> {
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const words = line.trim().split(/[\s:]+/);
    if (words.length > 1) yield words;
  }
}

/** Kilobytes a second that all disks read and write. */
function diskTraffic(): Sensor {
  const disks = new Set(readdirSync('/sys/block').filter((name) => !NO_DISK.test(name)));
  if (disks.size === 0) throw new Error('no disks');
  const readRate = new CounterRate();
  const writeRate = new CounterRate();
  return {
    names: ['diskRead', 'diskWrite'],
    interval: 2 * FAST,
    read: (now) => {
      let sectorsRead = 0;
      let sectorsWritten = 0;
      for (const words of rowsOf('/proc/diskstats')) {
        if (!disks.has(words[2])) continue;
        sectorsRead += Number(words[5]);
        sectorsWritten += Number(words[9]);
      }
      return [
        readRate.advance((sectorsRead * SECTOR) / KILOBYTE, now),
        writeRate.advance((sectorsWritten * SECTOR) / KILOBYTE, now),
      ];
    },
  };
}

/** Kilobytes a second that all interfaces receive and send; loopback only where there is nothing else. */
function networkTraffic(): Sensor {
  const interfaces = [...rowsOf('/proc/net/dev')].slice(2).map(([name]) => name);
  const counted = interfaces.length === 1 ? interfaces : interfaces.filter((name) => name !== 'lo');
  if (counted.length === 0) throw new Error('no network interfaces');
  const receiveRate = new CounterRate();
  const sendRate = new CounterRate();
  return {
    names: ['netReceived', 'netSent'],
    interval: 2 * FAST,
    read: (now) => {
      let received = 0;
      let sent = 0;
      for (const words of rowsOf('/proc/net/dev')) {
        if (!counted.includes(words[0])) continue;
        received += Number(words[1]);
        sent += Number(words[9]);
      }
      return [receiveRate.advance(received / KILOBYTE, now), sendRate.advance(sent / KILOBYTE, now)];
    },
  };
}

/** The hottest thermal zone, degrees Celsius. */
export function temperature(): Sensor {
  const zones = readdirSync('/sys/class/thermal')
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => `/sys/class/thermal/${name}/temp`);
  if (zones.length === 0) throw new Error('no thermal zones');
  return {
    names: ['temperature'],
    interval: SLOW,
    read: () => {
      let hottest = NaN;
      for (const zone of zones) {
        const degrees = temperatureIn(zone);
        if (!(degrees <= hottest)) hottest = degrees;
      }
      return [hottest];
    },
  };
}

/** A zone whose driver is asleep cannot be read. */
function temperatureIn(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1')) / 1000;
  } catch {
    return NaN;
  }
}

export const linuxSensors: readonly (() => Sensor)[] = [diskTraffic, networkTraffic, temperature];
