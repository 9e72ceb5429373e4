import { check } from './check.ts';
import type { UplinkOptions } from './options.ts';

/** A timer that waits for nothing is parked this far away (12 days); no time is longer. */
export const NEVER = 0x3fffffff;

/** The numbers of {@link UplinkOptions}, complete. */
export type UplinkTimes = Required<
  Pick<
    UplinkOptions,
    | 'backoffBase'
    | 'backoffLongest'
    | 'minUptime'
    | 'maxAge'
    | 'prepareTimeout'
    | 'stopTimeout'
    | 'maxRetryAfter'
  >
>;

const DEFAULTS: { readonly [Name in keyof UplinkTimes]: number } = Object.freeze({
  backoffBase: 500,
  backoffLongest: 30_000,
  minUptime: 10_000,
  maxAge: 0,
  prepareTimeout: 15_000,
  stopTimeout: 5_000,
  maxRetryAfter: 3_600_000,
});

/** A number of the options, or its default. */
export function timeOf(
  options: Partial<Readonly<Record<keyof UplinkTimes, number | undefined>>>,
  name: keyof UplinkTimes,
): number {
  return options[name] ?? DEFAULTS[name];
}

/** Throws a RingletError for a time that is none. */
export function checkTimes(options: Partial<Readonly<Record<keyof UplinkTimes, number | undefined>>>): void {
  for (const name of Object.keys(DEFAULTS) as (keyof UplinkTimes)[]) {
    const value = options[name];
    check(value === undefined || (value >= 0 && value <= NEVER), name);
  }
}
