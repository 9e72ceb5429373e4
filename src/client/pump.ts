import type { ConnectionOptions } from '../connection/options.ts';
import { Pumping, Reading, Register, Sending, State } from '../connection/record.ts';
import { ConnectionError } from '../errors.ts';
import type { TimerId } from '../host.ts';
import { Flow } from './flow.ts';

const enum Wait {
  /**
   * The soonest that a timer is armed for, in milliseconds. Delay and interval of a timer are always the same: Moddable's
   * timer on Linux loses one that is armed in its own callback with two that differ.
   */
  soon = 1,
  /** How late a deadline may be looked at for whoever sends all the time. */
  moment = 64,
  /** A timer that waits for nothing is parked this far away (12 days). */
  never = 0x3fffffff,
}

/**
 * A connection that is driven by the host's timer: the one place where it is decided when octets are moved, where deadlines
 * are kept and everything is released. What moves the octets is the subclass's: four abstract methods, of which
 * {@link Flow} has the first.
 *
 * Events come from the transport and the timer, never from inside `send`, `sendControl`, `close` or `resume`. What an
 * event throws is reported, and all goes on.
 */
export abstract class Pump<Target> extends Flow<Target> {
  /** A turn of the event loop, for a host that knows the end of one. */
  declare protected _onTurn: () => void;

  constructor() {
    super();
  }

  /** As for the connection; `source` of the options is the host. */
  protected override _begin(options: ConnectionOptions<Target>): void {
    super._begin(options);
    const host = this._source;
    this._timer = host.Timer.set(Pump._onTimer, Wait.soon, Wait.soon);
    this._timer.target = this;
    if (host.defer || host.later) this._onTurn = () => this._turn();
  }

  // --- What moves the octets -----------------------------------------------------------------------------

  /** Offers again what was not consumed, even if that is nothing, and goes on reading. */
  protected abstract _readOn(): void;
  /** Nothing more will be written. */
  protected abstract _endOutput(): void;
  /** Releases the transport. */
  protected abstract _releaseTransport(): void;

  // --- For whoever uses it -------------------------------------------------------------------------------

  override send(bytes: Uint8Array, start: number, end: number, span: number): number {
    const fault = super.send(bytes, start, end, span);
    this._accepted();
    return fault;
  }

