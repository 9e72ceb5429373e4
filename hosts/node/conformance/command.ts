import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { runFuzzingClient } from './client/fuzzing-client.ts';
import { compareResults, type Difference, type ExpectedResults, readExpected } from './compare.ts';
import { ConformanceError, messageOf } from './errors.ts';
import { ProgressLine } from './progress.ts';
import type { ReportStore } from './report/store.ts';
import { startFuzzingServer } from './server/fuzzing-server.ts';
import { visibleJson, visibleLine, withoutSecrets } from '../terminal-text.ts';
import { summarize, summaryText } from './summary.ts';

interface Flags {
  readonly cases?: readonly string[];
  readonly exclude?: readonly string[];
  readonly report?: string;
  readonly messages?: number;
  readonly sizes?: number;
  readonly expect?: string;
  readonly json?: boolean;
}

interface ServerFlags extends Flags {
  readonly host: string;
  readonly port: number;
  readonly cert?: string;
  readonly key?: string;
  readonly once?: boolean;
}

interface ClientFlags extends Flags {
  readonly agent?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
}

const count = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
const portNumber = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  }
  return Number(text);
};
const address = (text: string): string => {
  // To listen on "" is to listen everywhere, which nobody asks for by an empty variable.
  if (text === '') throw new InvalidArgumentError('It must be a name or an address.');
  return text;
};
const list = (text: string, before: readonly string[] = []): readonly string[] => {
  const patterns = text.split(/[\s,]+/).filter(Boolean);
  if (patterns.length === 0) throw new InvalidArgumentError('It must name at least one case.');
  return [...before, ...patterns];
};

const EXIT_CODES = `
Exit code: 0 when no case failed, or all came out as expected; 1 when not; 2 when the tester could not do what
it was asked to; 130 after an interrupted run against a server. Reports are complete for whatever was run.`;

const common = (command: Command): Command =>
  command
    .option('--cases <patterns>', 'cases to run, such as 1.1.1 or 6.4.*, separated by commas', list)
    .option('--exclude <patterns>', 'cases to leave out', list)
    .option('--report <directory>', 'write pages and JSON to this directory')
    .option('--messages <count>', 'messages a case in sections 12 and 13, 1000 by default', count)
    .option('--sizes <count>', 'only the first so many cases of each sub-section of 12 and 13', count)
    .option('--expect <file>', 'JSON file of expected results; any difference is a failure')
    .option('--json', 'end with one JSON object on standard output')
    .addHelpText('after', EXIT_CODES);

/**
 * Adds `conformance server` and `conformance client URL` to a command-line program. Exit codes: 0 when no case
 * failed, or all came out as expected; 1 when not; 2 when the tester could not do what it was asked to; 130
 * after an interrupt. Reports are complete for whatever was run, in each of these.
 */
export function addConformanceCommands(program: Command): void {
  const conformance = program
    .command('conformance')
    .description('test a WebSocket endpoint with the 517 cases of the conformance lab');
  common(
    conformance
      .command('server')
      .description('wait for clients and test them')
      .option(
        '--host <address>',
        'address to listen on; 0.0.0.0 for a board on the network',
        address,
        '127.0.0.1',
      )
      .option('--port <number>', 'port to listen on, 0 for any free one', portNumber, 9001)
      .option('--cert <file>', 'PEM certificate chain, for wss')
      .option('--key <file>', 'PEM private key, for wss')
      .option('--once', 'end when the first client has asked for its reports'),
  ).action((flags: ServerFlags) => guarded(flags, (signal) => serve(flags, signal)));
  common(
    conformance
      .command('client')
      .description('test a server')
      .argument('<url>', 'address of the server, ws:// or wss://')
      .option('--agent <name>', 'name for the reports; by default what the server calls itself')
      .option('--ca <file>', 'PEM certificates to trust, for wss')
      .option('--insecure', 'take any certificate, on a bench only'),
  ).action((url: string, flags: ClientFlags) => guarded(flags, (signal) => run(url, flags, signal)));
}

