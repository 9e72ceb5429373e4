import { isUtf8 } from 'node:buffer';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Command } from 'commander';
import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import { ErrorId } from '../../../src/errors.ts';
import { Span } from '../../../src/connection/events.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { Opcode } from '../../../src/frame/opcode.ts';
import { connect } from '../connect.ts';
import {
  addClientOptions,
  addRouteOptions,
  type ClientArguments,
  CommandError,
  compressionOf,
  fail,
  type RouteArguments,
} from './arguments.ts';
import { visible, visibleLine, withoutCredentials } from '../terminal-text.ts';
import { failureSentence } from './failure-sentence.ts';
import { LineReader } from './line-reader.ts';
import { Sender } from './sender.ts';
import { tlsOptionsOf } from './tls-options.ts';

interface ConnectArguments extends ClientArguments, RouteArguments {
  readonly binary?: boolean;
  readonly deflate?: boolean;
}

/** Input is not read on while this much of it waits to be sent. */
const ENOUGH_WAITING = 1 << 20;

const HELP = `
Lines from standard input are sent as messages; messages are printed, binary ones in hex. At a terminal:
  /ping [text]            send a ping
  /close [code [reason]]  begin the closing handshake
The end of the input (Ctrl-D) closes with 1000, an interrupt (Ctrl-C) with 1001. When the server closes with a
code that tells of a failure, the exit code is 1.`;

/** Close codes with which a server ends what went well; none at all (1005) does not complain either. */
const GOOD_ENDS: readonly number[] = [CloseCode.normal, CloseCode.goingAway, CloseCode.noStatus];

/** A person, or a pipe, at one end of a connection. */
class Talk {
  readonly url: string;
  readonly #isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  readonly #binary: boolean;
  readonly #done: (failure?: Error) => void;
  readonly #input = process.stdin;
  readonly #lines = new LineReader((line) => this.#line(line));
  /** Makes the characters of a message for a terminal. */
  readonly #characters = new StringDecoder();
  #endpoint!: Endpoint<Talk>;
  #sender!: Sender;
  #closeText = '';
  /** The end of the input has come. */
  #ended = false;
  /** It is we who began to close. */
  #closing = false;
  #failure: CommandError | undefined;
  /** A message has begun to be printed. */
  #printing = false;

  constructor(url: string, binary: boolean, done: (failure?: Error) => void) {
    this.url = url;
    this.#binary = binary;
    this.#done = done;
  }

