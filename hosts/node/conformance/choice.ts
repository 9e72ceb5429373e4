import { createInterface } from 'node:readline/promises';
import { ConformanceError } from './errors.ts';
import type { Flags } from './flags.ts';
import type { CommonOptions } from './options.ts';
import { ReportStore } from './report/store.ts';
import { selectCases } from './selection.ts';

/**
 * The name of the peer, asked of whoever sits at a terminal when there are reports to be written; undefined for what the peer
 * calls itself.
 */
export async function askedAgent({ report }: Flags): Promise<string | undefined> {
  if (report === undefined || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const name = await lines.question('Name of the peer for the reports (Enter: what it calls itself): ');
    return name.trim().slice(0, 100) || undefined;
  } finally {
    lines.close();
  }
}

/** What of the flags becomes other options; null when only failed cases are asked for and there are none. */
export async function choiceOf(flags: Flags): Promise<CommonOptions | null> {
  const { timeoutFactor, onlyFailed, report, agent } = flags;
  const deadlines = timeoutFactor === undefined ? {} : { deadlines: { factor: timeoutFactor } };
  if (onlyFailed !== true) return deadlines;
  if (report === undefined)
    throw new ConformanceError(
      'BAD_OPTION',
      '--only-failed needs --report, the directory of an earlier run.',
    );
  const store = new ReportStore(report);
  await store.prepare();
  const failed = new Set(store.failedEarlier(agent));
  const cases = selectCases(flags).filter(({ id }) => failed.has(id));
  return cases.length === 0 ? null : { ...deadlines, cases: cases.map(({ id }) => id), exclude: [] };
}
