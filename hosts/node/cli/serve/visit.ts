import { performance } from 'node:perf_hooks';
import type { Endpoint, EndpointEvents } from '../../../../src/client/endpoint.ts';
import { Span } from '../../../../src/connection/events.ts';
import { Echo, echoEvents } from '../echo.ts';
import { Sender } from '../sender.ts';
import type { Manner } from './manner.ts';

/** Octets of one client that wait for their time, or for a client to take them. */
export const MOST_WAITING = 16 << 20;

/** What all clients have in common. */
export interface Clients {
  readonly manner: Manner;
  readonly visits: ReadonlySet<Visit>;
  opened(visit: Visit): void;
  closed(visit: Visit, code: number, error: number): void;
  /** A client that does not take what others sent was dropped. */
  tooSlow(visit: Visit): void;
}

interface Delayed {
  readonly message: Buffer;
  readonly isBinary: boolean;
  readonly due: number;
}

/** One client of `ringlet serve`, and what it is answered. */
export class Visit {
  /** Set before the first event. */
  endpoint!: Endpoint<Visit>;
  readonly number: number;
  readonly openedAt = performance.now();
  /** Messages of this client that came whole, messages that were sent to it, and their octets. */
  received = 0;
  sent = 0;
  octetsReceived = 0;
  octetsSent = 0;
  readonly #clients: Clients;
  readonly #echo = new Echo();
  #pieces: Buffer[] = [];
  #sender: Sender | undefined;
  readonly #delayed: Delayed[] = [];
  #octetsDelayed = 0;
  #timer: NodeJS.Timeout | undefined;
  #closer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #isOver = false;

  constructor(number: number, clients: Clients) {
    this.number = number;
    this.#clients = clients;
  }

  opened(): void {
    const { closeAfterTime } = this.#clients.manner;
    this.#echo.endpoint = this.endpoint as unknown as Endpoint<Echo>;
    this.#sender = new Sender(this.endpoint as unknown as Endpoint<unknown>);
    if (closeAfterTime !== undefined) this.#closer = setTimeout(() => this.#close(), closeAfterTime);
    this.#clients.opened(this);
  }

  data(bytes: Uint8Array, start: number, end: number, span: number): void {
    const isLast = (span & Span.more) === 0;
    this.octetsReceived += end - start;
    if (isLast) this.received++;
    if (this.#clients.manner.isPlain) {
      if (this.#isClosing) return;
      // Span by span, so that a message may have any length.
      echoEvents.onData(this.#echo, bytes, start, end, span);
      this.octetsSent += end - start;
      if (isLast) this.#wasSent();
      return;
    }
    this.#pieces.push(Buffer.from(bytes.slice(start, end)));
    if (!isLast) return;
    const message = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#answer(message, (span & Span.binary) !== 0);
  }

  #answer(message: Buffer, isBinary: boolean): void {
    const { delay } = this.#clients.manner;
    if (delay === 0) return this.#deliver(message, isBinary);
    this.#delayed.push({ message, isBinary, due: performance.now() + delay });
    this.#octetsDelayed += message.length;
    if (this.#octetsDelayed > MOST_WAITING) this.endpoint.pause();
    this.#timer ??= setTimeout(() => this.#elapse(), delay);
  }

  /** The first of what was delayed is due. */
  #elapse(): void {
    this.#timer = undefined;
    for (let first = this.#delayed[0]; first !== undefined; first = this.#delayed[0]) {
      const left = first.due - performance.now();
      if (left > 0) {
        this.#timer = setTimeout(() => this.#elapse(), left);
        return;
      }
      this.#delayed.shift();
      this.#octetsDelayed -= first.message.length;
      this.#deliver(first.message, first.isBinary);
      if (this.#isOver) return;
      if (this.#octetsDelayed <= MOST_WAITING) this.#goOn();
    }
  }

  #deliver(message: Buffer, isBinary: boolean): void {
    const { manner, visits } = this.#clients;
    if (!manner.broadcasts) return this.send(message, isBinary);
    for (const visit of visits) visit.send(message, isBinary);
  }

  /** Sends a message to this client. One that does not take what others send is dropped; its own echo stops it. */
  send(message: Buffer, isBinary: boolean): void {
    const sender = this.#sender;
    if (this.#isOver || this.#isClosing || sender === undefined) return;
    sender.send(message, isBinary ? Span.binary : 0);
    this.octetsSent += message.length;
    this.#wasSent();
    if (sender.waiting <= MOST_WAITING) return;
    if (!this.#clients.manner.broadcasts) this.endpoint.pause();
    else {
      this.#end();
      this.endpoint.drop();
      this.#clients.tooSlow(this);
    }
  }

  #wasSent(): void {
    if (++this.sent === this.#clients.manner.closeAfterMessages) this.#close();
  }

  #close(): void {
    this.#isClosing = true;
    this.endpoint.close(this.#clients.manner.closeCode);
  }

  #goOn(): void {
    if (this.#octetsDelayed <= MOST_WAITING && this.#sender!.waiting <= MOST_WAITING) this.endpoint.resume();
  }

  writable(count: number): void {
    if (this.#clients.manner.isPlain) return echoEvents.onWritable(this.#echo, count);
    this.#sender?.pump();
    if (!this.#isOver) this.#goOn();
  }

  over(code: number, error: number): void {
    this.#end();
    this.#clients.closed(this, code, error);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#closer);
    this.#delayed.length = 0;
    this.#pieces.length = 0;
  }
}

/** The events of the endpoint of a {@link Visit}. */
export const visitEvents: EndpointEvents<Visit> = Object.freeze({
  onOpen: (visit: Visit) => visit.opened(),
  onData: (visit: Visit, bytes: Uint8Array, start: number, end: number, span: number) =>
    visit.data(bytes, start, end, span),
  onControl() {},
  onWritable: (visit: Visit, count: number) => visit.writable(count),
  onClose: (visit: Visit, code: number, error: number) => visit.over(code, error),
});
