import { Life, Tell } from '../connection/life.ts';
import { ErrorId } from '../errors.ts';
import type { ConnectionEvents } from '../connection/events.ts';
import { Place, Register } from '../connection/layout.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { Sending } from '../connection/sending.ts';
import { State } from '../connection/state.ts';
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
  /** What `resume` asked for is still to be done. */
  resumes = 16,
  ended = 32,
  released = 64,
  /** The timer was armed since the connection is open. */
  armed = 128,

  // The subclass's, if it uses them.
  /** A turn was asked for, before anything else runs. */
  deferred = 256,
  /** Another one was asked for, of its own. */
  later = 512,
  /** The stream can carry octets. */
  open = 1024,
  /** It is being read, or about to be. */
  reading = 2048,
  /** It is the host's own, which runs no code of others while it reads and writes. */
  native = 4096,
  closed = 8192,

  /** What is sent will be pumped in any case. */
  pumps = pumping | deferred,
  /** Nothing can be written. */
  stuck = full | released,
  /** What a call from outside has to look after at its end; that the timer is armed is to be expected. */
  busy = resumes | taken | armed,
}

/**
 * A connection that is driven by the host's timer: the one place where octets are pumped, deadlines are told and
 * everything is released. What moves the octets is the subclass's.
 *
 * Events come from the transport and the timer, never from inside `send`, `sendControl`, `close` or `resume`. What an
 * event throws is reported, and all goes on.
 */
export abstract class Pump<Target> extends Life<Target> {
  /** What the runtime lends. */
  declare protected readonly source: Host;
  readonly #timer: TimerId;
  /** What the runtime said when the transport ended, if it did. */
  declare transportReason: unknown;

  constructor(host: Host, options: EndpointOptions<Target>) {
    super(Object.assign({ source: host }, options) as unknown as ConnectionOptions<Target>);
    this.#timer = host.Timer.set(Pump.#tick, 1, NEVER);
    this.#timer.target = this;
  }

  // --- What moves the octets -----------------------------------------------------------------------------

  /** Offers `memory[start, end)` to the transport, see {@link Transport.write}. */
  protected abstract write(start: number, end: number): number;
  /** Offers again what was not consumed, even if that is nothing, and goes on reading. */
  protected abstract read(): void;
  /** Nothing more will be written. */
  protected abstract end(): void;
  /** Releases the transport. */
  protected abstract release(): void;

