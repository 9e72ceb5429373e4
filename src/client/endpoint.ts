import { Connection, State } from '../connection/connection.ts';
import { ErrorId } from '../connection/errors.ts';
import type { ConnectionEvents } from '../connection/events.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { Host, TimerId, Transport, TransportFactory, TransportSink } from '../host.ts';

/** What an {@link Endpoint} tells beside the events of its connection. */
export interface EndpointEvents<Target> extends ConnectionEvents<Target> {
  /** The transport has taken octets, so that more can be sent: `count` in one frame. */
  onWritable(target: Target, count: number): void;
}

export interface EndpointOptions<Target> extends Omit<
  ConnectionOptions<Target>,
  'events' | 'random' | 'validateLong'
> {
  readonly events: EndpointEvents<Target>;
}

/** What `onWritable` owes. */
const enum Taken {
  none,
  /** Octets were taken. */
  untold,
  /** And `Host.later` was asked for a turn to tell of them. */
  due,
}

/** A timer that waits for nothing is parked this far away (12 days). */
const NEVER = 0x3fffffff;

/**
 * A connection on a transport, driven by the host's timer: the one place where octets are pumped, deadlines
 * are told and everything is released. The faces are built on it; it serves by itself where messages are
 * taken by spans.
 *
 * Events come from the transport and the timer, never from inside `send`, `sendControl`, `close` or `resume`.
 */
export class Endpoint<Target> implements TransportSink {
  readonly connection: Connection<Target>;
  readonly #host: Host;
  readonly #events: EndpointEvents<Target>;
  readonly #target: Target;
  readonly #timer: TimerId;
  readonly #transport: Transport;
  /** Bound once, for `Host.defer`. */
  readonly #deferred: (() => void) | undefined;
  #isDeferred = false;
  /** The transport is full, or still looks at what was written. */
  #isFull = false;
  /** Whether the transport took octets, of which `onWritable` has not told. */
  #taken = Taken.none;
  /** Inside a call of the transport or the timer, which pumps at its end. */
  #isPumping = false;
  /** Inside a call of the connection that delivers data. */
  #isReceiving = false;
  #isEnded = false;
  #isReleased = false;
  /** What `resume` asked for is still to be done. */
  #resumes = false;
  /** The transport failed while it was written to. */
  #hasFailed = false;
  /** What the runtime said when the transport ended. */
  transportReason: unknown;
  /** The state that the timer was last armed for. */
  #armedFor: number = State.connecting;

  /** Makes the transport by `connect` and begins at once; throws what `connect` throws, leaving nothing. */
  constructor(host: Host, options: EndpointOptions<Target>, connect: TransportFactory) {
    this.#host = host;
    this.#events = options.events;
    this.#target = options.target;
    this.connection = new Connection<Target>(
      Object.assign({}, options, { random: host.random, validateLong: host.validateLong }),
    );
    const timer = host.Timer.set(Endpoint.#tick, 1, NEVER);
    timer.target = this;
    this.#timer = timer;
    this.#deferred = host.defer === undefined ? undefined : () => this.#onDeferred();
    try {
      this.#transport = connect(this, this.connection.memory, this.connection.stagingStart);
    } catch (error) {
      host.Timer.clear(timer);
      throw error;
    }
  }

  /** Sends one frame, see {@link Connection.send}. */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    const fault = this.connection.send(bytes, start, end, span);
    if (fault !== ErrorId.notOpen) this.#pumpSoon();
    return fault;
  }