  start(endpoint: Endpoint<Talk>): void {
    this.#endpoint = endpoint;
    this.#sender = new Sender(endpoint as Endpoint<unknown>);
    process.on('SIGINT', this.#interrupt);
    process.on('SIGTERM', this.#interrupt);
  }

  /** Closes in good order; a second interrupt, or one while there is no connection, ends at once. */
  readonly #interrupt = (signal: NodeJS.Signals): void => {
    process.exitCode = 128 + constants.signals[signal];
    if (this.#begin(CloseCode.goingAway) !== 0) process.exit();
  };

  #begin(code: number, reason?: Buffer): number {
    const fault = this.#endpoint.close(code, reason);
    if (fault === 0) this.#closing = true;
    return fault;
  }

  /** A remark beside the messages; only people want it. */
  #remark(text: string): void {
    if (this.#isTerminal) process.stderr.write(`${visibleLine(text)}\n`);
  }

  onOpen(): void {
    const { protocol } = this.#endpoint;
    this.#remark(
      `connected to ${withoutCredentials(this.url)}${protocol === '' ? '' : `, subprotocol ${protocol}`}`,
    );
    this.#input.on('data', (octets: Buffer) => this.#lines.push(octets));
    this.#input.on('error', (error) => this.#giveUp(`the input cannot be read: ${error.message}`));
    this.#input.on('end', () => {
      this.#lines.end();
      this.#ended = true;
      this.#closeAtEnd();
    });
  }

  #line(line: Buffer): void {
    if (this.#failure !== undefined) return;
    const text = line.toString().replace(/\r$/, '');
    const [, command, rest = ''] = (this.#isTerminal && /^\/(ping|close)(?:\s+(.*))?$/.exec(text)) || [];
    if (command === 'ping') this.#ping(rest);
    else if (command === 'close') this.#close(rest);
    else if (this.#binary) this.#send(line, Span.binary);
    else if (isUtf8(line)) this.#send(Buffer.from(text), 0);
    // Neither may it be sent as text, nor would something else that is sent instead be what was meant.
    else this.#giveUp('a line of the input is not UTF-8; --binary sends any octets');
  }

  #giveUp(sentence: string): void {
    this.#failure = new CommandError(sentence);
    this.#begin(CloseCode.normal);
  }

  #send(message: Buffer, span: number): void {
    this.#sender.send(message, span);
    if (this.#sender.waiting > ENOUGH_WAITING) this.#input.pause();
  }

  #ping(text: string): void {
    const payload = Buffer.from(text);
    const fault = this.#endpoint.sendControl(Opcode.ping, payload, 0, payload.length);
    if (fault === ErrorId.controlPayloadTooLong) this.#remark('a ping carries at most 125 octets');
  }

  #close(text: string): void {
    const [code = '1000', ...reason] = text.split(/\s+/);
    const fault = this.#begin(Number(code || 1000), Buffer.from(reason.join(' ')));
    if (fault === ErrorId.closeCodeRefused) this.#remark('that close code may not be sent');
    else if (fault === ErrorId.closeReasonTooLong) this.#remark('a reason has at most 123 octets');
  }

  #closeAtEnd(): void {
    if (this.#ended && this.#sender.waiting === 0) this.#begin(CloseCode.normal);
  }

  onWritable(): void {
    this.#sender.pump();
    if (this.#sender.waiting <= ENOUGH_WAITING && !this.#ended) this.#input.resume();
    this.#closeAtEnd();
  }

  onData(bytes: Uint8Array, start: number, end: number, span: number): void {
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const isLast = (span & Span.more) === 0;
    if (this.#isTerminal && !this.#printing) process.stdout.write('< ');
    this.#printing = !isLast;
    if ((span & Span.binary) !== 0) process.stdout.write(octets.toString('hex'));
    else if (process.stdout.isTTY === true) process.stdout.write(visible(this.#characters.write(octets)));
    // The octets as they come, so that a character may be split.
    else process.stdout.write(Buffer.from(octets));
    if (isLast) process.stdout.write('\n');
  }

  onControl(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.close) this.#closeText = payload.subarray(2).toString();
    else this.#remark(`${opcode === Opcode.ping ? 'ping' : 'pong'} ${payload.toString()}`.trimEnd());
  }

  onClose(code: number, error: number): void {
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
    this.#input.destroy();
    if (this.#printing && process.stdout.isTTY === true) process.stdout.write('\n');
    const closed = `closed with ${code}${this.#closeText === '' ? '' : ` ${this.#closeText}`}`;
    if (error !== 0) this.#failure ??= new CommandError(failureSentence(this.url, this.#endpoint));
    else if (this.#closing || GOOD_ENDS.includes(code)) this.#remark(closed);
    else {
      const sentence = `${withoutCredentials(this.url)}: the server ${closed}`;
      this.#failure ??= new CommandError(sentence);
    }
    this.#done(this.#failure);
  }
}

const events: EndpointEvents<Talk> = {
  onOpen: (talk) => talk.onOpen(),
  onData: (talk, bytes, start, end, span) => talk.onData(bytes, start, end, span),
  onControl: (talk, opcode, bytes, start, end) =>
    talk.onControl(opcode, Buffer.from(bytes.slice(start, end))),
  onWritable: (talk) => talk.onWritable(),
  onClose: (talk, code, error) => talk.onClose(code, error),
};

function talkTo(url: string, options: ConnectArguments): Promise<void> {
  return new Promise((resolve, reject) => {
    const talk = new Talk(url, options.binary ?? false, (failure) => (failure ? reject(failure) : resolve()));
    const { protocol, header: headers, proxy, redirects } = options;
    talk.start(
      connect(url, {
        events,
        target: talk,
        protocol,
        headers,
        tls: tlsOptionsOf(options),
        proxy,
        redirects,
        compression: compressionOf(options.deflate),
      }),
    );
  });
}

/** Adds `ringlet connect`. */
export function addConnectCommand(program: Command): void {
  const command = program
    .command('connect')
    .description('talk to a WebSocket server')
    .argument('<url>', 'ws:// or wss:// address of the server')
    .option('--binary', 'send lines as binary messages')
    .option('--deflate', 'offer to compress messages (permessage-deflate)')
    .addHelpText('after', HELP);
  addRouteOptions(addClientOptions(command)).action((url: string, options: ConnectArguments) =>
    talkTo(url, options).catch(fail),
  );
}
