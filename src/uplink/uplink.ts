import { ErrorId, RingletError } from '../errors.ts';
import { check } from './check.ts';
import type { Host, TimerId } from '../host.ts';
import { Backoff } from './backoff.ts';
import { isFinalLoss, type Loss, lossOf, UplinkError } from './failure.ts';
import type { Link, LinkRequest, LinkSink } from './link.ts';
import {
  type Change,
  DEFAULT_TIMES,
  type UplinkOptions,
  type UplinkState,
  type UplinkTimes,
} from './options.ts';
import { NUMBERED_AT, type Outbox, PAYLOAD_AT } from './outbox.ts';
import type { PostOptions } from './outbox-options.ts';
import { AcknowledgementReader, helloOf, SUBPROTOCOL } from './protocol.ts';
import { retryAfterOf } from './retry-after.ts';

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const IDLE: UplinkState = 'idle';
const CONNECTING: UplinkState = 'connecting';
const OPEN: UplinkState = 'open';
const WAITING: UplinkState = 'waiting';
const STOPPED: UplinkState = 'stopped';

/** A timer that waits for nothing is parked this far away (12 days); no time is longer. */
const NEVER = 0x3fffffff;

/** A server that restarts wants to be left alone for 5 seconds, and clients to come back within 25 more (code 1012). */
const RESTART_LEAST = 5_000;
const RESTART_SPREAD = 25_000;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;
const NORMAL = 1000;

/** A message in pieces is waited for before a connection is made anew. */
const PIECES_TIME = 1_000;

const NAME_LENGTH = 64;

/** What the timer is for. */
const enum Due {
  nothing,
  /** What a method asked for. */
  settle,
  attempt,
  hookDeadline,
  hookAnswer,
  /** The connection has lived long enough to be a good one. */
  held,
  rotation,
  closeDeadline,
}

const enum Flag {
  /** It is to be connected. */
  wanted = 1,
  networkDown = 2,
  /** The network has come back; the next attempt is soon. */
  networkBack = 4,
  /** The connection is open. */
  open = 8,
  /** Our Close is on its way; nothing more is posted. */
  closing = 16,
  /** Another connection follows at once. */
  again = 32,
  /** Records go with their numbers, and are acknowledged by the gateway. */
  numbered = 64,
  /** The Close is for a connection that is too old. */
  rotates = 128,
}

/**
 * A connection that comes back: it connects, stays connected, is made anew after every kind of loss without hammering
 * the server, and sends what an {@link Outbox} keeps. All its methods may be called in any state and from every callback.
 *
 * It waits by the host's timer and never looks at a clock, so that a clock that jumps, goes back or stands still changes
 * nothing. There is one connection or attempt at a time.
 */
export abstract class Uplink implements LinkSink {
  /*
   * What is looked at for every record stands first: XS finds a field by going through those before it.
   */
  #link: Link | undefined;
  #flags = 0;
  /** Octets that can be sent now, and that could be when the connection was new. */
  #room = 0;
  #capacity = 0;
  /** Octets of the record that is being sent in pieces. */
  #offset = 0;
  readonly #outbox: Outbox | undefined;
  readonly #options: UplinkOptions<Uplink>;
  readonly #host: Host;
  readonly #backoff: Backoff;
  readonly #acknowledgements = new AcknowledgementReader();
  #state: UplinkState = IDLE;
  #timer: TimerId | undefined;
  #due = Due.nothing;
  /** Grows with each attempt, so that a hook that answers too late is not heard. */
  #attempt = 0;
  /** What the hook answered. */
  #answer: { readonly error: unknown; readonly request: LinkRequest | undefined } | undefined;
  /** Why there is no connection. */
  #loss: Loss | undefined;

  /** Throws a RingletError for options that are wrong. */
  constructor(host: Host, options: UplinkOptions<Uplink>) {
    for (const name of Object.keys(DEFAULT_TIMES) as (keyof UplinkTimes)[]) {
      const value = options[name];
      check(value === undefined || (value >= 0 && value <= NEVER), name);
    }
    const { name = '' } = options;
    check(/^[ -~]*$/.test(name) && name.length <= NAME_LENGTH, 'name');
    this.#host = host;
    this.#options = options;
    this.#outbox = options.outbox;
    this.#backoff = new Backoff(this._time('backoffBase'), this._time('backoffLongest'), host.random);
  }

