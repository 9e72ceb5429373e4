import { type Command, Option } from 'commander';
import {
  addClientOptions,
  addRouteOptions,
  CannotBegin,
  type ClientArguments,
  CommandError,
  compressionOf,
  endWith,
  errorObject,
  fail,
  integer,
  positive,
  type RouteArguments,
} from '../arguments.ts';
import { visibleJson, visibleLine, withoutCredentials } from '../../terminal-text.ts';
import { lossSentence } from '../failure-sentence.ts';
import { FileStore } from '../../store/file-store.ts';
import { type StreamOutbox, uplinkFactory } from './client.ts';
import { TerminalReporter } from './display.ts';
import type { StreamSettings } from './figures.ts';
import { startGateway } from './gateway.ts';
import { LineReporter, SilentReporter } from './lines.ts';
import { DeskStream } from '../xs/stream.ts';
import { NoConnection, NodeStream, type StreamEvents } from './node-engine.ts';
import type { Reporter } from './reporter.ts';
import { runStream } from './run.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { summaryOf, summaryText } from './summary.ts';
import { wrap } from './wrap.ts';

interface StreamArguments extends ClientArguments, RouteArguments {
  readonly rate: number;
  readonly seconds?: number;
  readonly json?: boolean;
  readonly deflate?: boolean;
  readonly engine: 'node' | 'xs' | 'rv32';
  readonly outbox: number;
  readonly store?: string;
  readonly out?: string;
}

function reporterFor(settings: StreamSettings, json: boolean): Reporter {
  if (json) return new SilentReporter();
  const { TERM, CI = '' } = process.env;
  // The terminal of a CI keeps what is written, and moves no cursor.
  return process.stdout.isTTY === true && TERM !== 'dumb' && (CI === '' || CI === 'false')
    ? new TerminalReporter(process.stdout, settings)
    : new LineReporter(process.stdout);
}

/** Streams to `url` until the time is over or somebody interrupts. Fails with a CommandError. */
async function streamTo(url: string, isOwn: boolean, options: StreamArguments): Promise<void> {
  const { rate, seconds, json = false, engine } = options;
  const settings = { engine, url: visibleLine(withoutCredentials(url)), rate };
  const reporter = reporterFor(settings, json);
  const events: StreamEvents = {
    onOpen: () => {
      const hint = seconds === undefined ? '; Ctrl-C ends' : '';
      reporter.note(`streaming to ${settings.url}${isOwn ? ', a gateway of its own' : ''}${hint}`);
    },
    onLoss: (loss, delay) => {
      reporter.note(`${lossSentence(url, loss)}; trying again in ${(delay / 1000).toFixed(1)} s`);
    },
  };
  const stream =
    engine !== 'node'
      ? new DeskStream(engine, url, rate, options, events)
      : new NodeStream(
          uplinkFactory(url, options, outboxOf(options, reporter), compressionOf(options.deflate)),
          rate,
          events,
        );
  const failure = await runStream(stream, reporter, seconds).catch((error: unknown) => error);
  const error = failureOf(settings.url, stream.hasOpened, failure);
  if (json) {
    const summary = stream.hasOpened ? summaryOf(settings, stream.figures) : settings;
    printObject(error === undefined ? summary : { ...summary, error: errorObject(error) });
    if (error !== undefined) endWith(error);
    return;
  }
  if (stream.hasOpened) {
    const { columns = 0, isTTY } = process.stdout;
    const text = summaryText(stream.figures);
    process.stdout.write(`${(isTTY && columns > 0 ? wrap(text, columns, '') : [text]).join('\n')}\n`);
  }
  if (error !== undefined) throw error;
}

/** The one object of `--json`. */
function printObject(value: object): void {
  process.stdout.write(`${visibleJson(value)}\n`);
}

/** What `failure` is for a person; undefined for none. */
function failureOf(url: string, hasOpened: boolean, failure: unknown): unknown {
  if (!(failure instanceof NoConnection)) return failure;
  return new CommandError(
    hasOpened || failure.reason !== undefined
      ? lossSentence(url, failure.reason)
      : `${url}: interrupted before there was a connection`,
  );
}

async function stream(url: string | undefined, options: StreamArguments): Promise<void> {
  if (url !== undefined) return streamTo(url, false, options);
  const gateway = await ownGateway(options);
  try {
    await streamTo(`ws://${gateway.host}:${gateway.port}/`, true, options);
  } finally {
    await gateway.close();
  }
}

function outboxOf({ outbox: memory, store }: StreamArguments, reporter: Reporter): StreamOutbox {
  return {
    memory,
    store: store === undefined ? undefined : new FileStore(store),
    onStore: (error) =>
      reporter.note(
        error === undefined
          ? 'records are kept in files again'
          : visibleLine(`records are kept in memory only: ${(error as Error).message}`),
      ),
  };
}

function ownGateway({ deflate, out }: StreamArguments): Promise<Gateway> {
  return startGateway(compressionOf(deflate), out).catch((error: NodeJS.ErrnoException) => {
    throw new CannotBegin(`the file ${out} cannot be written (${error.code})`);
  });
}

/** Adds `ringlet stream`. */
export function addStreamCommand(program: Command): void {
  const command = program
    .command('stream')
    .description("stream this machine's sensors to a gateway, which acknowledges what it has written")
    .argument(
      '[url]',
      'ws:// or wss:// address of a `ringlet gateway`; any echo server will do; default: a gateway of its own',
    )
    .option('--rate <number>', 'samples a second, each sent as JSON text and as binary', positive, 50)
    .option('--seconds <number>', 'end after so many seconds; default: when interrupted', positive)
    .addOption(
      new Option(
        '--engine <name>',
        'what runs the program: Node, or XS in the memory of a microcontroller, here or on an emulated board',
      )
        .choices(['node', 'xs', 'rv32'])
        .default('node'),
    )
    .option('--deflate', 'offer to compress messages (permessage-deflate)')
    .option(
      '--outbox <bytes>',
      'memory for records that are not acknowledged',
      integer(4096, 0x40000000),
      0x800000,
    )
    .option('--store <directory>', 'keep them in files, too, so that they outlive this program')
    .option(
      '--out <file>',
      'what its own gateway writes: CSV if the name ends so, else NDJSON; default: nothing',
    )
    .option('--json', 'print one JSON object at the end, and nothing else');
  addRouteOptions(addClientOptions(command)).action((url: string | undefined, options: StreamArguments) => {
    // The windows would not fit beside the program into the memory of the smallest devices.
    if (options.deflate === true && options.engine !== 'node')
      command.error("error: option '--deflate' is for the engine node only.");
    if (options.store !== undefined && options.engine !== 'node')
      command.error("error: option '--store' is for the engine node only.");
    if (options.out !== undefined && url !== undefined)
      command.error(
        "error: option '--out' is for the command's own gateway, which there is none of with a URL.",
      );
    return stream(url, options).catch((error: unknown) => {
      if (options.json !== true) return fail(error);
      printObject({ error: errorObject(error) });
      endWith(error);
    });
  });
}