  override sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    const fault = super.sendControl(opcode, bytes, start, end);
    this._accepted();
    return fault;
  }

  override close(code?: number, reason?: Uint8Array, start?: number, end?: number): number {
    const fault = super.close(code, reason, start, end);
    if (!fault) this._accepted();
    return fault;
  }

  /** Releases everything at once; no event follows. May be repeated. */
  override _drop(): void {
    super._drop();
    this._releaseAll();
  }

  /** Goes on where `pause` stopped; what waits is delivered after the return. */
  override resume(): void {
    this._pumping |= Pumping.resumes;
    // From an event for data the parsing goes on by itself after it; from another at the end of that call.
    if (this._pumping & Pumping.receiving) super.resume();
    if (!(this._pumping & (Pumping.pumping | Pumping.released))) this._soon();
  }

  /** What the runtime said when the transport ended, if it did. */
  get transportReason(): unknown {
    return this._transportReason;
  }

  /** The error that says why it is over: with the host's sentence for it, or its id. */
  failure(error: number): ConnectionError {
    return (
      this._source.failure?.(error, this) ??
      // eslint-disable-next-line no-restricted-syntax -- once, at the end
      new ConnectionError(error, this, 'WebSocket error ' + error, this._transportReason)
    );
  }

  // --- For the subclass ----------------------------------------------------------------------------------

  /** The transport can carry octets both ways. Once. */
  protected _onOpened(): void {
    this._enter(this.opened, 0);
  }

  /**
   * `bytes[start, end)` arrived, which `words` covers, too, from the first octet on. Returns the position after what was
   * consumed.
   */
  protected _onReceived(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    this._pumping |= Pumping.pumping | Pumping.receiving;
    this._at = start;
    try {
      if (start !== end && !(this._reading & Reading.busy)) {
        this._pumping |= Pumping.heard;
        this._reading = 0;
        this._parseWhole(bytes, words, end);
      }
      // All the rest takes more steps.
      if (
        this._sending & Sending.ended ||
        (this._at === end ? this._reading & Reading.alone : this._reading !== Reading.partial)
      )
        this._takeAll(bytes, words, end);
    } catch (error) {
      this._takeBehind(error, bytes, words, start, end);
    }
    // What follows may parse other input.
    const at = this._at;
    if (
      this._writeAt |
      (this._sending & Sending.pending) |
      ((this._pumping & Pumping.busy) ^ Pumping.armed) |
      (this._state ^ State.open)
    )
      this._afterReceived();
    // Nothing has changed but that octets came.
    else this._pumping &= ~(Pumping.pumping | Pumping.receiving);
    return at;
  }

  /** The end of a call that delivered data, where something has changed. */
  protected _afterReceived(): void {
    this._pumping &= ~Pumping.receiving;
    if (this._writeAt !== this._readAt) {
      this._flush();
      // What was sent from inside is announced at once; what is sent when that is announced waits for a turn of its own.
      if ((this._pumping & (Pumping.taken | Pumping.full)) === Pumping.taken) this._announce();
    }
    this._endCall();
  }

  /** More can be written; `sent` octets of the last `write` have left their memory meanwhile. */
  protected _onTaken(sent: number): void {
    this._pumping = (this._pumping | Pumping.pumping) & ~Pumping.full;
    if (sent) this._guard(this._afterWrite, sent);
    this._flush();
    this._announce();
    this._endCall();
  }

  /** The transport has ended, in order (`failure` 0) or not. */
  protected _onEnded(failure: number): void {
    return this._enter(this._endTransport, failure);
  }

  /** A call from outside that moves no octets: what `act` of this connection does, and what follows from it. */
  private _enter(act: (argument: number) => void, argument: number): void {
    this._pumping |= Pumping.pumping;
    this._guard(act, argument);
    this._endCall();
  }

  /** After a call of the user's: sends what there is, at the end of the turn where the host knows it. */
  protected _accepted(): void {
    if (this._pumping & Pumping.pumps) return;
    const { defer } = this._source;
    if (defer) {
      this._pumping |= Pumping.deferred;
      defer(this._onTurn);
      return;
    }
    this._flush();
    // The timer looks at the deadlines of the new state, so that no event comes from inside the user's call.
    if (!(this._pumping & Pumping.armed) || this._pumping & Pumping.resumes) this._soon();
  }

  // --- Turns ---------------------------------------------------------------------------------------------

  /** Asks for a turn of the event loop. */
  protected _soon(): void {
    const { later, Timer } = this._source;
    if (!later) Timer.schedule(this._timer, Wait.soon, Wait.soon);
    else if (!(this._pumping & Pumping.later)) {
      this._pumping |= Pumping.later;
      later(this._onTurn);
    }
  }

  /** The callback of every endpoint's timer. */
  private static _onTimer(timer: TimerId): void {
    const pump = timer.target as Pump<unknown>;
    pump._pumping &= ~Pumping.armed;
    return pump._turn();
  }

  /** A turn of the event loop that was asked for. */
  protected _turn(): void {
    this._pumping &= ~(Pumping.deferred | Pumping.later);
    if (this._pumping & Pumping.released) return;
    this._pumping |= Pumping.pumping;
    if (this._pumping & Pumping.resumes) super.resume();
    this._flush();
    if (this._pumping & Pumping.taken) this._announce();
    this._endCall();
  }

  /** The end of every call from outside: sends what there is, keeps the time if something changed, releases. */
  private _endCall(): void {
    if (this._pumping & Pumping.resumes) super.resume();
    if (this._writeAt !== this._readAt || this._sending & Sending.pending) this._flush();
    this._pumping &= ~Pumping.pumping;
    while (!(this._pumping & Pumping.armed) && !this._isTimely) this._arm();
    if (this._state === State.closed) {
      this._releaseAll();
      return;
    }
    if (this._pumping & Pumping.resumes && !this.paused) {
      this._pumping &= ~Pumping.resumes;
      this._readOn();
    }
    if (this.shouldEnd && !(this._pumping & Pumping.ended)) {
      this._pumping |= Pumping.ended;
      this._endOutput();
    }
    // A transport that was never full reports nothing. Announced in a turn of its own, so that whoever sends all the time
    // leaves time to others.
    if ((this._pumping & (Pumping.taken | Pumping.full | Pumping.released)) === Pumping.taken) this._soon();
  }

  /** Whether the timer will be armed for another turn at once, and the deadlines were looked at a moment ago. */
  private get _isTimely(): boolean {
    return (
      (this._pumping & (Pumping.taken | Pumping.full)) === Pumping.taken &&
      this._state === State.open &&
      (this._source.now() - this._words[Register.time]) >>> 0 < Wait.moment
    );
  }

  /** Looks at the deadlines and sets the timer for the next. */
  private _arm(): void {
    const isFull = (this._pumping & Pumping.full) !== 0;
    this._pumping = (this._pumping & ~Pumping.stalling) | Pumping.armed | (isFull ? Pumping.stalling : 0);
    let next = this._guard(this.tick, this._source.now());
    if (this._state === State.closed) return;
    if (!next) next = Wait.never;
    this._source.Timer.schedule(this._timer, next, next);
    this._flush();
  }

  private _releaseAll(): void {
    if (this._pumping & Pumping.released) return;
    this._pumping |= Pumping.released;
    this._source.Timer.clear(this._timer);
    this._releaseTransport();
  }
}