  // --- What a host gives ---------------------------------------------------------------------------------

  /** Begins to connect. Throws what is wrong with the request; what goes wrong later is told to this as the sink. */
  protected abstract connect(request: LinkRequest | undefined): Link;

  /** Milliseconds since 1970, for dates in `Retry-After` only. */
  protected abstract clock(): number;

  // --- For the application -------------------------------------------------------------------------------

  get state(): UplinkState {
    return this.#state;
  }

  /** What waits to be sent. */
  get outbox(): Outbox | undefined {
    return this.#outbox;
  }

  /** Why the last connection or attempt is over; undefined while nothing has failed. */
  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Whether the gateway acknowledges records by their numbers, as docs/uplink.md says. */
  get isNumbered(): boolean {
    return (this.#flags & Flag.numbered) !== 0;
  }

  /** Subprotocol of the present connection; empty for none. */
  get protocol(): string {
    return this.#link === undefined ? '' : this.#link.protocol;
  }

  /** Connects, and stays connected until `stop` or a final loss. After such a loss it begins anew. */
  start(): void {
    if ((this.#flags & Flag.wanted) !== 0) return;
    this.#flags |= Flag.wanted;
    this.#backoff.reset();
    // Our Close is on its way: another connection follows it.
    if (this.#link !== undefined) this.#flags |= Flag.again;
    else this._arm(Due.settle, 0);
  }

  /** Closes in good order within `stopTimeout`, and stays away. What the outbox keeps stays there. */
  stop(): void {
    if ((this.#flags & Flag.wanted) === 0) return;
    this.#flags &= ~(Flag.wanted | Flag.again | Flag.rotates | Flag.networkBack);
    this.#attempt++;
    if (this.#link === undefined || (this.#flags & Flag.open) === 0) this._dropSoon();
    else this._close();
  }

  /** The network is gone, as the system says: drops the connection and waits for `networkBack`. */
  networkLost(): void {
    if ((this.#flags & Flag.networkDown) !== 0) return;
    this.#flags = (this.#flags | Flag.networkDown) & ~Flag.networkBack;
    if ((this.#flags & Flag.wanted) === 0) return;
    this.#attempt++;
    this._dropSoon();
  }

  /** The network is there again: the next attempt is a first one. */
  networkBack(): void {
    this.#flags &= ~Flag.networkDown;
    const isBusy = this.#link !== undefined || this.#due === Due.hookDeadline || this.#due === Due.hookAnswer;
    if ((this.#flags & Flag.wanted) === 0 || isBusy) return;
    this.#flags |= Flag.networkBack;
    this.#backoff.reset();
    this._arm(Due.settle, 0);
  }

  /** Posts to the outbox and sends what can be sent; see {@link Outbox.post}. */
  post(bytes: Uint8Array, options?: PostOptions): number {
    const outbox = this.#outbox;
    if (outbox === undefined) throw new RingletError(ErrorId.optionInvalid, 'there is no outbox');
    if ((this.#flags & (Flag.open | Flag.closing | Flag.numbered)) === Flag.open && outbox._isEmpty) {
      const length = outbox._passes(bytes);
      const link = this.#link!;
      if (length >= 0 && length <= this.#room && length <= link.longest) {
        const room = link.sendWhole(bytes, options === undefined || options.binary !== false);
        this.#room = room < 0 ? 0 : room;
        // As much room as a new connection has: the transport has taken everything.
        if (room >= this.#capacity) return outbox._passed(length);
        if (room >= 0) return outbox._handed(bytes, options);
      }
    }
    const number = outbox.post(bytes, options);
    if ((this.#flags & (Flag.open | Flag.closing)) === Flag.open) this._pump();
    if (outbox._hasStoreNews) this._noteStore();
    return number;
  }

  /** The receiver has these records, as the application knows; see {@link Outbox.acknowledge}. */
  acknowledge(upTo: number, urgent = false): number {
    const outbox = this.#outbox;
    if (outbox === undefined) return 0;
    const count = outbox.acknowledge(upTo, urgent);
    if (count > 0) this.#backoff.reset();
    if (outbox._hasStoreNews) this._noteStore();
    return count;
  }

  /**
   * Sends a message that is not kept: `bytes[start, end)`. Returns whether it is on its way; not without a connection or
   * room, and not in the middle of a record that is sent in pieces.
   */
  send(bytes: Uint8Array, start: number, end: number, binary: boolean): boolean {
    if ((this.#flags & (Flag.open | Flag.closing)) !== Flag.open || this.#offset !== 0) return false;
    if (end - start > this.#room || end - start > this.#link!.longest) return false;
    const room = this.#link!.send(bytes, start, end, binary, false);
    this.#room = room < 0 ? 0 : room;
    return room >= 0;
  }

  // --- What the connection tells -------------------------------------------------------------------------

  linkOpened(room: number): void {
    this.#flags |= Flag.open;
    this.#room = this.#capacity = room;
    this.#offset = 0;
    this.#acknowledgements.reset();
    this._live();
    if (this.#outbox !== undefined && this.#link!.protocol === SUBPROTOCOL) {
      const hello = helloOf(this.#outbox.session, this.#options.name ?? '');
      this.#flags |= Flag.numbered;
      this.send(hello, 0, hello.length, true);
    }
    this.#loss = undefined;
    this._change(OPEN, -1);
    if ((this.#flags & (Flag.open | Flag.closing)) === Flag.open) this._pump();
  }

  linkWritable(room: number): void {
    this.#room = room;
    const outbox = this.#outbox;
    if (outbox === undefined || outbox._isEmpty) return;
    if ((this.#flags & (Flag.open | Flag.closing)) === Flag.open) this._pump();
  }

  linkReceived(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    const isOurs =
      binary &&
      (this.#flags & Flag.numbered) !== 0 &&
      !this.#acknowledgements.isOther(bytes, start, end, more);
    if (isOurs) this._readAcknowledgement(bytes, start, end, more);
    else this.#options.onData?.call(this, bytes, start, end, binary, more);
  }

  linkClosed(loss: Loss): void {
    const flags = this.#flags;
    this._forget();
    if ((flags & Flag.wanted) === 0) this._finish(loss);
    else if ((flags & Flag.again) === 0) this._failed(loss);
    else this._begin((flags & Flag.rotates) === 0 ? undefined : lossOf(UplinkError.rotated));
  }

  // --- Records -------------------------------------------------------------------------------------------

  /** Sends what the outbox has, as far as there is room. */
  private _pump(): void {
    const outbox = this.#outbox;
    const link = this.#link!;
    if (outbox === undefined) return;
    const before = (this.#flags & Flag.numbered) === 0 ? PAYLOAD_AT : NUMBERED_AT;
    for (let record = outbox._next(); record >= 0; record = outbox._next()) {
      if (this.#offset === 0) outbox._begin(record);
      const end = record + PAYLOAD_AT + outbox._lengthOf(record);
      const start = record + before + this.#offset;
      const binary = before === NUMBERED_AT || !outbox._isText(record);
      if (end - start > this.#room || end - start > link.longest) {
        if (!this._sendPiece(link, record, start, end, binary)) break;
        continue;
      }
      const room = link.send(outbox._bytes, start, end, binary, false);
      if (room < 0) {
        this.#room = 0;
        break;
      }
      this.#room = room;
      this.#offset = 0;
      outbox._sent(record);
    }
    if (link.isFlushed) outbox._flushed();
  }

  /** Sends a part of a record that never fits as a whole. Returns whether it did; if not, there will be more room. */
  private _sendPiece(link: Link, record: number, start: number, end: number, binary: boolean): boolean {
    const most = link.longest < this.#capacity ? link.longest : this.#capacity;
    // It fits when what is on its way has left, or at least a longer part does.
    if (this.#room < most && (end - start <= most || this.#room * 2 < most)) return false;
    const count = this.#room < most ? this.#room : most;
    const room = link.send(this.#outbox!._bytes, start, start + count, binary, true);
    this.#room = room < 0 ? 0 : room;
    if (room < 0) return false;
    this.#outbox!._started(record);
    this.#offset += count;
    return true;
  }

  private _readAcknowledgement(bytes: Uint8Array, start: number, end: number, more: boolean): void {
    const reader = this.#acknowledgements;
    if (!reader.read(bytes, start, end, more)) return;
    const { number, urgent } = reader;
    const count = this.acknowledge(number, urgent);
    if (count > 0) this.#options.onAcknowledged?.call(this, number, urgent, count);
  }

  // --- From state to state -------------------------------------------------------------------------------

  /** A number of the options, or its default. */
  private _time(name: keyof UplinkTimes): number {
    return this.#options[name] ?? DEFAULT_TIMES[name];
  }

  private _arm(due: Due, delay: number): void {
    const { Timer } = this.#host;
    this.#due = due;
    if (this.#timer === undefined) {
      this.#timer = Timer.set(Uplink._onTimer, delay, NEVER);
      this.#timer.target = this;
    } else Timer.schedule(this.#timer, delay, NEVER);
  }

  private static _onTimer(timer: TimerId): void {
    (timer.target as Uplink)._onDue();
  }

  private _onDue(): void {
    const due = this.#due;
    this.#due = Due.nothing;
    switch (due) {
      case Due.settle:
        this._settle();
        break;
      case Due.attempt:
        this._begin(this.#loss);
        break;
      case Due.hookDeadline:
        this.#attempt++;
        this._failed(lossOf(UplinkError.hookTimeout));
        break;
      case Due.hookAnswer:
        this._answered();
        break;
      case Due.held:
        this._hold();
        break;
      case Due.rotation:
        // A message in pieces is sent to its end.
        if (this.#offset !== 0) this._arm(Due.rotation, PIECES_TIME);
        else {
          this.#flags |= Flag.again | Flag.rotates;
          this._close();
        }
        break;
      case Due.closeDeadline:
        this.#link?.drop();
        this.linkClosed(lossOf(ErrorId.closeTimeout));
        break;
      default:
    }
  }

  /** Does what a method asked for. */
  private _settle(): void {
    const flags = this.#flags;
    this.#flags &= ~Flag.networkBack;
    if ((flags & Flag.wanted) === 0) this._finish(this.#loss);
    else if ((flags & Flag.networkDown) !== 0) {
      this.#loss = lossOf(UplinkError.networkLost);
      this._change(WAITING, -1);
    } else if ((flags & Flag.networkBack) !== 0)
      this._wait(lossOf(UplinkError.networkLost), this.#backoff.next());
    else this._begin(undefined);
  }

  /** Begins an attempt; `loss` is why. */
  private _begin(loss: Loss | undefined): void {
    this.#loss = loss;
    const attempt = ++this.#attempt;
    this.#outbox?._sweep();
    this._change(CONNECTING, -1);
    if (attempt !== this.#attempt || (this.#flags & Flag.wanted) === 0) return;
    const { prepare } = this.#options;
    if (prepare === undefined) {
      this._open(undefined);
      return;
    }
    this._arm(Due.hookDeadline, this._time('prepareTimeout'));
    const done = (error: unknown, request?: LinkRequest): void => {
      if (attempt !== this.#attempt || this.#due !== Due.hookDeadline) return;
      this.#answer = { error, request };
      this._arm(Due.hookAnswer, 0);
    };
    try {
      const answer = prepare.call(this, done);
      if (answer === undefined || answer === null) return;
      if (typeof (answer as PromiseLike<LinkRequest>).then !== 'function')
        done(undefined, answer as LinkRequest);
      else (answer as PromiseLike<LinkRequest>).then((request) => done(undefined, request), done);
    } catch (error) {
      done(error);
    }
  }

  private _answered(): void {
    const { error, request } = this.#answer!;
    this.#answer = undefined;
    if (request !== undefined && request !== null) this._open(request);
    else this._failed(lossOf(UplinkError.hookFailed, error));
  }

  private _open(request: LinkRequest | undefined): void {
    try {
      this.#link = this.connect(request);
    } catch (error) {
      const id = (error as { readonly id?: unknown } | null | undefined)?.id;
      this._failed(lossOf(typeof id === 'number' ? id : ErrorId.connectFailed, error));
    }
  }

  /** The life of a connection begins: first it has to hold, then it may grow too old. */
  private _live(): void {
    const minUptime = this._time('minUptime');
    const age = this._age();
    if (age > minUptime) this._arm(Due.held, minUptime);
    else this._arm(Due.rotation, age);
  }

  /** The connection has lived long enough to be a good one. */
  private _hold(): void {
    this.#backoff.reset();
    const age = this._age();
    if (age < NEVER) this._arm(Due.rotation, Math.max(0, age - this._time('minUptime')));
  }

  /** How old the connection may become. Spread, so that those that came at once do not go at once for ever. */
  private _age(): number {
    const maxAge = this._time('maxAge');
    return maxAge === 0 ? Infinity : maxAge - this.#backoff.part(Math.floor(maxAge / 10));
  }

  private _close(): void {
    this.#flags |= Flag.closing;
    this._arm(Due.closeDeadline, this._time('stopTimeout'));
    this.#link!.close(NORMAL);
  }

  /** Nothing is left of the connection; what it did not bring home is to be sent again. */
  private _forget(): void {
    this.#link = undefined;
    this.#due = Due.nothing;
    this.#flags &= ~(Flag.open | Flag.closing | Flag.again | Flag.numbered | Flag.rotates);
    this.#offset = this.#room = 0;
    this.#outbox?._rewind();
  }

  /** Drops the connection; what follows is told in a turn of its own. */
  private _dropSoon(): void {
    this.#link?.drop();
    this._forget();
    this._arm(Due.settle, 0);
  }

  /** There is no connection any more, or none could be made. */
  private _failed(loss: Loss): void {
    let isFinal = false;
    try {
      isFinal = (this.#options.isFinal ?? isFinalLoss).call(this, loss);
    } catch (error) {
      this.#host.report(error);
    }
    // The predicate may have called a method.
    if ((this.#flags & Flag.wanted) === 0 || this.#due === Due.settle) {
      this.#loss = loss;
      return;
    }
    if (isFinal) {
      this.#flags &= ~Flag.wanted;
      this._finish(loss);
    } else this._wait(loss, this._delayAfter(loss));
  }

  /** Milliseconds to wait after `loss`. */
  private _delayAfter({ error, closeCode, retryAfter }: Loss): number {
    const backoff = this.#backoff;
    if (error === 0 && closeCode === SERVICE_RESTART) return RESTART_LEAST + backoff.part(RESTART_SPREAD);
    const delay = backoff.next();
    if (error === 0 && closeCode === TRY_AGAIN_LATER) {
      const half = this._time('backoffLongest') / 2;
      return Math.ceil(half) + backoff.part(half);
    }
    if (retryAfter === '') return delay;
    const most = this._time('maxRetryAfter');
    const asked = retryAfterOf(retryAfter, this.clock());
    // Spread behind what the server asked for: it asked everybody.
    return asked < 0 ? delay : Math.min((asked < most ? asked : most) + delay, NEVER);
  }

  private _wait(loss: Loss, delay: number): void {
    this.#loss = loss;
    this._arm(Due.attempt, delay);
    this._change(WAITING, delay);
  }

  /** All is over until `start`. */
  private _finish(loss: Loss | undefined): void {
    this.#host.Timer.clear(this.#timer);
    this.#timer = undefined;
    this.#due = Due.nothing;
    this.#loss = loss;
    this._change(STOPPED, -1);
  }

  private _change(state: UplinkState, delay: number): void {
    const change: Change = { state, from: this.#state, loss: this.#loss, delay };
    this.#state = state;
    try {
      this.#options.onChange?.call(this, change);
    } catch (error) {
      this.#host.report(error);
    }
  }

  /** Tells what became of the store, in a turn of its own. */
  private _noteStore(): void {
    this.#outbox!._hasStoreNews = false;
    const { Timer } = this.#host;
    const tell = (timer: TimerId): void => {
      Timer.clear(timer);
      this.#options.onStore?.call(this, this.#outbox!.storeError);
    };
    Timer.set(tell, 0, NEVER);
  }
}
