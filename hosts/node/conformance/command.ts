import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { runFuzzingClient } from './client/fuzzing-client.ts';
import { compareResults, type Difference, type ExpectedResults, readExpected } from './compare.ts';
import { ConformanceError, messageOf } from './errors.ts';
import {
  address,
  agentName,
  type ClientFlags,
  common,
  type Flags,
  portNumber,
  type ServerFlags,
} from './flags.ts';
import { ProgressLine } from './progress.ts';
import { writeOutputs } from './report/outputs.ts';
import type { ReportStore } from './report/store.ts';
import { askedAgent, choiceOf } from './choice.ts';
import { startFuzzingServer } from './server/fuzzing-server.ts';
import { visibleJson, visibleLine, withoutSecrets } from '../terminal-text.ts';
import { summarize, summaryText } from './summary.ts';

/**
 * Adds `conformance server` and `conformance client URL` to a command-line program. Exit codes: 0 when no case
 * failed, or all came out as expected; 1 when not; 2 when the tester could not do what it was asked to; 130 (SIGINT)
 * or 143 (SIGTERM) after an interrupt. Reports are complete for whatever was run, in each of these.
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
      .option('--agent <name>', 'with --only-failed: the client whose cases are meant', agentName)
      .option('--once', 'end when the first client has asked for its reports'),
  ).action((flags: ServerFlags) => guarded(flags, (signal) => serve(flags, signal)));
  common(
    conformance
      .command('client')
      .description('test a server')
      .argument('<url>', 'address of the server, ws:// or wss://')
      .option('--agent <name>', 'name for the reports; by default what the server calls itself', agentName)
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
    say(/[.!?]$/.test(error.message) ? error.message : `${error.message}.`);
    if (flags.json) process.stdout.write(`${visibleJson({ error })}\n`);
    process.exitCode = 2;
  }
}

async function serve(flags: ServerFlags, signal: AbortSignal): Promise<number> {
  const { cert, key } = flags;
  const expected = await expectedIn(flags);
  const choice = await choiceOf(flags);
  if (choice === null) return nothingFailed(flags);
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
    ...choice,
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
  return finish(server.store, flags, expected, null, null);
}

async function run(url: string, flags: ClientFlags, signal: AbortSignal): Promise<number> {
  const line = new ProgressLine(process.stderr);
  const expected = await expectedIn(flags);
  const name = flags.agent ?? (await askedAgent(flags, signal));
  if (signal.aborted) return interruptedBy(signal);
  const agent = name === undefined ? {} : { agent: name };
  const choice = await choiceOf({ ...flags, ...agent });
  if (choice === null) return nothingFailed(flags);
  const { ca, insecure = false, ...rest } = flags;
  const { store, stopped } = await runFuzzingClient({
    ...rest,
    ...choice,
    ...agent,
    url,
    tls: { insecure, ...(ca === undefined ? {} : { ca: await read(ca) }) },
    signal,
    onProgress: (progress) => line.show(progress),
  });
  line.clear();
  return finish(store, flags, expected, signal.aborted ? interruptedBy(signal) : null, stopped);
}

/** The exit code of what a signal of the system ended. */
const interruptedBy = ({ reason }: AbortSignal): number => 128 + constants.signals[reason as NodeJS.Signals];

/** Read before anything is run, so that a wrong file does not waste the time of a long run. */
const expectedIn = async ({ expect }: Flags): Promise<ExpectedResults | null> =>
  expect === undefined ? null : readExpected(expect);

function nothingFailed({ report, json }: Flags): number {
  say(`No case that was chosen had failed in ${report}: there is nothing to run.`);
  if (json) process.stdout.write('{}\n');
  return 0;
}

/** Says how the run came out, writes what else is asked for, and chooses the exit code. */
async function finish(
  store: ReportStore,
  flags: Flags,
  expected: ExpectedResults | null,
  interrupted: number | null,
  stopped: ConformanceError | null,
): Promise<number> {
  const summaries = store.agents.map((agent) => [agent, summarize(store.resultsOf(agent))] as const);
  for (const [agent, summary] of summaries) say(summaryText(agent, summary));
  const all = store.agents.flatMap((agent) => store.resultsOf(agent));
  const differences = expected === null ? null : compareResults(all, expected);
  for (const difference of differences ?? []) say(differenceText(difference));
  await writeOutputs(all, flags);
  if (store.directory !== null) say(`The reports are in ${store.directory}.`);
  if (stopped !== null) say(stopped.message);
  if (flags.json) {
    const error = stopped === null ? {} : { error: stopped };
    const details = differences === null ? {} : { differences };
    process.stdout.write(`${visibleJson({ ...Object.fromEntries(summaries), ...details, ...error })}\n`);
  }
  if (stopped !== null) return 2;
  if (interrupted !== null) return interrupted;
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
  const stop = (signal: NodeJS.Signals = 'SIGINT'): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    controller.abort(signal);
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
