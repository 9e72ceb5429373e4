import type { TimerId } from '../../src/index.ts';
import type { Change, Uplink } from '../../src/uplink/index.ts';
import { BinaryRecord } from './binary-record.ts';
import { JsonRecord } from './json-record.ts';
import type { StreamerOptions } from './options.ts';
import { Pace } from './pace.ts';
import { INCOMPLETE, ReplyReader } from './reply-reader.ts';
import { RoundTrips } from '../../src/uplink/round-trips.ts';

/** Milliseconds between two looks at the clock: at least, so that many samples leave at once, and at most. */
const SHORTEST_TICK = 10;
const LONGEST_TICK = 100;
const ACKNOWLEDGEMENT_LENGTH = 8;
const NOT_TIMED = -1;

const TEXT = Object.freeze({ binary: false });

/** Milliseconds from `from` to `to` on a clock that may wrap at 2^32. */
export function since(from: number, to: number): number {
  const span = to - from;
  return span < 0 ? span + 0x100000000 : span;
}

/**
 * Streams samples of sensors through an uplink: at a rate, each as JSON text and as a packed binary record, both with
 * the number of their record in the outbox. A gateway acknowledges them; where there is none, a reply that begins like
 * what was sent does, as an echo sends. Once it is made, it allocates nothing.
 */
export class Streamer {
  readonly uplink: Uplink;
  readonly roundTrips = new RoundTrips();
  messagesReceived = 0;
  octetsReceived = 0;
  /** Samples that were due and not posted, because the connection did not take those before. */
  skipped = 0;
  /** Messages that were neither answered nor acknowledged on the connection that they were sent on. */
  unanswered = 0;
  reconnects = 0;
  /** Whether the connection ended with both sides' Close, after `stop`. */
  isClean = false;
  readonly #options: StreamerOptions;
  readonly #json: JsonRecord;
  readonly #binary: BinaryRecord;
  readonly #values: Float64Array;
  readonly #pace: Pace;
  readonly #replies = new ReplyReader();
  /** When records were sent, by their numbers. */
  readonly #sentAt: Float64Array;
  #timer: TimerId | undefined;
  #hasOpened = false;
  #isStopping = false;
  #startedAt = 0;
  #ticked = 0;
  #stoppedAt = 0;
  /** Messages sent before the present connection, and answered on it. */
  #before = 0;
  #answered = 0;

  /** Throws RangeError for names of values that cannot be written, and what making the uplink throws. */
  constructor(options: StreamerOptions) {
    const { sensors, rate, inFlight = 64 } = options;
    this.#options = options;
    this.#json = new JsonRecord(sensors.names);
    this.#binary = new BinaryRecord(sensors.names.length);
    this.#values = new Float64Array(sensors.names.length);
    this.#pace = new Pace(rate);
    this.#sentAt = new Float64Array(inFlight).fill(NOT_TIMED);
    this.uplink = options.uplink({
      onChange: (change) => this._onChange(change),
      onData: (bytes, start, end, binary, more) => this._onData(bytes, start, end, binary, more),
      onAcknowledged: (upTo, _urgent, count) => this._onAcknowledged(upTo, count),
    });
  }

  get isOpen(): boolean {
    return this.uplink.state === 'open';
  }

  /** Messages of this connection that were neither answered nor acknowledged. */
  get outstanding(): number {
    return this.isOpen ? Math.max(0, this.uplink.outbox!.counters.sent - this.#before - this.#answered) : 0;
  }

  /** Connects and streams until `stop`. Once. */
  start(): void {
    const { rate, Timer } = this.#options;
    const tick = Math.max(SHORTEST_TICK, Math.min(Math.floor(1000 / rate), LONGEST_TICK));
    this.#timer = Timer.set(() => this._onTick(), tick, tick);
    this.uplink.start();
  }

  /** Posts nothing more, waits a little for what is not acknowledged, closes; `onEnd` follows. May be repeated. */
  stop(): void {
    if (!this.#isStopping) this.#stoppedAt = this.#options.clock();
    this.#isStopping = true;
    if (!this.isOpen) this.uplink.stop();
  }

  private _onTick(): void {
    const { clock, grace = 1000 } = this.#options;
    const now = clock();
    const elapsed = since(this.#ticked, now);
    this.#ticked = now;
    if (this.#isStopping) {
      if (this.uplink.outbox!.kept === 0 || since(this.#stoppedAt, now) >= grace) this.uplink.stop();
    } else if (this.#hasOpened) {
      this.skipped += this.#pace.advance(elapsed);
      this._post(since(this.#startedAt, now) >>> 0);
    }
  }

  /** Posts what is due, as long as the connection takes it. Without one the outbox keeps what it has room for. */
  private _post(time: number): void {
    const { uplink } = this;
    const outbox = uplink.outbox!;
    for (const pace = this.#pace; pace.due > 0; pace.due--) {
      if (outbox.unsent > 0 && this.isOpen) return;
      this.#options.sensors.sample(this.#values);
      this._note(uplink.post(this.#json.compose(outbox.nextNumber, time, this.#values), TEXT));
      this._note(uplink.post(this.#binary.compose(outbox.nextNumber, time, this.#values)));
    }
  }

  /** A record was posted; if it went out at once, its round trip is timed. */
  private _note(number: number): void {
    const isSent = this.isOpen && this.uplink.outbox!.unsent === 0;
    this.#sentAt[number & (this.#sentAt.length - 1)] = isSent ? this.#options.clock() : NOT_TIMED;
  }

  private _onChange({ state, from, loss, delay }: Change): void {
    const { clock, onOpen, onLoss, onEnd, Timer } = this.#options;
    if (from === 'open') {
      this.unanswered += Math.max(0, this.uplink.outbox!.counters.sent - this.#before - this.#answered);
      this.#sentAt.fill(NOT_TIMED);
    }
    if (state === 'open') {
      this.#replies.reset();
      this.#before = this.uplink.outbox!.counters.sent;
      this.#answered = 0;
      if (this.#hasOpened) this.reconnects++;
      else this.#startedAt = this.#ticked = clock();
      this.#hasOpened = true;
      onOpen?.();
    } else if (state === 'waiting') {
      onLoss?.(loss, delay);
      if (this.#isStopping) this.uplink.stop();
    } else if (state === 'stopped') {
      Timer.clear(this.#timer);
      this.isClean = from === 'open' && loss?.error === 0;
      onEnd(from === 'open' && this.#isStopping, loss);
    }
  }

  private _onData(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    this.octetsReceived += end - start;
    const sequence = this.#replies.accept(bytes, start, end, binary, more);
    if (sequence === INCOMPLETE) return;
    this.messagesReceived++;
    if (sequence < 0) return;
    this.#answered++;
    this._time(sequence);
    if (!this.uplink.isNumbered) this.uplink.acknowledge(sequence);
  }

  private _onAcknowledged(upTo: number, count: number): void {
    this.messagesReceived++;
    this.octetsReceived += ACKNOWLEDGEMENT_LENGTH;
    this.#answered += count;
    const most = count < this.#sentAt.length ? count : this.#sentAt.length;
    for (let i = 0; i < most; i++) this._time(upTo - i);
  }

  private _time(number: number): void {
    const at = number & (this.#sentAt.length - 1);
    const sentAt = this.#sentAt[at];
    if (sentAt === NOT_TIMED) return;
    this.#sentAt[at] = NOT_TIMED;
    this.roundTrips.add(since(sentAt, this.#options.clock()));
  }
}
