import { StringDecoder } from 'node:string_decoder';
import { visibleJson } from '../../terminal-text.ts';
import type { CloseFacts, Face, OpenFacts } from './face.ts';

/** Octets of a message that are kept for one line; a longer message comes in several, all but the last with `more`. */
const LONGEST = 16 << 20;

const rounded = (milliseconds: number): number => Number(milliseconds.toFixed(3));

/** One JSON object a line on standard output for all that happens, and nothing else. */
export class JsonFace implements Face {
  readonly #isVerbose: boolean;
  readonly #characters = new StringDecoder();
  #parts: string[] = [];
  #size = 0;

  constructor(isVerbose: boolean) {
    this.#isVerbose = isVerbose;
  }

  opened({ url, protocol, extensions, connectTime, handshakeTime, request, response }: OpenFacts): void {
    const times = { connectTime: rounded(connectTime), handshakeTime: rounded(handshakeTime) };
    const heads = this.#isVerbose ? { request, response } : {};
    this.#say('open', { url, protocol, extensions, ...times, ...heads });
  }

  data(octets: Buffer, isBinary: boolean, isLast: boolean): void {
    this.#parts.push(isBinary ? octets.toString('hex') : this.#characters.write(octets));
    this.#size += octets.length;
    if (!isLast && this.#size < LONGEST) return;
    const data = this.#parts.join('');
    this.#parts = [];
    this.#size = 0;
    this.#say('message', { type: isBinary ? 'binary' : 'text', data, ...(isLast ? {} : { more: true }) });
  }

  control(kind: 'ping' | 'pong', payload: Buffer): void {
    this.#say(kind, { data: payload.toString('hex') });
  }

  remark(text: string): void {
    this.#say('remark', { text });
  }

  closed({ code, reason, error, time, sent, received, failure, request, response }: CloseFacts): void {
    const heads = this.#isVerbose && time === 0 ? { request, response } : {};
    const facts = { code, reason, time: rounded(time), sent, received, ...heads };
    this.#say('close', failure === undefined ? facts : { ...facts, error: { id: error, message: failure } });
  }

  #say(event: string, facts: object): void {
    process.stdout.write(`${visibleJson({ event, ...facts })}\n`);
  }
}
