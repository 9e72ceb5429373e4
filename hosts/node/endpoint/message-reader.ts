import type { Message } from '../../../src/messages/message-peer.ts';

/** Octets (of text: characters) of messages that wait for whoever iterates before the peer is stopped; and messages. */
const OCTETS = 65536;
const MESSAGES = 256;

/** What a reader asks of the connection that it reads. */
export interface Source {
  pause(): void;
  resume(): void;
  /** Nobody reads any more: ends the connection. */
  leave(): void;
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Message, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const DONE: IteratorResult<Message, undefined> = Object.freeze({ value: undefined, done: true });

/**
 * The messages of a connection one by one, for `for await`. It ends where the connection is closed in order and throws what
 * it fails with, behind all messages that came before. While nobody takes them the peer is stopped; whoever leaves the loop
 * closes the connection.
 */
export class MessageReader implements AsyncIterableIterator<Message, undefined> {
  readonly #source: Source;
  #messages: Message[] = [];
  #octets = 0;
  #waiting: Waiting[] = [];
  #isPaused = false;
  #isOver = false;
  #failure: unknown;
  #hasFailed = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** A message has come. */
  take(data: Message): void {
    if (this.#isOver) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ value: data, done: false });
      return;
    }
    this.#messages.push(data);
    this.#octets += data.length;
    if (this.#octets < OCTETS && this.#messages.length < MESSAGES) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  /** The connection is over: in order, or by `failure`. */
  over(hasFailed: boolean, failure?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isPaused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    const first = waiting.shift();
    if (first === undefined) {
      this.#hasFailed = hasFailed;
      this.#failure = failure;
    } else if (hasFailed) first.reject(failure);
    else first.resolve(DONE);
    for (const { resolve } of waiting) resolve(DONE);
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    const value = this.#messages.shift();
    if (value !== undefined) {
      this.#octets -= value.length;
      if (this.#isPaused && this.#messages.length === 0) {
        this.#isPaused = false;
        this.#source.resume();
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#hasFailed) {
      this.#hasFailed = false;
      return Promise.reject(this.#failure as Error);
    }
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    this.#messages = [];
    this.#octets = 0;
    this.#hasFailed = false;
    if (!this.#isOver) {
      const wasPaused = this.#isPaused;
      this.over(false);
      // What still comes is discarded, so that the peer's Close is found behind it.
      if (wasPaused) this.#source.resume();
      this.#source.leave();
    }
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
