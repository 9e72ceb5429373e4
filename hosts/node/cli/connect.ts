import { type Command, InvalidArgumentError } from 'commander';
import { connectThrough } from '../connect.ts';
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
  millisecondsOf,
  type RouteArguments,
} from './arguments.ts';
import { COMMAND_LINES } from './connect/commands.ts';
import type { Face } from './connect/face.ts';
import { GivenInput, type LineOptions, PipedInput, TypedInput } from './connect/inputs.ts';
import { JsonFace } from './connect/json-face.ts';
import { type Input, Talk, talkEvents } from './connect/talk.ts';
import { TextFace } from './connect/text-face.ts';
import { Trace } from './connect/trace.ts';
import { visibleJson } from '../terminal-text.ts';
import { tlsOptionsOf } from './tls-options.ts';

interface ConnectArguments extends ClientArguments, RouteArguments {
  readonly binary?: boolean;
  readonly hex?: boolean;
  readonly execute?: readonly string[];
  readonly wait?: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly commands?: boolean;
  readonly deflate?: boolean;
}

const HELP = `
Lines of standard input are sent as messages. Messages that come are printed,
binary ones in hex. At a terminal there is a prompt, and these commands:
${COMMAND_LINES.join('\n')}
Ctrl-D closes with 1000, Ctrl-C with 1001. After the end of a file or pipe the
connection stays until nothing has come for two seconds, or as --wait says.
When the server closes with a code that means a failure, the exit code is 1.
Lines typed at the prompt are kept in ~/.ringlet_history, or in the file that
RINGLET_HISTORY of the environment names; set to nothing, it keeps none.
Colours: NO_COLOR and FORCE_COLOR of the environment are heeded.`;

/** A parser for seconds, or a time with its unit, or `forever`. */
function waitingTime(text: string): number {
  const time = text === 'forever' || text === '-1' ? Infinity : millisecondsOf(text, 's');
  if (Number.isNaN(time))
    throw new InvalidArgumentError('It must be a number of seconds, such as 2 or 0.5, or forever.');
  return time;
}

const collect = (line: string, before: readonly string[] = []): readonly string[] => [...before, line];

const isTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Who says what is sent, and whether somebody edits it at a prompt. */
function inputFor(options: ConnectArguments): Input {
  const { execute, hex, binary, json = false } = options;
  const isPerson = process.stdin.isTTY === true;
  const line: LineOptions = {
    binary: hex === true ? 'hex' : binary === true ? 'raw' : undefined,
    commands: options.commands ?? (isPerson || execute !== undefined),
    isStrict: !isPerson || execute !== undefined,
  };
  if (execute !== undefined) return new GivenInput(line, execute);
  return isTerminal() && !json && process.env.TERM !== 'dumb' ? new TypedInput(line) : new PipedInput(line);
}

function faceFor(input: Input, { json = false, verbose = false }: ConnectArguments): Face {
  if (json) return new JsonFace(verbose);
  const prompt = input instanceof TypedInput ? input.prompt : undefined;
  return new TextFace({ prompt, remarks: isTerminal(), isVerbose: verbose });
}

async function talkTo(url: string, options: ConnectArguments): Promise<void> {
  const { protocol, header: headers = [], binary, hex } = options;
  if (binary === true && hex === true) throw new CannotBegin('--binary and --hex exclude each other');
  const input = inputFor(options);
  const trace = new Trace();
  return new Promise((resolve, reject) => {
    const talk = new Talk({
      url,
      input,
      trace,
      face: faceFor(input, options),
      // Who types Ctrl-D is done.
      wait: options.wait ?? (process.stdin.isTTY === true && options.execute === undefined ? 0 : undefined),
      given: new Set(headers.map(([name]) => name.toLowerCase())),
      onDone: (failure) => (failure ? reject(failure) : resolve()),
    });
    const { proxy, redirects } = options;
    const route = { tls: tlsOptionsOf(options), proxy, redirects };
    const given = { events: talkEvents, target: talk, protocol, headers, ...route };
    const compression = compressionOf(options.deflate);
    talk.start(connectThrough(url, { ...given, compression }, trace.through));
  });
}

/** Adds `ringlet connect`. */
export function addConnectCommand(program: Command): void {
  const command = program
    .command('connect')
    .description('talk to a WebSocket server')
    .argument('<url>', 'ws:// or wss:// address of the server')
    .option('-x, --execute <line>', 'send this line, and read no input; may be repeated', collect)
    .option('-w, --wait <seconds>', 'stay so long after the end of the input, or forever', waitingTime)
    .option('--binary', 'send the bytes of each line as a binary message')
    .option('--hex', 'send the hex digits of each line as a binary message')
    .option('--commands', 'take lines that begin with / as commands in a pipe, too')
    .option('--no-commands', 'send lines that begin with / as they are, also at a prompt')
    .option('--json', 'print one JSON object a line for all that happens, and nothing else')
    .option('-v, --verbose', 'print the handshake, extensions, times, Pings and Pongs')
    .option('--deflate', 'offer to compress messages (permessage-deflate)')
    .addHelpText('after', HELP);
  // Of two options `--x` and `--no-x` the default is neither.
  command.setOptionValueWithSource('commands', undefined, 'default');
  addRouteOptions(addClientOptions(command)).action((url: string, options: ConnectArguments) =>
    talkTo(url, options).catch((error: unknown) => {
      if (options.json !== true) return fail(error);
      // The last line has said why a connection failed.
      if (!(error instanceof CommandError) || error instanceof CannotBegin)
        process.stdout.write(`${visibleJson({ event: 'error', error: errorObject(error) })}\n`);
      endWith(error);
    }),
  );
}