/** Says something, of which peers may have written a part, on standard error. */
function say(sentence: string): void {
  process.stderr.write(`${visibleLine(withoutSecrets(sentence))}\n`);
}

/** Turns whatever goes wrong into one sentence, or one object, and an exit code. */
async function guarded(flags: Flags, action: (signal: AbortSignal) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await interruptible(action);
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    say(error.message);
    if (flags.json) process.stdout.write(`${visibleJson({ error })}\n`);
    process.exitCode = 2;
  }
}

async function serve(flags: ServerFlags, signal: AbortSignal): Promise<number> {
  const { cert, key } = flags;
  const expected = await expectedIn(flags);
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConformanceError('BAD_OPTION', 'wss needs both --cert and --key.');
  }
  const tls =
    cert === undefined || key === undefined ? {} : { tls: { cert: await read(cert), key: await read(key) } };
  const line = new ProgressLine(process.stderr);
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  signal.addEventListener('abort', end);
  const server = await startFuzzingServer({
    ...flags,
    ...tls,
    onProgress: (progress) => line.show(progress),
    onProblem: (error) => say(error.message),
    onReport(agent) {
      line.clear();
      say(summaryText(agent, summarize(server.store.resultsOf(agent))));
      if (flags.once) end();
    },
  });
  say(`Waiting for clients at ${server.url}; stop with Ctrl-C.`);
  await ended;
  await server.close();
  line.clear();
  // An interrupt is the ordinary end of a server.
  return finish(server.store, flags, expected, false, null);
}

async function run(url: string, flags: ClientFlags, signal: AbortSignal): Promise<number> {
  const line = new ProgressLine(process.stderr);
  const expected = await expectedIn(flags);
  const { ca, insecure = false, ...rest } = flags;
  const { store, stopped } = await runFuzzingClient({
    ...rest,
    url,
    tls: { insecure, ...(ca === undefined ? {} : { ca: await read(ca) }) },
    signal,
    onProgress: (progress) => line.show(progress),
  });
  line.clear();
  return finish(store, flags, expected, signal.aborted, stopped);
}

/** Read before anything is run, so that a wrong file does not waste the time of a long run. */
const expectedIn = async ({ expect }: Flags): Promise<ExpectedResults | null> =>
  expect === undefined ? null : readExpected(expect);

/** Says how the run came out and chooses the exit code. */
function finish(
  store: ReportStore,
  flags: Flags,
  expected: ExpectedResults | null,
  interrupted: boolean,
  stopped: ConformanceError | null,
): number {
  const summaries = store.agents.map((agent) => [agent, summarize(store.resultsOf(agent))] as const);
  for (const [agent, summary] of summaries) say(summaryText(agent, summary));
  const all = store.agents.flatMap((agent) => store.resultsOf(agent));
  const differences = expected === null ? null : compareResults(all, expected);
  for (const difference of differences ?? []) say(differenceText(difference));
  if (store.directory !== null) say(`The reports are in ${store.directory}.`);
  if (stopped !== null) say(stopped.message);
  if (flags.json) {
    const error = stopped === null ? {} : { error: stopped };
    const details = differences === null ? {} : { differences };
    process.stdout.write(`${visibleJson({ ...Object.fromEntries(summaries), ...details, ...error })}\n`);
  }
  if (stopped !== null) return 2;
  if (interrupted) return 130;
  const good =
    differences === null
      ? summaries.every(([, { failed }]) => failed.length === 0)
      : differences.length === 0;
  return good ? 0 : 1;
}

const differenceText = ({ agent, id, expected, behavior, behaviorClose }: Difference): string =>
  `${agent}, case ${id}: ${behavior} with end ${behaviorClose}; expected was ${expected ?? 'nothing'}`;

/**
 * Runs something that the first interrupt ends in good order. The signal handlers then go, so that a second
 * interrupt ends the program at once.
 */
async function interruptible<Result>(action: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await action(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw new ConformanceError('CANNOT_READ_FILE', `${file} cannot be read: ${messageOf(error)}`);
  });
}
