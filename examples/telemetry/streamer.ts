import type { Delivery, TimerId } from '../../src/index.ts';
import { Backoff } from './backoff.ts';
import { Counters } from './counters.ts';
import { InFlight, since } from './in-flight.ts';
import type { StreamCallbacks, StreamClient, StreamerOptions } from './options.ts';
import { Pace } from './pace.ts';
import { INCOMPLETE, ReplyReader } from './reply-reader.ts';
import { RoundTrips } from './round-trips.ts';
import { SampleSender } from './sample-sender.ts';

const enum State {
  idle,
  connecting,
  streaming,
  /** Waiting until it is time to connect again. */
  waiting,
  /** Nothing more is sent; replies are awaited. */
  draining,
  /** Our Close is on its way. */
  closing,
  ended,
}

/** Milliseconds between two looks at the clock: at least, so that many samples are sent at once, and at most. */
const SHORTEST_TICK = 10;
const LONGEST_TICK = 100;
/** Milliseconds for the closing handshake. */
const CLOSE_TIME = 4000;
/** A connection that lived this many milliseconds was a good one, even if nothing came back on it. */
const GOOD_TIME = 10_000;

/**
 * Streams samples of sensors over a WebSocket: at a rate, each as JSON text and as a packed binary record. Replies
 * that begin like what was sent (an echo does) are matched by their sequence numbers and timed. A lost connection
 * is made again. While it lasts, sending and receiving allocate nothing.
 */
export class Streamer {
  readonly counters = new Counters();
  readonly roundTrips = new RoundTrips();
  /** Whether the connection ended with both sides' Close, after `stop`. */
  isClean = false;
  readonly #options: StreamerOptions;
  readonly #callbacks: StreamCallbacks;
  readonly #inFlight: InFlight;
  readonly #backoff: Backoff;
  readonly #pace: Pace;
  readonly #sender: SampleSender;
  readonly #replies = new ReplyReader();
  #state = State.idle;
  #timer: TimerId | undefined;
  #client: StreamClient | undefined;
  #hasOpened = false;
  /** Octets that the client took when it was empty. */
  #capacity = 0;
  /** When streaming began, when the timer was last heard, when `#state` began and how long it may last. */
  #startedAt = 0;
  #ticked = 0;
  #since = 0;
  #patience = 0;
  /** Why there is no connection. */
  #error: unknown;

