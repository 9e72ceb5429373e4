import { createInterface } from 'node:readline';
import { ConformanceError } from './errors.ts';
import type { Flags } from './flags.ts';
import type { CommonOptions } from './options.ts';
import { ReportStore } from './report/store.ts';
import { selectCases } from './selection.ts';

/**
 * The name of the peer, asked of whoever sits at a terminal when there are reports to be written; undefined for what the peer
 * calls itself, which Ctrl-D also means. Ctrl-C interrupts the command, which aborts `signal`.
 */
export async function askedAgent({ report }: Flags, signal: AbortSignal): Promise<string | undefined> {
  if (report === undefined || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close);
  // In raw mode the terminal makes no signal of it.
  lines.on('SIGINT', () => process.emit('SIGINT'));
  const name = await new Promise<string>((resolve) => {
    lines.once('close', () => resolve('\n'));
    lines.question('Name of the peer for the reports (Enter: what it calls itself): ', resolve);
  });
  signal.removeEventListener('abort', close);
  lines.close();
  // Nobody has ended the line of the question.
  if (name === '\n') process.stderr.write(name);
  return name.trim().slice(0, 100) || undefined;
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
