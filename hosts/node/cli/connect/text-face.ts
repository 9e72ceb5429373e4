import { StringDecoder } from 'node:string_decoder';
import { visible, visibleLine } from '../../terminal-text.ts';
import { type Painter, painterFor } from '../colours.ts';
import type { CloseFacts, Face, OpenFacts } from './face.ts';
import type { Prompt } from './prompt.ts';

/** Octets of a message that wait for its end, so that a person sees it whole; a longer one is shown in parts. */
const LONGEST = 65536;

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

const payloadOf = (payload: Buffer): string => {
  const text = payload.toString();
  return Buffer.from(text).equals(payload) ? text : `0x${payload.toString('hex')}`;
};

/** How much of all this is wanted. */
export interface TextFaceOptions {
  /** The line at which somebody types; undefined where nobody does. */
  readonly prompt: Prompt | undefined;
  /** Whether standard error is for a person who wants to know what else happens. */
  readonly remarks: boolean;
  readonly isVerbose: boolean;
}

/** Messages on standard output, remarks on standard error; both above the prompt where there is one. */
export class TextFace implements Face {
  readonly #prompt: Prompt | undefined;
  readonly #remarks: boolean;
  readonly #isVerbose: boolean;
  readonly #isScreen = process.stdout.isTTY === true;
  readonly #paintOut: Painter = painterFor(process.stdout);
  readonly #paintError: Painter = painterFor(process.stderr);
  readonly #characters = new StringDecoder();
  #waiting: Buffer[] = [];
  #size = 0;
  /** A part of the message has been printed. */
  #isPartial = false;

  constructor({ prompt, remarks, isVerbose }: TextFaceOptions) {
    this.#prompt = prompt;
    this.#remarks = remarks || isVerbose;
    this.#isVerbose = isVerbose;
  }

  opened({ url, protocol, extensions, connectTime, handshakeTime, request, response }: OpenFacts): void {
    if (this.#isVerbose) {
      this.#heads(request, response);
      this.remark(`* connected in ${milliseconds(connectTime)}, handshake in ${milliseconds(handshakeTime)}`);
      this.remark(`* subprotocol: ${protocol || 'none'}; extensions: ${extensions || 'none'}`);
    }
    this.remark(`connected to ${url}${protocol === '' ? '' : `, subprotocol ${protocol}`}`);
    if (this.#prompt !== undefined) this.remark('/help lists the commands; Ctrl-D ends');
  }

  data(octets: Buffer, isBinary: boolean, isLast: boolean): void {
    if (!this.#isScreen) return this.#raw(octets, isBinary, isLast);
    this.#waiting.push(Buffer.from(octets));
    this.#size += octets.length;
    if (!isLast && this.#size < LONGEST) return;
    const whole = Buffer.concat(this.#waiting);
    const text = isBinary ? whole.toString('hex') : this.#characters.write(whole);
    // What is a line of the peer's is seen to be one: only the first begins with the sign.
    const lines = visible(text).replace(/\n/g, '\n  ');
    const sign = this.#isPartial ? '  ' : '< ';
    this.#waiting = [];
    this.#size = 0;
    this.#isPartial = !isLast;
    this.#print(process.stdout, this.#paintOut(`${sign}${lines}`, isBinary ? 'binary' : 'received'));
  }

  /** For a program: the octets as they come, so that a character may be split, and a newline. */
  #raw(octets: Buffer, isBinary: boolean, isLast: boolean): void {
    const text = isBinary ? octets.toString('hex') : Buffer.from(octets);
    const painted = this.#paintOut('', 'received') === '' ? text : this.#painted(text, isBinary);
    process.stdout.write(painted);
    if (isLast) process.stdout.write('\n');
  }

  #painted(text: string | Buffer, isBinary: boolean): Buffer {
    const [before, after] = this.#paintOut('\n', isBinary ? 'binary' : 'received').split('\n');
    return Buffer.concat([Buffer.from(before!), Buffer.from(text), Buffer.from(after!)]);
  }

  control(kind: 'ping' | 'pong', payload: Buffer): void {
    this.remark(`${kind} ${payloadOf(payload)}`.trimEnd());
  }

  remark(text: string): void {
    if (this.#remarks) this.#print(process.stderr, this.#paintError(visibleLine(text), 'remark'));
  }

  #heads(request: readonly string[], response: readonly string[]): void {
    for (const line of request) this.remark(`> ${line}`);
    for (const line of response) this.remark(`< ${line}`);
  }

  closed({ code, reason, time, sent, received, failure, request, response }: CloseFacts): void {
    if (this.#size !== 0 || this.#isPartial) this.data(Buffer.alloc(0), false, true);
    if (this.#isVerbose && time === 0) this.#heads(request, response);
    else if (this.#isVerbose)
      this.remark(`* open for ${milliseconds(time)}; messages: ${sent} sent, ${received} received`);
    // What failed is said by whoever ends the command.
    if (failure === undefined) this.remark(`closed with ${code}${reason === '' ? '' : ` ${reason}`}`);
  }

  #print(stream: NodeJS.WriteStream, text: string): void {
    if (this.#prompt === undefined) stream.write(`${text}\n`);
    else this.#prompt.print(stream, text);
  }
}