  // --- For whoever uses it -------------------------------------------------------------------------------

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
    if ((this.pumping & PumpFlag.pumping) === 0) this.soon();
  }

  /** A sentence for an error id, or its number. */
  describe(error: number): string {
    return this.source.describe?.(error) ?? `WebSocket error ${error}`;
  }

  // --- For the subclass ----------------------------------------------------------------------------------

  /** The transport can carry octets both ways. Once. */
  protected onOpened(): void {
    this.pumping |= PumpFlag.pumping;
    this.opened();
    this.#settle();
  }

  /**
   * `bytes[start, end)` arrived, which `words` covers, too, from the first octet on. Returns the position after what was
   * consumed.
   */
  protected onReceived(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    let from = start;
    this.pumping |= PumpFlag.pumping | PumpFlag.receiving;
    for (;;) {
      try {
        this.take(bytes, words, from, end);
        from = this.at;
        break;
      } catch (error) {
        this.source.report(error);
        // On with what is behind it; if nothing is, it was no event that threw.
        if (this.at === from && !this.waits) this.failSoon(ErrorId.transportFailed);
        from = this.at;
      }
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
      if ((this.pumping & (PumpFlag.taken | PumpFlag.full)) === PumpFlag.taken) this.#tellTaken();
    }
    this.#settle();
    return from;
  }

  /** More can be written; `sent` octets of the last `write` have left their memory meanwhile. */
  protected onTaken(sent: number): void {
    this.pumping = (this.pumping | PumpFlag.pumping) & ~PumpFlag.full;
    if (sent !== 0) this.sent(sent);
    this.#flush();
    this.#tellTaken();
    this.#settle();
  }

  /** The transport has ended, see {@link Connection.transportClosed}; `reason` is the runtime's own error. */
  protected onEnded(failure: number, reason?: unknown): void {
    this.pumping |= PumpFlag.pumping;
    if (reason !== undefined) this.transportReason = reason;
    this.endTransport(failure);
    this.#settle();
  }

  /** Asks for a turn of the event loop. */
  protected soon(): void {
    this.source.Timer.schedule(this.#timer, 0, NEVER);
  }

  /** A turn of the event loop that was asked for. */
  protected turn(): void {
    if ((this.pumping & PumpFlag.released) !== 0) return;
    this.pumping = (this.pumping | PumpFlag.pumping) & ~PumpFlag.deferred;
    if ((this.pumping & PumpFlag.resumes) !== 0) super.resume();
    this.#flush();
    if ((this.pumping & PumpFlag.taken) !== 0) this.#tellTaken();
    this.#settle();
  }

  /** After a call of the user's: sends what there is. */
  protected override accepted(): void {
    if ((this.pumping & PumpFlag.pumps) !== 0) return;
    this.#flush();
    // The timer tells the time for the new state, so that no event comes from inside the user's call.
    if (this.stage !== this.words[Register.armedFor]) this.soon();
  }

  /** Inside a call of the transport: at its end it would be done in any case. */
  protected override drain(): void {
    this.#flush();
  }

  protected override tell(what: Tell, opcode?: number, end?: number): void {
    try {
      super.tell(what, opcode, end);
    } catch (error) {
      this.source.report(error);
    }
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** The callback of every endpoint's timer. */
  static #tick(timer: TimerId): void {
    const pump = timer.target as Pump<unknown>;
    pump.words[Register.armedFor] = -1;
    pump.pumping &= ~PumpFlag.armed;
    pump.turn();
  }

  /**
   * Tells that more can be sent, and sends that: a few times where every further turn would take a timer, but not for
   * ever, so that whoever sends all the time leaves time to others.
   */
  #tellTaken(): void {
    for (let times = this.source.defer === undefined ? TIMES : 1; times > 0; times--) {
      this.pumping &= ~PumpFlag.taken;
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
    if ((this.pumping & PumpFlag.resumes) !== 0) super.resume();
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
    if (this.shouldEnd && (this.pumping & PumpFlag.ended) === 0) {
      this.pumping |= PumpFlag.ended;
      this.end();
    }
    // A transport that was never full says nothing. Told in a turn of its own, so that whoever sends all the time
    // leaves time to others.
    if ((this.pumping & (PumpFlag.taken | PumpFlag.full | PumpFlag.released)) === PumpFlag.taken) this.soon();
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
        if (isPlain) this.leave(taken);
        else this.sent(taken);
        if (isPlain && taken === count) return;
      } else if (taken < 0) {
        if (this.stage === State.ending) this.endTransport(ErrorId.transportFailed);
        else this.failSoon(ErrorId.transportFailed);
      }
    }
  }

  /** Whether the timer will be armed for another turn at once, and the time was told a moment ago. */
  get #isTimely(): boolean {
    const tells = (this.pumping & (PumpFlag.taken | PumpFlag.full)) === PumpFlag.taken;
    if (!tells || this.stage !== State.open || this.words[Register.armedFor] !== -1) return false;
    return (this.source.now() - this.words[Register.time]) >>> 0 < MOMENT;
  }

  /** Tells the time and sets the timer for the next deadline. */
  #arm(): void {
    const next = this.tick(this.source.now());
    this.words[Register.armedFor] = this.stage;
    if (this.stage === State.open) this.pumping |= PumpFlag.armed;
    if (this.stage === State.closed) return;
    this.source.Timer.schedule(this.#timer, next === 0 || next > NEVER ? NEVER : next, NEVER);
    this.#flush();
  }

  #release(): void {
    if ((this.pumping & PumpFlag.released) !== 0) return;
    this.pumping |= PumpFlag.released;
    this.source.Timer.clear(this.#timer);
    this.release();
  }
}
