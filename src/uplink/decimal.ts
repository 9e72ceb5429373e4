const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** The octets of `null`. */
const NULL: readonly number[] = Object.freeze([0x6e, 0x75, 0x6c, 0x6c]);

/** Greatest size of a number that is written: its thousandths are still whole numbers of 53 bits. */
const GREATEST = 9e12;

/** Most octets that {@link writeDecimal} writes: sign, 13 digits, point, 3 digits. */
export const DECIMAL_LENGTH = 18;

/**
 * Writes `value` as JSON into `bytes` from `at` on: at most three decimals, no zeros at their end, and `null` for
 * what is no number or larger than 9×10^12. Returns the position behind it. Allocates nothing, which turning a
 * number into a string would.
 */
export function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const size = value < 0 ? -value : value;
  if (!(size <= GREATEST)) {
    for (let i = 0; i < 4; i++) bytes[at + i] = NULL[i];
    return at + 4;
  }
  const thousandths = Math.round(size * 1000);
  const whole = Math.floor(thousandths / 1000);
  let next = at;
  if (value < 0 && thousandths !== 0) bytes[next++] = MINUS;
  next = writeInteger(bytes, next, whole);
  let fraction = thousandths - whole * 1000;
  if (fraction === 0) return next;
  bytes[next++] = POINT;
  for (let unit = 100; fraction !== 0; unit /= 10) {
    const digit = Math.floor(fraction / unit);
    bytes[next++] = ZERO + digit;
    fraction -= digit * unit;
  }
  return next;
}

/** Writes an integer from 0 to 2^53 − 1 in decimal digits; returns the position behind them. */
export function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tens = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return end;
}
