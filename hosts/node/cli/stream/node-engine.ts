import { performance } from 'node:perf_hooks';
import { Streamer } from '../../../../examples/telemetry/streamer.ts';
import type { Loss } from '../../../../src/uplink/failure.ts';
import type { UplinkCallbacks } from '../../../../src/uplink/options.ts';
import type { Uplink } from '../../../../src/uplink/uplink.ts';
import { Timer } from '../../io/timer.ts';
import type { Figures } from './figures.ts';
import { MachineSensors } from './sensors.ts';

/** A stream that runs, in whatever engine. */
export interface StreamEngine {
  /** Settles when all is over; fails with what went wrong if there was no connection to the end. */
  readonly end: Promise<void>;
  /** Resolves when there is a connection for the first time; stays as it is if there never is. */
  readonly opened: Promise<void>;
  /** There has been a connection. */
  readonly hasOpened: boolean;
  readonly figures: Figures;
  /** Closes in good order; `end` follows. */
  stop(): void;
}

export interface StreamEvents {
  /** There is a connection, for the first time or again. */
  onOpen(): void;
  /** The connection is lost; the next attempt follows after `delay` milliseconds. */
  onLoss(loss: Loss | undefined, delay: number): void;
}

/** Messages whose round trips are measured at once, for rates that a desk can have. */
const IN_FLIGHT = 4096;

/** There was no connection at the end; `reason` is why, if it is known. */
export class NoConnection extends Error {
  readonly reason: Loss | undefined;

  constructor(reason: Loss | undefined) {
    super('there is no connection');
    this.reason = reason;
  }
}

/** Runs the telemetry program in this process. */
export class NodeStream implements StreamEngine {
  readonly end: Promise<void>;
  readonly opened: Promise<void>;
  readonly #streamer: Streamer;
  #openedAt = NaN;
  #endedAt = NaN;

  constructor(uplink: (callbacks: UplinkCallbacks) => Uplink, rate: number, events: StreamEvents) {
    let resolve!: () => void;
    let reject!: (error: NoConnection) => void;
    this.end = new Promise((done, failed) => {
      resolve = done;
      reject = failed;
    });
    let open!: () => void;
    this.opened = new Promise((done) => (open = done));
    this.#streamer = new Streamer({
      uplink,
      rate,
      sensors: new MachineSensors(),
      clock: () => performance.now(),
      Timer,
      inFlight: IN_FLIGHT,
      onOpen: () => {
        if (!this.hasOpened) this.#openedAt = performance.now();
        events.onOpen();
        open();
      },
      onLoss: (loss, delay) => events.onLoss(loss, delay),
      onEnd: (wasOpen, loss) => {
        this.#stopClock();
        this.#streamer.uplink.outbox?.close();
        if (wasOpen) resolve();
        else reject(new NoConnection(loss));
      },
    });
    this.#streamer.start();
  }

  get hasOpened(): boolean {
    return !Number.isNaN(this.#openedAt);
  }

  get figures(): Figures {
    const streamer = this.#streamer;
    const { roundTrips } = streamer;
    const counters = streamer.uplink.outbox!.counters;
    const now = Number.isNaN(this.#endedAt) ? performance.now() : this.#endedAt;
    return {
      seconds: this.hasOpened ? (now - this.#openedAt) / 1000 : 0,
      isOpen: streamer.isOpen,
      isClean: streamer.isClean,
      messagesSent: counters.sent,
      messagesReceived: streamer.messagesReceived,
      octetsSent: counters.octetsSent,
      octetsReceived: streamer.octetsReceived,
      skipped: streamer.skipped,
      unanswered: streamer.unanswered,
      outstanding: streamer.outstanding,
      reconnects: streamer.reconnects,
      recordsPosted: counters.posted,
      recordsAcknowledged: counters.acknowledged,
      recordsDropped: counters.droppedOldest + counters.droppedNewest,
      recordsKept: counters.kept,
      buffered: counters.octetsKept,
      roundTrips: roundTrips.count,
      roundTripSum: roundTrips.sum,
      rttP50: roundTrips.quantile(0.5),
      rttP99: roundTrips.quantile(0.99),
      ram: process.memoryUsage.rss(),
    };
  }

  stop(): void {
    this.#stopClock();
    this.#streamer.stop();
  }

  #stopClock(): void {
    if (Number.isNaN(this.#endedAt)) this.#endedAt = performance.now();
  }
}