  /** Throws RangeError for names of values that cannot be written. */
  constructor(options: StreamerOptions) {
    const { sensors, rate, clock, random, inFlight = 64, attempts = Infinity } = options;
    const { backoffBase = 500, backoffLongest = 30_000 } = options;
    this.#options = options;
    this.#inFlight = new InFlight(inFlight);
    this.#backoff = new Backoff(backoffBase, backoffLongest, attempts, random);
    this.#pace = new Pace(rate);
    this.#sender = new SampleSender(sensors, clock, this.#inFlight, this.counters);
    this.#callbacks = Object.freeze({
      onWritable: (count: number) => this._onWritable(count),
      onSpan: (bytes: Uint8Array, start: number, end: number, { binary, more }: Delivery) =>
        this._onSpan(bytes, start, end, binary, more),
      onClose: () => this._onLoss(undefined),
      onError: (error: unknown) => this._onLoss(error),
    });
  }

  /** Whether there is a connection that messages go over. */
  get isOpen(): boolean {
    return this.#state === State.streaming || this.#state === State.draining;
  }

  /** Messages that a reply is awaited for. */
  get outstanding(): number {
    return this.#inFlight.count;
  }

  /** Octets that the client has accepted and not sent yet, as far as it has told. */
  get buffered(): number {
    return this.isOpen ? this.#capacity - this.#sender.room : 0;
  }

  /** Connects and streams until `stop`. Once. */
  start(): void {
    const { rate, clock, Timer } = this.#options;
    const tick = Math.max(SHORTEST_TICK, Math.min(Math.floor(1000 / rate), LONGEST_TICK));
    this.#ticked = clock();
    this.#timer = Timer.set(() => this._onTick(), tick, tick);
    this._connect();
  }

  /** Sends nothing more, waits a little for replies, closes; `onEnd` follows. May be repeated. */
  stop(): void {
    if (this.#state === State.streaming) this._enter(State.draining, this.#options.grace ?? 1000);
    else if (this.#state === State.connecting || this.#state === State.waiting) this._end(false);
  }

  private _enter(state: State, patience: number): void {
    this.#state = state;
    this.#since = this.#options.clock();
    this.#patience = patience;
  }

  private _connect(): void {
    this._enter(State.connecting, Infinity);
    this.#replies.reset();
    try {
      this.#client = this.#options.open(this.#callbacks);
    } catch (error) {
      this._onLoss(error);
    }
  }

  private _onTick(): void {
    const now = this.#options.clock();
    const elapsed = since(this.#ticked, now);
    const isLate = since(this.#since, now) >= this.#patience;
    this.#ticked = now;
    switch (this.#state) {
      case State.streaming:
        this._becomeDue(elapsed);
        this._send();
        return;
      case State.connecting:
      case State.waiting:
        if (this.#hasOpened) this._becomeDue(elapsed);
        if (isLate) this._connect();
        return;
      case State.draining:
        if (isLate || this.#inFlight.count === 0) this._close();
        return;
      case State.closing:
        if (isLate) this._end(true);
        return;
      default:
    }
  }

  private _becomeDue(elapsed: number): void {
    this.#sender.skip();
    this.counters.skipped += this.#pace.advance(elapsed);
  }

  private _send(): void {
    const pace = this.#pace;
    while (pace.due > 0) {
      const time = since(this.#startedAt, this.#options.clock()) >>> 0;
      if (!this.#sender.send(this.#client!, time)) return;
      pace.due--;
    }
  }

  private _onWritable(count: number): void {
    this.#sender.room = count;
    if (this.#state === State.connecting) this._onOpen(count);
    else if (this.#state === State.streaming) this._send();
  }

  private _onOpen(capacity: number): void {
    this.#capacity = capacity;
    this.#error = undefined;
    this._enter(State.streaming, Infinity);
    if (this.#hasOpened) this.counters.reconnects++;
    else {
      this.#hasOpened = true;
      this.#startedAt = this.#since;
      this.#ticked = this.#since;
    }
    this.#options.onOpen?.();
  }

  private _onSpan(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    const { counters } = this;
    counters.octetsReceived += end - start;
    const sequence = this.#replies.accept(bytes, start, end, binary, more);
    if (sequence === INCOMPLETE) return;
    counters.messagesReceived++;
    if (sequence < 0) return;
    const roundTrip = this.#inFlight.answered(sequence, this.#options.clock());
    if (roundTrip < 0) return;
    this.roundTrips.add(roundTrip);
    this.#backoff.reset();
    if (this.#state === State.draining && this.#inFlight.count === 0) this._close();
  }

  private _close(): void {
    this._enter(State.closing, CLOSE_TIME);
    this.#sender.close(this.#client!);
  }

  /** The connection is over, or none could be made. */
  private _onLoss(error: unknown): void {
    const { onLoss, retryFirst = true } = this.#options;
    this.#client = undefined;
    if (this.#state >= State.draining) {
      this.isClean = error === undefined;
      this._end(true);
      return;
    }
    const lived = since(this.#since, this.#options.clock());
    if (this.#state === State.streaming && lived >= GOOD_TIME) this.#backoff.reset();
    this.#error = error;
    this.#sender.room = 0;
    this.counters.unanswered += this.#inFlight.abandon();
    const delay = this.#hasOpened || retryFirst ? this.#backoff.next() : -1;
    if (delay < 0) {
      this._end(false);
      return;
    }
    this._enter(State.waiting, delay);
    onLoss?.(error, delay);
  }

  private _end(wasOpen: boolean): void {
    this.#state = State.ended;
    this.counters.unanswered += this.#inFlight.abandon();
    this.#options.Timer.clear(this.#timer);
    this.#client?.close();
    this.#client = undefined;
    this.#options.onEnd(wasOpen, this.#error);
  }
}
