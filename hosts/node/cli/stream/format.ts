/** Octets in a unit that leaves one to three digits in front of the point. */
export function octets(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = count;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds with as many digits as they are worth; a dash for none. */
export function milliseconds(value: number): string {
  if (!(value > 0)) return '–';
  return `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

/** A quantile of round trips. XS tells whole milliseconds: zero of them is less than one, and not that none came. */
export function quantile(value: number, { roundTrips }: { readonly roundTrips: number }): string {
  return value === 0 && roundTrips > 0 ? '< 1 ms' : milliseconds(value);
}

/** A count a second. */
export function perSecond(value: number): string {
  return `${value.toFixed(0)}/s`;
}

/** `count` of `things`, which is written as a plural. */
export function counted(count: number, things: string): string {
  return `${count} ${count === 1 ? things.replace(/s$/, '') : things}`;
}
