import { Connection, State } from '../connection/connection.ts';
import { ErrorId } from '../connection/errors.ts';
import type { ConnectionEvents } from '../connection/events.ts';
import { Place, Register } from '../connection/layout.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { Sending } from '../connection/sending.ts';
import type { Host, TimerId } from '../host.ts';

/** What an endpoint tells beside the events of its connection. */
export interface EndpointEvents<Target> extends ConnectionEvents<Target> {
  /** The transport has taken octets, so that more can be sent: `count` in one frame. */
  onWritable(target: Target, count: number): void;
}

export interface EndpointOptions<Target> extends Omit<
  ConnectionOptions<Target>,
  'events' | 'random' | 'validateLong' | 'copy' | 'source'
> {
  readonly events: EndpointEvents<Target>;
}

/** A timer that waits for nothing is parked this far away (12 days). */
const NEVER = 0x3fffffff;

/** How late, in milliseconds, a deadline may be told to whoever sends all the time. */
const MOMENT = 64;

/** How often in one turn it is told that more can be sent. */
const TIMES = 4;

export const enum PumpFlag {
  /** Inside a call of the transport or the timer, which sends what there is at its end. */
  pumping = 1,
  /** Inside a call of the connection that delivers data. */
  receiving = 2,
  /** The transport is full, or still looks at what was written. */
  full = 4,
  /** The transport took octets, of which `onWritable` has not told. */
  taken = 8,
  /** And `Host.later` was asked for a turn to tell of them. */
  telling = 16,
  /** `Host.defer` was asked for a call. */
  deferred = 32,
  /** What `resume` asked for is still to be done. */
  resumes = 64,
  /** The transport failed while it was written to. */
  failed = 128,
  ended = 256,
  released = 512,
  /** The timer was armed since the connection is open. */
  armed = 1024,

  // The stream's, if there is one.
  /** It can carry octets. */
  open = 2048,
  /** It is being read, or about to be. */
  reading = 4096,
  /** It is the host's own, which runs no code of others while it reads and writes. */
  native = 8192,
  closed = 16384,

  /** What is sent will be pumped in any case. */
  pumps = pumping | deferred,
  /** Nothing can be written. */
  stuck = full | released | failed,
  /** What a call from outside has to look after at its end; that the timer is armed is to be expected. */
  busy = resumes | taken | armed,
}

/** What is done of the connection in {@link Pump}'s one place for exceptions. */
const enum Step {
  opened,
  ended,
  sent,
  tick,
}

/**
 * A connection that is driven by the host's timer: the one place where octets are pumped, deadlines are told and
 * everything is released. What moves the octets is the subclass's.
 *
 * Events come from the transport and the timer, never from inside `send`, `sendControl`, `close` or `resume`.
 */
export abstract class Pump<Target> extends Connection<Target> {
  /** What the runtime lends. */
  declare protected readonly source: Host;
  readonly #timer: TimerId;
  /** Bound once, for `Host.defer`. */
  declare private readonly deferred: (() => void) | undefined;
  /** What the runtime said when the transport ended, if it did. */
  declare transportReason: unknown;

  constructor(host: Host, options: EndpointOptions<Target>) {
    super(Object.assign({}, options, { source: host }) as unknown as ConnectionOptions<Target>);
    const timer = host.Timer.set(Pump.#tick, 1, NEVER);
    timer.target = this;
    this.#timer = timer;
    if (host.defer !== undefined) this.deferred = () => this.#turn();
  }

  // --- What moves the octets -----------------------------------------------------------------------------

  /** Offers `memory[start, end)` to the transport, see {@link Transport.write}. */
  protected abstract write(start: number, end: number): number;
  /** Offers again what was not consumed, and goes on reading. */
  protected abstract read(): void;
  /** Nothing more will be written. */
  protected abstract end(): void;
  /** Releases the transport. */
  protected abstract release(): void;

  // --- For whoever uses it -------------------------------------------------------------------------------

  /** Sends one frame, see {@link Connection.send}. */
  override send(bytes: Uint8Array, start: number, end: number, span: number): number {
    const fault = super.send(bytes, start, end, span);
    if ((this.pumping & PumpFlag.pumps) === 0 && fault !== ErrorId.notOpen) this.pumpSoon();
    return fault;
  }

  /** Sends a Ping or Pong, see {@link Connection.sendControl}. */
  override sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    const fault = super.sendControl(opcode, bytes, start, end);
    if (fault === 0) this.pumpSoon();
    return fault;
  }

  /** Begins the closing handshake, see {@link Connection.close}. */
  override close(code?: number, reason?: Uint8Array): number {
    const fault = super.close(code, reason);
    if (fault === 0) this.pumpSoon();
    return fault;
  }

  /** Releases everything at once; no event follows. May be repeated. */
  override drop(): void {
    super.drop();
    this.#release();
  }

  /** Stops the events for data and with them the reading. */
  override pause(): void {
    this.pumping &= ~PumpFlag.resumes;
    super.pause();
  }

