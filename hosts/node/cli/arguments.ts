import { readFileSync } from 'node:fs';
import type { CompressionFactory } from '../../../src/connection/compression.ts';
import { describeError } from '../../../src/error-text.ts';
import { RingletError } from '../../../src/errors.ts';
import { permessageDeflate } from '../../../src/deflate/permessage-deflate.ts';
import { isToken, listOf } from '../../../src/handshake/text.ts';
import { ConformanceError } from '../conformance/errors.ts';
import { ExitCode } from './exit-codes.ts';
import { visibleLine, withoutSecrets } from '../terminal-text.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What ends a command for the person who typed it: one sentence, and an exit code that is not 0. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(sentence: string, exitCode: number = ExitCode.failed) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** The same where the command could not begin. */
export class CannotBegin extends CommandError {
  constructor(sentence: string) {
    super(sentence, ExitCode.notBegun);
  }
}

/** The exit code for whatever was thrown: what the API refuses (the six hundreds) was an argument. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof ConformanceError) return ExitCode.notBegun;
  return error instanceof RingletError && error.id >= 600 ? ExitCode.notBegun : ExitCode.failed;
}

/** A sentence for a terminal from whatever was thrown. Where the engine says only which option is invalid, the id tells why. */
export function sentenceOf(error: unknown): string {
  let message = error instanceof Error ? error.message : String(error);
  if (error instanceof RingletError && message.startsWith('invalid ')) {
    message += `: ${describeError(error.id)}`;
  }
  message = visibleLine(withoutSecrets(message));
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Sets the exit code for whatever was thrown; that it was interrupted says more. */
export function endWith(error: unknown): void {
  process.exitCode ||= exitCodeOf(error);
}

/** What was thrown, as the property `error` of an object for programs. `id` is that of the API, if it has one. */
export function errorObject(error: unknown): { readonly id?: number; readonly message: string } {
  const message = sentenceOf(error);
  return error instanceof RingletError ? { id: error.id, message } : { message };
}

/** Ends the command with a sentence on standard error. */
export function fail(error: unknown): void {
  process.stderr.write(`ringlet: ${sentenceOf(error)}\n`);
  endWith(error);
}

/** A parser for an integer argument from `least` to `most`. */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most || text.trim() === '') {
      throw new InvalidArgumentError(`It must be an integer from ${least} to ${most}.`);
    }
    return value;
  };
}

/** A parser for a positive number argument, fractions included. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Milliseconds of a time such as `500ms`, `1.5s` or `2m`; NaN for what is none. */
export function millisecondsOf(text: string, unit?: string): number {
  const [, digits, written = unit ?? ''] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const value = Number(digits) * (UNITS[written] ?? NaN);
  // Timers of more than 24 days fire at once.
  return value < 2 ** 31 ? value : NaN;
}

/** A parser for a name or an address; "" would be every address where something listens. */
export function address(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must be a name or an address.');
  return text;
}

/** A parser for subprotocols, comma-separated. */
export function protocols(text: string): readonly string[] {
  const names = listOf(text);
  if (names.length === 0 || !names.every(isToken) || new Set(names).size !== names.length)
    throw new InvalidArgumentError('It must be a list of different tokens.');
  return names;
}

/** Collects `Name: value` lines, one an option. */
export function header(text: string, before: [string, string][] = []): [string, string][] {
  const colon = text.indexOf(':');
  if (colon <= 0) throw new InvalidArgumentError('It must look like "Name: value".');
  return [...before, [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]];
}

/** Reads a file named on the command line. */
export function file(text: string): Buffer {
  try {
    return readFileSync(text);
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** What {@link addClientOptions} adds. */
export interface ClientArguments {
  readonly header?: [string, string][];
  readonly protocol?: string;
  readonly insecure?: boolean;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** What {@link addRouteOptions} adds. */
export interface RouteArguments {
  /** A URL; false for none. */
  readonly proxy?: string | false;
  readonly redirects?: number;
}

/** What `--deflate` asks for: permessage-deflate with the windows of a desktop computer. */
export function compressionOf(deflate: boolean | undefined): CompressionFactory | undefined {
  return deflate === true ? permessageDeflate({ profile: 'desk' }) : undefined;
}

/** Options of every command that connects somewhere. */
export function addClientOptions(command: Command): Command {
  return command
    .option('--header <line>', 'a header line for the handshake, "Name: value"; may be repeated', header)
    .option('--subprotocol <names>', 'subprotocols to offer, comma-separated, best first')
    .addOption(new Option('--protocol <names>').hideHelp())
    .on('option:subprotocol', (names: string) => command.setOptionValue('protocol', names))
    .option('--ca <file>', 'PEM certificates to trust, for wss', file)
    .option('--cert <file>', 'PEM certificate of this client, for wss', file)
    .option('--key <file>', 'PEM private key of this client, for wss', file)
    .option('--insecure', 'take any certificate, for wss on a bench');
}

/** Options of the way there. */
export function addRouteOptions(command: Command): Command {
  return command
    .option(
      '--proxy <url>',
      'an HTTP proxy to connect through; default: that of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY',
    )
    .option('--no-proxy', 'connect without a proxy, whatever the environment says')
    .option('--redirects <number>', 'redirections to follow at most; default: none', integer(0, 20));
}
