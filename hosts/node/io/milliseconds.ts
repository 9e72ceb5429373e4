/** The longest delay that `setTimeout` takes, milliseconds; longer ones are waited for in pieces. */
export const LONGEST = 0x7fffffff;

/** A delay or interval: milliseconds, as an integer from 0; absent or not a number is 0. */
export function milliseconds(value: number | undefined): number {
  return Math.max(0, Math.trunc(Number(value ?? 0)) || 0);
}