  /** Sends a Ping or Pong, see {@link Connection.sendControl}. */
  sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    const fault = this.connection.sendControl(opcode, bytes, start, end);
    if (fault === 0) this.#pumpSoon();
    return fault;
  }

  /** Begins the closing handshake, see {@link Connection.close}. */
  close(code?: number, reason?: Uint8Array): number {
    const fault = this.connection.close(code, reason);
    if (fault === 0) this.#pumpSoon();
    return fault;
  }

  /** Releases everything at once; no event follows. May be repeated. */
  drop(): void {
    this.connection.drop();
    this.#release();
  }

  /** Stops the events for data and with them the reading. */
  pause(): void {
    this.#resumes = false;
    this.connection.pause();
  }

  /** Goes on where `pause` stopped; what waits is delivered after the return. */
  resume(): void {
    this.#resumes = true;
    // From an event for data the parsing goes on by itself after it; from another at the end of that call.
    if (this.#isReceiving) this.connection.resume();
    if (this.#isPumping) return;
    if (this.#deferred === undefined) this.#host.Timer.schedule(this.#timer, 0, NEVER);
    else this.#pumpSoon();
  }

  // --- The transport's calls -----------------------------------------------------------------------------

  transportOpened(): void {
    this.#begin();
    try {
      this.connection.opened();
    } catch (error) {
      this.#host.report(error);
    }
    this.#settle();
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    this.#begin();
    let consumed: number;
    this.#isReceiving = true;
    try {
      consumed = this.connection.receive(bytes, start, end);
    } catch (error) {
      consumed = this.connection.consumed;
      this.#host.report(error);
    }
    this.#isReceiving = false;
    this.#flush();
    // What was sent from inside is told of at once; what is sent when that is told waits for a turn of its own.
    if (this.#taken !== Taken.none && !this.#isFull) this.#tellWritable();
    this.#settle();
    return consumed;
  }

  get receivable(): number {
    return this.connection.receivable;
  }

  transportWritable(sent: number): void {
    this.#begin();
    this.#isFull = false;
    if (sent !== 0) this.#sent(sent);
    this.#flush();
    this.#tellWritable();
    this.#settle();
  }

  transportClosed(failure: number, reason?: unknown): void {
    this.#begin();
    this.transportReason = reason;
    try {
      this.connection.transportClosed(failure);
    } catch (error) {
      this.#host.report(error);
    }
    this.#settle();
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** The callback of every endpoint's timer. */
  static #tick(timer: TimerId): void {
    (timer.target as Endpoint<unknown>).#onTimer();
  }

  #onTimer(): void {
    if (this.#isReleased) return;
    this.#begin();
    this.#armedFor = -1;
    if (this.#hasFailed) {
      this.transportClosed(ErrorId.transportFailed);
      return;
    }
    this.#resumeNow();
    if (this.#taken !== Taken.none) this.#tellWritable();
    this.#settle();
  }

  #onDeferred(): void {
    this.#isDeferred = false;
    if (this.#isReleased) return;
    this.#begin();
    this.#resumeNow();
    this.#flush();
    if (this.#taken !== Taken.none) this.#tellWritable();
    this.#settle();
  }

  #resumeNow(): void {
    if (!this.#resumes || !this.connection.paused) return;
    this.#isReceiving = true;
    try {
      this.connection.resume();
    } catch (error) {
      this.#host.report(error);
    }
    this.#isReceiving = false;
  }

  /** After a call of the user's: sends now, or at the end of the turn where the host can tell it. */
  #pumpSoon(): void {
    if (this.#isPumping || this.#isDeferred) return;
    if (this.#deferred !== undefined) {
      this.#isDeferred = true;
      this.#host.defer!(this.#deferred);
      return;
    }
    this.#flush();
    // The timer tells the time for the new state, so that no event comes from inside the user's call.
    if (this.connection.state !== this.#armedFor) this.#host.Timer.schedule(this.#timer, 0, NEVER);
  }

  #tellWritable(): void {
    this.#taken = Taken.none;
    const count = this.connection.writable;
    if (count === 0) return;
    try {
      this.#events.onWritable(this.#target, count);
    } catch (error) {
      this.#host.report(error);
    }
  }

  #begin(): void {
    this.#isPumping = true;
  }

  /** The end of every call from outside: sends what there is, tells the time if the state changed, releases. */
  #settle(): void {
    this.#resumeNow();
    this.#flush();
    this.#isPumping = false;
    const connection = this.connection;
    while (connection.state !== this.#armedFor) this.#arm();
    if (connection.state === State.closed) {
      this.#release();
      return;
    }
    if (this.#resumes && !connection.paused) {
      this.#resumes = false;
      this.#transport.resume();
    }
    if (connection.shouldEnd && !this.#isEnded) {
      this.#isEnded = true;
      this.#transport.end();
    }
    // A transport that was never full says nothing. Told in a turn of its own, so that whoever sends all the time
    // leaves time to others.
    if (this.#taken === Taken.none || this.#isFull || this.#isReleased) return;
    const host = this.#host;
    if (host.later === undefined || this.#deferred === undefined) host.Timer.schedule(this.#timer, 0, NEVER);
    else if (this.#taken === Taken.untold) {
      this.#taken = Taken.due;
      host.later(this.#deferred);
    }
  }

  #flush(): void {
    const connection = this.connection;
    while (!this.#isFull && !this.#isReleased) {
      const count = connection.output;
      if (count === 0) return;
      const start = connection.outputStart;
      const taken = this.#transport.write(connection.memory, start, start + count);
      if (taken < count) this.#isFull = true;
      if (taken > 0) {
        // The request of the opening handshake is nothing that the user waits for.
        if (connection.state === State.open && this.#taken === Taken.none) this.#taken = Taken.untold;
        this.#sent(taken);
      } else if (taken < 0) {
        // Told later: nobody expects an event from inside the call that sends.
        this.#hasFailed = true;
        this.#host.Timer.schedule(this.#timer, 0, NEVER);
      }
    }
  }

  #sent(count: number): void {
    try {
      this.connection.sent(count);
    } catch (error) {
      this.#host.report(error);
    }
  }

  /** Tells the time and sets the timer for the next deadline. */
  #arm(): void {
    const connection = this.connection;
    let next = 0;
    try {
      next = connection.tick(this.#host.now());
    } catch (error) {
      this.#host.report(error);
    }
    this.#armedFor = connection.state;
    if (connection.state === State.closed) return;
    if (next === 0 || next > NEVER) next = NEVER;
    this.#host.Timer.schedule(this.#timer, this.#hasFailed ? 0 : next, NEVER);
    this.#flush();
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#host.Timer.clear(this.#timer);
    this.#transport.close();
  }
}
