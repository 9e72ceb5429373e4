/** Longest reason of a Close frame in octets, RFC 6455 §5.5 less the code. */
const REASON_LIMIT = 123;

/** A close code as Web IDL's `[Clamp] unsigned short` reads it: into its range, a half to the even number. */
export function codeOf(value: unknown): number {
  const number = Number(value);
  if (!(number > 0)) return 0;
  if (number >= 0xffff) return 0xffff;
  const floor = Math.floor(number);
  const rest = number - floor;
  return rest > 0.5 || (rest === 0.5 && (floor & 1) === 1) ? floor + 1 : floor;
}

export const isReasonTooLong = (octets: Uint8Array): boolean => octets.length > REASON_LIMIT;
