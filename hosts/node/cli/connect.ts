import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import { ErrorId } from '../../../src/connection/errors.ts';
import { Span } from '../../../src/connection/events.ts';
import { Opcode } from '../../../src/frame/opcode.ts';
import { connect } from '../connect.ts';
import {
  addClientOptions,
  type ClientArguments,
  CommandError,
  compressionOf,
  fail,
  tlsOptionsOf,
} from './arguments.ts';
import { failureSentence } from './failure-sentence.ts';
import { Sender } from './sender.ts';

interface ConnectArguments extends ClientArguments {
  readonly binary?: boolean;
  readonly deflate?: boolean;
}

/** Input is not read on while this much of it waits to be sent. */
const ENOUGH_WAITING = 1 << 20;

const HELP = `
Lines from standard input are sent as messages; messages are printed. At a terminal:
  /ping [text]            send a ping
  /close [code [reason]]  begin the closing handshake
The end of the input (Ctrl-D) closes with 1000.`;

/** A person, or a pipe, at one end of a connection. */
class Talk {
  readonly url: string;
  readonly isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  readonly #binary: boolean;
  readonly #done: (failure?: Error) => void;
  readonly #input = createInterface({ input: process.stdin, terminal: false });
  #endpoint!: Endpoint<Talk>;
  #sender!: Sender;
  #closeText = '';
  #ended = false;

  constructor(url: string, binary: boolean, done: (failure?: Error) => void) {
    this.url = url;
    this.#binary = binary;
    this.#done = done;
  }

  start(endpoint: Endpoint<Talk>): void {
    this.#endpoint = endpoint;
    this.#sender = new Sender(endpoint as Endpoint<unknown>);
    this.#input.pause();
  }

  /** A remark beside the messages; only people want it. */
  #remark(text: string): void {
    if (this.isTerminal) process.stderr.write(`${text}\n`);
  }

  onOpen(): void {
    const { protocol } = this.#endpoint;
    this.#remark(`connected to ${this.url}${protocol === '' ? '' : `, subprotocol ${protocol}`}`);
    this.#input.on('line', (line) => this.#line(line));
    this.#input.on('close', () => {
      this.#ended = true;
      this.#closeAtEnd();
    });
    this.#input.resume();
  }

  #line(line: string): void {
    const [, command, rest = ''] = (this.isTerminal && /^\/(ping|close)(?:\s+(.*))?$/.exec(line)) || [];
    if (command === 'ping') this.#ping(rest);
    else if (command === 'close') this.#close(rest);
    else {
      this.#sender.send(Buffer.from(line), this.#binary ? Span.binary : 0);
      if (this.#sender.waiting > ENOUGH_WAITING) this.#input.pause();
    }
  }

  #ping(text: string): void {
    const payload = Buffer.from(text);
    const fault = this.#endpoint.sendControl(Opcode.ping, payload, 0, payload.length);
    if (fault === ErrorId.controlPayloadTooLong) this.#remark('a ping carries at most 125 octets');
  }

  #close(text: string): void {
    const [code = '1000', ...reason] = text.split(/\s+/);
    const fault = this.#endpoint.close(Number(code || 1000), Buffer.from(reason.join(' ')));
    if (fault === ErrorId.closeCodeRefused) this.#remark('that close code may not be sent');
    else if (fault === ErrorId.closeReasonTooLong) this.#remark('a reason has at most 123 octets');
  }

  #closeAtEnd(): void {
    if (this.#ended && this.#sender.waiting === 0) this.#endpoint.close(1000);
  }

  onWritable(): void {
    this.#sender.pump();
    if (this.#sender.waiting <= ENOUGH_WAITING && !this.#ended) this.#input.resume();
    this.#closeAtEnd();
  }

  onData(bytes: Uint8Array, start: number, end: number, span: number): void {
    const prefix = this.isTerminal && (span & Span.first) !== 0 ? '< ' : '';
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const suffix = (span & Span.more) === 0 ? '\n' : '';
    // Text in octets, so that a character may be split; what is binary is shown in hex.
    if ((span & Span.binary) !== 0) process.stdout.write(prefix + octets.toString('hex') + suffix);
    else process.stdout.write(Buffer.concat([Buffer.from(prefix), octets, Buffer.from(suffix)]));
  }

  onControl(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.close) this.#closeText = payload.subarray(2).toString();
    else this.#remark(`${opcode === Opcode.ping ? 'ping' : 'pong'} ${payload.toString()}`.trimEnd());
  }

  onClose(code: number, error: number): void {
    this.#input.close();
    process.stdin.destroy();
    if (error !== 0) {
      this.#done(new CommandError(failureSentence(this.url, this.#endpoint)));
      return;
    }
    this.#remark(`closed with ${code}${this.#closeText === '' ? '' : ` ${this.#closeText}`}`);
    this.#done();
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
    const { protocol, header: headers } = options;
    talk.start(
      connect(url, {
        events,
        target: talk,
        protocol,
        headers,
        tls: tlsOptionsOf(options),
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
  addClientOptions(command).action((url: string, options: ConnectArguments) =>
    talkTo(url, options).catch(fail),
  );
}