  /** Goes on where `pause` stopped; what waits is delivered after the return. */
  override resume(): void {
    this.pumping |= PumpFlag.resumes;
    // From an event for data the parsing goes on by itself after it; from another at the end of that call.
    if ((this.pumping & PumpFlag.receiving) !== 0) super.resume();
    if ((this.pumping & PumpFlag.pumping) !== 0) return;
    if (this.deferred === undefined) this.#soon();
    else this.pumpSoon();
  }

  /** A sentence for an error id, or its number. */
  describe(error: number): string {
    return this.source.describe?.(error) ?? `WebSocket error ${error}`;
  }

  // --- For the subclass ----------------------------------------------------------------------------------

  /** The transport can carry octets both ways. Once. */
  protected onOpened(): void {
    this.pumping |= PumpFlag.pumping;
    this.#run(Step.opened, 0);
    this.#settle();
  }

  /** `bytes[start, end)` arrived. Returns the position after what was consumed. */
  protected onReceived(bytes: Uint8Array, start: number, end: number): number {
    this.pumping |= PumpFlag.pumping | PumpFlag.receiving;
    let from = start;
    try {
      if (bytes === this.memory) from = this.take(bytes, this.words, start, end);
      else from = this.receive(bytes, start, end);
    } catch (error) {
      from = this.#goOn(error, bytes, end);
    }
    const isIdle =
      this.tail === this.head && (this.sending & Sending.pending) === 0 && this.stage === State.open;
    if (isIdle && (this.pumping & PumpFlag.busy) === PumpFlag.armed) {
      // Nothing has changed but that octets came.
      this.pumping &= ~(PumpFlag.pumping | PumpFlag.receiving);
      return from;
    }
    this.pumping &= ~PumpFlag.receiving;
    if (this.tail !== this.head) {
      this.#flush();
      // What was sent from inside is told of at once; what is sent when that is told waits for a turn of its own.
      if ((this.pumping & (PumpFlag.taken | PumpFlag.full)) === PumpFlag.taken) this.#tell();
    }
    this.#settle();
    return from;
  }

  /** More can be written; `sent` octets of the last `write` have left their memory meanwhile. */
  protected onTaken(sent: number): void {
    this.pumping = (this.pumping | PumpFlag.pumping) & ~PumpFlag.full;
    if (sent !== 0) this.#run(Step.sent, sent);
    this.#flush();
    this.#tell();
    this.#settle();
  }

  /** The transport has ended, see {@link Connection.transportClosed}; `reason` is the runtime's own error. */
  protected onEnded(failure: number, reason?: unknown): void {
    this.pumping |= PumpFlag.pumping;
    if (reason !== undefined) this.transportReason = reason;
    this.#run(Step.ended, failure);
    this.#settle();
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** The callback of every endpoint's timer. */
  static #tick(timer: TimerId): void {
    const pump = timer.target as Pump<unknown>;
    pump.words[Register.armedFor] = -1;
    pump.pumping &= ~PumpFlag.armed;
    if ((pump.pumping & PumpFlag.failed) !== 0) pump.onEnded(ErrorId.transportFailed);
    else pump.#turn();
  }

