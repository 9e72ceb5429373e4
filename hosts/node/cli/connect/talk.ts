import { isUtf8 } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import type { Endpoint, EndpointEvents } from '../../../../src/client/endpoint.ts';
import { ErrorId } from '../../../../src/errors.ts';
import { Span } from '../../../../src/connection/events.ts';
import { CloseCode } from '../../../../src/frame/close-code.ts';
import { Opcode } from '../../../../src/frame/opcode.ts';
import { withoutCredentials } from '../../terminal-text.ts';
import { CommandError } from '../arguments.ts';
import { interruptedBy } from '../exit-codes.ts';
import { failureSentence } from '../failure-sentence.ts';
import { Sender } from '../sender.ts';
import type { Face } from './face.ts';
import { handshakeLines } from './handshake-lines.ts';
import { LastMessage } from './last-message.ts';
import { Linger } from './linger.ts';
import type { Trace } from './trace.ts';

/** Input is not read on while this much of it waits to be sent. */
const ENOUGH_WAITING = 1 << 20;

/** Close codes with which a server ends what went well; none at all (1005) does not complain either. */
const GOOD_ENDS: readonly number[] = [CloseCode.normal, CloseCode.goingAway, CloseCode.noStatus];

/** What says what is to be sent: a person, a pipe, or the arguments. */
export interface Input {
  /** The connection is open. */
  begin(talk: Talk): void;
  pause(): void;
  resume(): void;
  /** Nothing more is wanted; a terminal is left as it was found. */
  end(): void;
}

export interface TalkOptions {
  readonly url: string;
  readonly face: Face;
  readonly input: Input;
  readonly trace: Trace;
  /** Milliseconds to stay after the end of the input; see {@link Linger}. */
  readonly wait: number | undefined;
  /** Names, in lower case, of the headers that the user gave. */
  readonly given: ReadonlySet<string>;
  readonly onDone: (failure?: Error) => void;
}

/** One connection between an input and a face, from its beginning to its end. */
export class Talk {
  readonly face: Face;
  readonly last = new LastMessage();
  readonly #options: TalkOptions;
  readonly #input: Input;
  readonly #linger: Linger;
  #endpoint!: Endpoint<Talk>;
  #sender!: Sender;
  #sent = 0;
  #received = 0;
  #isOpen = false;
  /** The end of the input has come. */
  #ended = false;
  /** It is we who began to close. */
  #closing = false;
  #failure: CommandError | undefined;

  constructor(options: TalkOptions) {
    this.#options = options;
    this.face = options.face;
    this.#input = options.input;
    this.#linger = new Linger(options.wait, () => this.#begin(CloseCode.normal));
  }

  start(endpoint: Endpoint<Talk>): void {
    this.#endpoint = endpoint;
    this.#sender = new Sender(endpoint as Endpoint<unknown>);
    process.on('SIGINT', this.interrupt);
    process.on('SIGTERM', this.interrupt);
  }

