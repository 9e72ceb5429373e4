import { hasFailed, type Behavior, type CaseResult } from './run/result.ts';

/** Verdicts counted, and the ids of the cases that failed, in behaviour or in how the connection ended. */
export type Summary = Readonly<Partial<Record<Behavior, number>>> & { readonly failed: readonly string[] };

/** Counts the results of one agent. */
export function summarize(results: readonly CaseResult[]): Summary {
  const counts: Partial<Record<Behavior, number>> = {};
  for (const { behavior } of results) counts[behavior] = (counts[behavior] ?? 0) + 1;
  return { ...counts, failed: results.filter(hasFailed).map(({ id }) => id) };
}

/** The counts in words: `ws: 510 OK, 4 NON-STRICT, 3 INFORMATIONAL; none failed`. */
export function summaryText(agent: string, summary: Summary): string {
  const { failed, ...counts } = summary;
  const words = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  const end = failed.length === 0 ? 'none failed' : `failed: ${failed.join(' ')}`;
  return `${agent}: ${words.join(', ') || 'no case was run'}; ${end}`;
}
