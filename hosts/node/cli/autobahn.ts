import { type Command, Option } from 'commander';
import { matcher } from '../conformance/selection.ts';
import {
  addClientOptions,
  CannotBegin,
  type ClientArguments,
  compressionOf,
  errorObject,
  exitCodeOf,
  fail,
} from './arguments.ts';
import { ExitCode, interruptedBy } from './exit-codes.ts';
import { destinationOf } from '../connect.ts';
import { runCasesInDesk } from './xs/autobahn.ts';
import { type CaseInfo, type CaseStatus, FuzzingServerClient } from './fuzzing-server-client.ts';
import { visibleJson, visibleLine } from '../terminal-text.ts';
import { tlsOptionsOf } from './tls-options.ts';

interface AutobahnArguments extends ClientArguments {
  readonly agent: string;
  readonly cases?: string[];
  readonly exclude?: string[];
  readonly json?: boolean;
  readonly deflate: boolean;
  readonly engine: 'node' | 'xs' | 'rv32';
}

/** Verdicts of a case that are not a failure. */
const PASSED = new Set(['OK', 'NON-STRICT', 'INFORMATIONAL', 'UNIMPLEMENTED']);

function passed({ behavior, behaviorClose }: CaseStatus): boolean {
  return PASSED.has(behavior) && (behaviorClose === undefined || PASSED.has(behaviorClose));
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Runs the chosen cases one after the other and prints a line for each. */
async function runCases(url: string, options: AutobahnArguments): Promise<void> {
  destinationOf(url);
  const wanted = (options.cases ?? []).map(matcher);
  const unwanted = (options.exclude ?? []).map(matcher);
  const server = new FuzzingServerClient(url, options.agent, {
    headers: options.header,
    tls: tlsOptionsOf(options),
    compression: compressionOf(options.deflate),
  });
  const count = await server.caseCount();
  const print = (line: string): void => {
    (options.json === true ? process.stderr : process.stdout).write(`${visibleLine(line)}\n`);
  };
  const chosen = new Map<number, string>();
  for (let number = 1; number <= count; number++) {
    const { id } = await caseInfo(server, number, wanted.length + unwanted.length !== 0);
    if (wanted.length !== 0 && !wanted.some((matches) => matches(id))) continue;
    if (unwanted.some((matches) => matches(id))) continue;
    chosen.set(number, id);
  }
  const totals: Record<string, number> = {};
  const failed: string[] = [];
  const judge = async (number: number): Promise<void> => {
    const status = await server.caseStatus(number);
    const id = chosen.get(number) ?? String(number);
    totals[status.behavior] = (totals[status.behavior] ?? 0) + 1;
    if (!passed(status)) failed.push(id);
    print(`${id.padEnd(8)} ${status.behavior}${closeRemark(status)}`);
  };
  if (chosen.size === 0) throw new CannotBegin('no case was chosen');
  let interrupted = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    interrupted = interruptedBy(signal);
    // A second signal has its own effect.
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    server.abandonCase();
  };
  try {
    if (options.engine !== 'node') {
      await runCasesInDesk(options.engine, url, options.agent, options.deflate, [...chosen.keys()], judge);
    } else {
      process.on('SIGINT', interrupt);
      process.on('SIGTERM', interrupt);
      for (const number of chosen.keys()) {
        if (interrupted === 0) await server.runCase(number);
        // A case that was interrupted has no verdict.
        if (interrupted !== 0) break;
        await judge(number);
      }
    }
    await server.updateReports();
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    // What was run was run, however it ended.
    const counts = Object.entries(totals).map(([verdict, cases]) => `${cases} ${verdict}`);
    print(counts.join(', ') || 'no case was run');
    if (options.json === true)
      process.stdout.write(`${visibleJson({ agent: options.agent, ...totals, failed })}\n`);
  }
  if (interrupted !== 0) process.exitCode = interrupted;
  else if (failed.length !== 0) process.exitCode = 1;
}

function closeRemark({ behaviorClose }: CaseStatus): string {
  return behaviorClose === undefined || PASSED.has(behaviorClose) ? '' : `, closing ${behaviorClose}`;
}

/** The id of a case; a tester that does not tell it is asked for every case by its number alone. */
async function caseInfo(server: FuzzingServerClient, number: number, isNeeded: boolean): Promise<CaseInfo> {
  const info = await server.caseInfo(number);
  if (info === undefined && isNeeded) throw new CannotBegin('the tester does not tell the ids of its cases');
  return info ?? { id: String(number) };
}

/** Adds `ringlet autobahn`. */
export function addAutobahnCommand(program: Command): void {
  const command = program
    .command('autobahn')
    .description('be the client under test of an Autobahn fuzzing server')
    .argument('<url>', 'address of the fuzzing server, such as ws://127.0.0.1:9001')
    .option('--agent <name>', 'name for the reports', 'ringlet')
    .option('--cases <patterns>', 'cases to run, such as 1.1.1 or 6.*, separated by commas', list)
    .option('--exclude <patterns>', 'cases to leave out', list)
    .option('--deflate', 'offer to compress messages (permessage-deflate)', true)
    .option('--no-deflate', 'offer no compression')
    .addOption(
      new Option(
        '--engine <name>',
        'what runs the client: Node, or XS in the memory of a microcontroller, here or on an emulated board',
      )
        .choices(['node', 'xs', 'rv32'])
        .default('node'),
    )
    .option('--json', 'end with one JSON object on standard output');
  addClientOptions(command).action((url: string, options: AutobahnArguments) =>
    runCases(url, options).catch((error: unknown) => {
      // Counts are there already if anything was run.
      if (options.json === true && exitCodeOf(error) === ExitCode.notBegun)
        process.stdout.write(`${visibleJson({ agent: options.agent, error: errorObject(error) })}\n`);
      fail(error);
    }),
  );
}