  /** Closes in good order; a second interrupt, or one while there is no connection, ends at once. */
  readonly interrupt = (signal: NodeJS.Signals): void => {
    process.exitCode = interruptedBy(signal);
    if (this.#begin(CloseCode.goingAway) === 0) return;
    this.#input.end();
    process.exit();
  };

  /** What is known of the connection, in lines. */
  get facts(): string[] {
    const { trace, url } = this.#options;
    const seconds = (performance.now() - trace.openedAt) / 1000;
    return [
      `${withoutCredentials(url)}, open for ${seconds.toFixed(1)} s`,
      `subprotocol: ${this.#endpoint.protocol || 'none'}; extensions: ${trace.header('sec-websocket-extensions') || 'none'}`,
      `messages: ${this.#sent} sent, ${this.#received} received`,
    ];
  }

  /** Sends a message: text, which has to be UTF-8, or binary. */
  send(message: Uint8Array, isBinary: boolean): void {
    // Neither may it be sent as text, nor would something else that is sent instead be what was meant.
    if (!isBinary && !isUtf8(message)) throw new CommandError('what is no UTF-8 can be sent as binary only');
    this.#sent++;
    this.#sender.send(message, isBinary ? Span.binary : 0);
    if (this.#sender.waiting > ENOUGH_WAITING) this.#input.pause();
  }

  /** Sends a Ping or a Pong. */
  sendControl(opcode: number, text: string): void {
    const payload = Buffer.from(text);
    const fault = this.#endpoint.sendControl(opcode, payload, 0, payload.length);
    if (fault === ErrorId.controlPayloadTooLong)
      throw new CommandError('a Ping or a Pong carries at most 125 bytes');
    if (fault === ErrorId.writeTooLong) throw new CommandError('there is no room for that now; try again');
  }

  close(code: number, reason: string): void {
    const fault = this.#begin(code, Buffer.from(reason));
    if (fault === ErrorId.closeReasonTooLong) throw new CommandError('a reason has at most 123 bytes');
    if (fault === ErrorId.closeCodeRefused || fault === ErrorId.argumentInvalid)
      throw new CommandError('that close code may not be sent; 1000 and 3000 to 4999 may');
  }

  /** Everything has been said. */
  endInput(): void {
    this.#ended = true;
    this.#lingerAtEnd();
  }

  /** Ends in good order, and then with a failure. */
  giveUp(sentence: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = new CommandError(sentence);
    this.#begin(CloseCode.normal);
  }

  #begin(code: number, reason?: Buffer): number {
    const fault = this.#endpoint.close(code, reason);
    if (fault === 0) {
      this.#closing = true;
      this.#linger.end();
    }
    return fault;
  }

  #lingerAtEnd(): void {
    if (this.#ended && !this.#closing && this.#sender.waiting === 0) this.#linger.begin();
  }

  onOpen(): void {
    const { trace, url, given } = this.#options;
    trace.openedAt = performance.now();
    this.#isOpen = true;
    this.face.opened({
      url: withoutCredentials(url),
      protocol: this.#endpoint.protocol,
      extensions: trace.header('sec-websocket-extensions'),
      connectTime: trace.connectedAt - trace.startedAt,
      handshakeTime: trace.openedAt - trace.connectedAt,
      request: handshakeLines(trace.request, given),
      response: handshakeLines(trace.response, given),
    });
    this.#input.begin(this);
  }

  onWritable(): void {
    this.#sender.pump();
    if (this.#sender.waiting <= ENOUGH_WAITING && !this.#ended) this.#input.resume();
    this.#lingerAtEnd();
  }

  onData(bytes: Uint8Array, start: number, end: number, span: number): void {
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const isLast = (span & Span.more) === 0;
    this.#linger.heard();
    if (isLast) this.#received++;
    this.last.add(octets, isLast);
    this.face.data(octets, (span & Span.binary) !== 0, isLast);
  }

  onControl(opcode: number, payload: Buffer): void {
    if (opcode !== Opcode.close) this.face.control(opcode === Opcode.ping ? 'ping' : 'pong', payload);
  }

  onClose(code: number, error: number): void {
    const { trace, url, onDone } = this.#options;
    process.off('SIGINT', this.interrupt);
    process.off('SIGTERM', this.interrupt);
    this.#linger.end();
    this.#input.end();
    const reason = error === 0 ? this.#endpoint.closeReason : '';
    if (error !== 0) this.#failure ??= new CommandError(failureSentence(url, this.#endpoint));
    else if (!this.#closing && !GOOD_ENDS.includes(code)) {
      const closed = `closed with ${code}${reason === '' ? '' : ` ${reason}`}`;
      this.#failure ??= new CommandError(`${withoutCredentials(url)}: the server ${closed}`);
    }
    this.face.closed({
      code,
      reason,
      error,
      time: this.#isOpen ? performance.now() - trace.openedAt : 0,
      sent: this.#sent,
      received: this.#received,
      failure: this.#failure?.message,
      request: handshakeLines(trace.request, this.#options.given),
      response: handshakeLines(trace.response, this.#options.given),
    });
    onDone(this.#failure);
  }
}

/** The events of the endpoint of a {@link Talk}. */
export const talkEvents: EndpointEvents<Talk> = Object.freeze({
  onOpen: (talk: Talk) => talk.onOpen(),
  onData: (talk: Talk, bytes: Uint8Array, start: number, end: number, span: number) =>
    talk.onData(bytes, start, end, span),
  onControl: (talk: Talk, opcode: number, bytes: Uint8Array, start: number, end: number) =>
    talk.onControl(opcode, Buffer.from(bytes.slice(start, end))),
  onWritable: (talk: Talk) => talk.onWritable(),
  onClose: (talk: Talk, code: number, error: number) => talk.onClose(code, error),
});
