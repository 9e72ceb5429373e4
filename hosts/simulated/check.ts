import { WEATHER, type Weather } from './weather.ts';

/** `value` if it is milliseconds, from 0 to Infinity; throws RangeError if not: a world that waits for NaN waits for ever. */
export function checkedDuration(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new RangeError(`${name}: not milliseconds from 0: ${String(value)}`);
}

/** `action` if it can be done; throws TypeError if not, and not at the time when it would be. */
export function checkedAction(action: () => void): () => void {
  if (typeof action === 'function') return action;
  throw new TypeError(`action: not a function: ${String(action)}`);
}

const RATES: readonly string[] = [
  'wifiLost',
  'reset',
  'silence',
  'namesLost',
  'portal',
  'power',
  'restart',
  'clockJump',
  'memoryShort',
];
const SPANS: readonly string[] = ['wifiDown', 'namesDown', 'portalUp', 'downtime', 'memoryDown'];

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity;

function isSpan(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [least, most] = value as unknown[];
  return isCount(least) && isCount(most) && (least as number) <= (most as number);
}

/** Weather by its name, or as it is given. Throws RangeError for a name, a rate or a duration that is none. */
export function checkedWeather(weather: Weather | string): Weather {
  if (typeof weather === 'string') {
    if (Object.hasOwn(WEATHER, weather)) return WEATHER[weather as keyof typeof WEATHER];
    throw new RangeError(`weather: ${weather} is none of ${Object.keys(WEATHER).join(', ')}`);
  }
  if (typeof weather !== 'object' || weather === null)
    throw new RangeError('weather: neither a name nor rates');
  for (const [name, value] of Object.entries(weather)) {
    const isRight =
      RATES.includes(name) || name === 'clockStep' ? isCount(value) : SPANS.includes(name) && isSpan(value);
    if (value !== undefined && !isRight)
      throw new RangeError(`weather: ${name} is not as docs/testing.md says`);
  }
  return weather;
}
