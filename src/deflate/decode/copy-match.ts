/**
 * Copies a match inside the window, octet after octet as it were: `source` may lie so little before `to` that the
 * match repeats itself (RFC 1951 §3.2.3). Neither range wraps.
 *
 * @param native from this length on `copyWithin` does the work
 */
export function copyMatch(
  bytes: Uint8Array,
  source: number,
  to: number,
  length: number,
  native: number,
): void {
  let period = to - source;
  if (length < native) {
    for (let index = 0; index < length; index++) bytes[to + index] = bytes[source + index];
  } else if (period === 1) {
    bytes.fill(bytes[source], to, to + length);
  } else {
    // Each turn doubles what is there to be copied. A source after the destination is read before it is written.
    let rest = length;
    while (period > 0 && rest > period) {
      bytes.copyWithin(to, source, to);
      to += period;
      rest -= period;
      period = to - source;
    }
    bytes.copyWithin(to, source, source + rest);
  }
}
