import { destinationOf } from '../../connect.ts';
import { CommandError } from '../arguments.ts';
import { BLOCK, type DeskEngine, type DeskMemory, runInDesk, STACK } from './desk.ts';

/** Room for two windows, tables and chains beside what an app takes without compression. */
const COMPRESSING: DeskMemory = { block: 1.5 * BLOCK, stack: STACK + 256 };

/**
 * Has the desktop build of XS echo for the cases of the fuzzing server at `url`, in one program with one static block;
 * `onCase` is called with the number of each case that is over, and waited for in the end.
 */
export async function runCasesInDesk(
  engine: DeskEngine,
  url: string,
  agent: string,
  deflate: boolean,
  cases: readonly number[],
  onCase: (number: number) => Promise<void>,
): Promise<void> {
  const { secure, host, port, path } = destinationOf(url);
  if (secure) throw new CommandError('the desktop build of XS has no TLS');
  const before = `${path.replace(/\/+$/, '')}/runCase?case=`;
  const after = `&agent=${encodeURIComponent(agent)}`;
  const args = [host, String(port), before, after, deflate ? 'deflate' : 'plain', ...cases.map(String)];
  let judged = Promise.resolve();
  const onLine = (line: string): void => {
    judged = judged.then(() => onCase(Number(line)));
  };
  const { end } = await runInDesk('autobahn', args, onLine, { engine, ...(deflate ? COMPRESSING : {}) });
  await end;
  await judged;
}
