/** The value below which `share` of the sorted `values` lie. */
function quantile(values, share) {
  const at = (values.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return values[low] + (values[high] - values[low]) * (at - low);
}

/** Median and quartiles. */
export function summary(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return { median: NaN, low: NaN, high: NaN };
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** `a` over `b`, round by round: what was measured side by side is compared side by side. */
export function ratio(a, b) {
  return summary(a.map((value, round) => value / b[round]));
}