  /** A turn of the event loop that was asked for. */
  #turn(): void {
    if ((this.pumping & PumpFlag.released) !== 0) return;
    this.pumping = (this.pumping | PumpFlag.pumping) & ~PumpFlag.deferred;
    if ((this.pumping & PumpFlag.resumes) !== 0) this.#resumeNow();
    this.#flush();
    if ((this.pumping & PumpFlag.taken) !== 0) this.#tell();
    this.#settle();
  }

  /** Does one step of the connection. What an event throws is reported, and all goes on. */
  #run(step: Step, value: number): number {
    try {
      if (step === Step.tick) return this.tick(value);
      if (step === Step.sent) this.sent(value);
      else if (step === Step.opened) this.opened();
      else super.transportClosed(value);
    } catch (error) {
      this.source.report(error);
    }
    return 0;
  }

  /** After an exception of an event: goes on with what is behind it, until that is done. */
  #goOn(error: unknown, bytes: Uint8Array, end: number): number {
    this.source.report(error);
    while (!this.paused && this.stage < State.ending) {
      try {
        return this.receive(bytes, this.position, end);
      } catch (other) {
        this.source.report(other);
      }
    }
    return this.stage >= State.ending ? end : this.position;
  }

  #resumeNow(): void {
    if (!this.paused) return;
    super.resume();
    // What waits inside needs no input; what waits in the transport is offered again by `read`.
    if (!this.waits) return;
    const { memory, at } = this;
    this.pumping |= PumpFlag.receiving;
    try {
      this.receive(memory, at, at);
    } catch (error) {
      this.#goOn(error, memory, at);
    }
    this.pumping &= ~PumpFlag.receiving;
  }

  #soon(): void {
    this.source.Timer.schedule(this.#timer, 0, NEVER);
  }

  /** After a call of the user's: sends now, or at the end of the turn where the host can tell it. */
  protected pumpSoon(): void {
    if ((this.pumping & PumpFlag.pumps) !== 0) return;
    if (this.deferred !== undefined) {
      this.pumping |= PumpFlag.deferred;
      this.source.defer!(this.deferred);
      return;
    }
    this.#flush();
    // The timer tells the time for the new state, so that no event comes from inside the user's call.
    if (this.stage !== this.words[Register.armedFor]) this.#soon();
  }

  /**
   * Tells that more can be sent, and sends that: a few times where every further turn would take a timer, but not for
   * ever, so that whoever sends all the time leaves time to others.
   */
  #tell(): void {
    for (let times = this.deferred === undefined ? TIMES : 1; times > 0; times--) {
      this.pumping &= ~(PumpFlag.taken | PumpFlag.telling);
      const count = this.writable;
      if (count === 0) return;
      try {
        (this.events as EndpointEvents<Target>).onWritable(this.target, count);
      } catch (error) {
        this.source.report(error);
      }
      if (this.tail === this.head) return;
      this.#flush();
      if ((this.pumping & (PumpFlag.taken | PumpFlag.full | PumpFlag.released)) !== PumpFlag.taken) return;
    }
  }

  /** The end of every call from outside: sends what there is, tells the time if the state changed, releases. */
  #settle(): void {
    if ((this.pumping & PumpFlag.resumes) !== 0) this.#resumeNow();
    if (this.tail !== this.head || (this.sending & Sending.pending) !== 0) this.#flush();
    this.pumping &= ~PumpFlag.pumping;
    while (this.stage !== this.words[Register.armedFor] && !this.#isTimely) this.#arm();
    if (this.stage === State.closed) {
      this.#release();
      return;
    }
    if ((this.pumping & PumpFlag.resumes) !== 0 && !this.paused) {
      this.pumping &= ~PumpFlag.resumes;
      this.read();
    }
    if (this.stage === State.ending && this.shouldEnd && (this.pumping & PumpFlag.ended) === 0) {
      this.pumping |= PumpFlag.ended;
      this.end();
    }
    // A transport that was never full says nothing. Told in a turn of its own, so that whoever sends all the time
    // leaves time to others.
    if ((this.pumping & (PumpFlag.taken | PumpFlag.full | PumpFlag.released)) !== PumpFlag.taken) return;
    const { later } = this.source;
    if (later === undefined || this.deferred === undefined) this.#soon();
    else if ((this.pumping & PumpFlag.telling) === 0) {
      this.pumping |= PumpFlag.telling;
      later(this.deferred);
    }
  }

  #flush(): void {
    while ((this.pumping & PumpFlag.stuck) === 0) {
      const isOpen = this.stage === State.open;
      // Mostly there are frames in the ring, and nothing else.
      const isPlain = isOpen && (this.sending & Sending.pending) === 0 && this.tail <= this.wrap;
      const count = isPlain ? this.tail - this.head : this.output;
      if (count === 0) return;
      // `output` may have put a frame in front.
      const start = Place.ring + this.head;
      const taken = this.write(start, start + count);
      if (taken < count) this.pumping |= PumpFlag.full;
      if (taken > 0) {
        // The request of the opening handshake is nothing that the user waits for.
        if (isOpen) this.pumping |= PumpFlag.taken;
        if (this.stage === State.ending) this.#run(Step.sent, taken);
        else this.leave(taken);
        if (isPlain && taken === count) return;
      } else if (taken < 0) {
        // Told later: nobody expects an event from inside the call that sends.
        this.pumping |= PumpFlag.failed;
        this.#soon();
      }
    }
  }

  /** Whether the timer will be armed for another turn at once, and the time was told a moment ago. */
  get #isTimely(): boolean {
    const tells = (this.pumping & (PumpFlag.taken | PumpFlag.full | PumpFlag.failed)) === PumpFlag.taken;
    if (!tells || this.stage !== State.open || this.words[Register.armedFor] !== -1) return false;
    return (this.source.now() - this.words[Register.time]) >>> 0 < MOMENT;
  }

  /** Tells the time and sets the timer for the next deadline. */
  #arm(): void {
    const next = this.#run(Step.tick, this.source.now());
    this.words[Register.armedFor] = this.stage;
    if (this.stage === State.open) this.pumping |= PumpFlag.armed;
    if (this.stage === State.closed) return;
    const isFar = next === 0 || next > NEVER;
    this.source.Timer.schedule(
      this.#timer,
      (this.pumping & PumpFlag.failed) !== 0 ? 0 : isFar ? NEVER : next,
      NEVER,
    );
    this.#flush();
  }

  #release(): void {
    if ((this.pumping & PumpFlag.released) !== 0) return;
    this.pumping |= PumpFlag.released;
    this.source.Timer.clear(this.#timer);
    this.release();
  }
}
