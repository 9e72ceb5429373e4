import { Random } from './random.ts';

const rooms = ['Küche', 'Werkstatt', 'cellar', 'attic', 'salle à manger', 'greenhouse', 'garage', 'hall'];
const states = ['ok', 'ok', 'ok', 'late', 'low battery', 'offline'];

/** A document of sensor readings, about 380,000 characters. All are from the basic plane, so any cut is a cut
 * between code points. */
export function writeJson(): string {
  const random = new Random(0x6a736f6e);
  const readings = Array.from({ length: 1500 }, (_, index) => ({
    sequence: index,
    sensor: `sensor-${random.below(64).toString(16).padStart(2, '0')}`,
    room: random.pick(rooms),
    time: new Date(1_700_000_000_000 + index * 10_000 + random.below(1000)).toISOString(),
    temperature: (1500 + random.below(1500)) / 100,
    humidity: (300 + random.below(600)) / 10,
    pressure: 98_000 + random.below(5_000),
    battery: random.below(4096) / 4096,
    state: random.pick(states),
    neighbours: Array.from({ length: random.below(6) }, () => random.below(64)),
  }));
  return JSON.stringify({ device: 'weather station', unit: '°C', readings }, null, 1);
}
