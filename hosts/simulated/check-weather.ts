import { ErrorId, RingletError } from '../../src/errors.ts';
import { WEATHER, type Weather } from './weather.ts';

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

/** Weather by its name, or as it is given, if its name, its rates and its durations are some. Throws a RingletError, error 601. */
export function checkedWeather(weather: Weather | string): Weather {
  if (typeof weather === 'string') {
    if (Object.hasOwn(WEATHER, weather)) return WEATHER[weather as keyof typeof WEATHER];
    throw new RingletError(
      ErrorId.argumentInvalid,
      `weather: ${weather} is none of ${Object.keys(WEATHER).join(', ')}`,
    );
  }
  if (typeof weather !== 'object' || weather === null)
    throw new RingletError(ErrorId.argumentInvalid, 'weather: neither a name nor rates');
  for (const [name, value] of Object.entries(weather)) {
    const isRight =
      RATES.includes(name) || name === 'clockStep' ? isCount(value) : SPANS.includes(name) && isSpan(value);
    if (value !== undefined && !isRight)
      throw new RingletError(ErrorId.argumentInvalid, `weather: ${name} is not as docs/testing.md says`);
  }
  return weather;
}
