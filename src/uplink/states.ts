import { ErrorId } from '../errors.ts';
import { check } from './check.ts';
import type { Host, TimerId } from '../host.ts';
import { Backoff } from './backoff.ts';
import { delayAfter } from './delay.ts';
import { askFinal, tellChange } from './events.ts';
import { type Loss, lossOf, UplinkError } from './failure.ts';
import { ask, type HookAnswer } from './hook.ts';
import type { Link, LinkRequest, LinkSink } from './link.ts';
import type { UplinkOptions, UplinkState } from './options.ts';
import { ageOf } from './rotation.ts';
import { Sender } from './sender.ts';
import { checkTimes, NEVER, timeOf } from './times.ts';

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const IDLE: UplinkState = 'idle';
const CONNECTING: UplinkState = 'connecting';
const OPEN: UplinkState = 'open';
const WAITING: UplinkState = 'waiting';
const STOPPED: UplinkState = 'stopped';

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
  /** Another connection follows at once. */
  again = 16,
  /** The Close is for a connection that is too old. */
  rotates = 32,
}

/**
 * The states of an uplink, and what leads from one to the other: methods, what the connection tells, and one timer. It
 * never looks at a clock, so that a clock that jumps, goes back or stands still changes nothing.
 */
export abstract class UplinkStates implements Pick<LinkSink, 'linkOpened' | 'linkClosed'> {
  /** First, because it is looked at for every record: XS finds a field by going through those before it. */
  readonly _sender: Sender;
  #link: Link | undefined;
  #flags = 0;
  readonly _options: UplinkOptions<UplinkStates>;
  readonly _host: Host;
  readonly _backoff: Backoff;
  #state: UplinkState = IDLE;
  #timer: TimerId | undefined;
  #due = Due.nothing;
  /** Grows with each attempt, so that a hook that answers too late is not heard. */
  #attempt = 0;
  /** What the hook answered. */
  #answer: HookAnswer | undefined;
  /** Why there is no connection. */
  #loss: Loss | undefined;

  /** Throws a RingletError for options that are wrong. */
  constructor(host: Host, options: UplinkOptions<UplinkStates>, backoff?: Backoff) {
    checkTimes(options);
    const { name = '' } = options;
    check(/^[ -~]*$/.test(name) && name.length <= NAME_LENGTH, 'name');
    this._host = host;
    this._options = options;
    this._sender = new Sender(options.outbox);
    this._backoff =
      backoff ?? new Backoff(timeOf(options, 'backoffBase'), timeOf(options, 'backoffLongest'), host.random);
  }

  // --- What a host gives ---------------------------------------------------------------------------------

  /** Begins to connect. Throws what is wrong with the request; what goes wrong later is reported to this as the sink. */
  protected abstract connect(request: LinkRequest | undefined): Link;

  /** Milliseconds since 1970, for dates in `Retry-After` only. */
  protected abstract clock(): number;

  // --- For the application -------------------------------------------------------------------------------

  get state(): UplinkState {
    return this.#state;
  }

  /** Why the last connection or attempt is over; undefined while nothing has failed. */
  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Subprotocol of the present connection; empty for none. */
  get protocol(): string {
    return this.#link === undefined ? '' : this.#link.protocol;
  }

  /** Connects, and stays connected until `stop` or a final loss. After such a loss it begins anew. */
  start(): void {
    if ((this.#flags & Flag.wanted) !== 0) return;
    this.#flags |= Flag.wanted;
    this._backoff.reset();
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
    this._backoff.reset();
    this._arm(Due.settle, 0);
  }

  // --- What the connection tells -------------------------------------------------------------------------

  linkOpened(room: number): void {
    this.#flags |= Flag.open;
    const sender = this._sender;
    this._live();
    sender._begin(this.#link!, room, this._options.name ?? '');
    this.#loss = undefined;
    this._change(OPEN, -1);
    sender._pump();
  }

  linkClosed(loss: Loss): void {
    const flags = this.#flags;
    this._forget();
    if ((flags & Flag.wanted) === 0) this._finish(loss);
    else if ((flags & Flag.again) === 0) this._failed(loss);
    else this._begin((flags & Flag.rotates) === 0 ? undefined : lossOf(UplinkError.rotated));
  }

  // --- From state to state -------------------------------------------------------------------------------

  /**
   * The interval is as long as the delay, since on Linux Moddable's timers do not stand another one that is set in their own
   * callback; what is for nothing parks itself when it comes.
   */
  private _arm(due: Due, delay: number): void {
    const { Timer } = this._host;
    const span = delay < 1 ? 1 : delay;
    this.#due = due;
    if (this.#timer === undefined) {
      this.#timer = Timer.set(UplinkStates._onTimer, span, span);
      this.#timer.target = this;
    } else Timer.schedule(this.#timer, span, span);
  }

  private _park(): void {
    if (this.#due === Due.nothing && this.#timer !== undefined)
      this._host.Timer.schedule(this.#timer, NEVER, NEVER);
  }

  private static _onTimer(timer: TimerId): void {
    const uplink = timer.target as UplinkStates;
    uplink._onDue();
    uplink._park();
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
        if (this._sender._offset !== 0) this._arm(Due.rotation, PIECES_TIME);
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
      this._wait(lossOf(UplinkError.networkLost), this._backoff.next());
    else this._begin(undefined);
  }

  /** Begins an attempt; `loss` is why. */
  private _begin(loss: Loss | undefined): void {
    this.#loss = loss;
    const attempt = ++this.#attempt;
    const { outbox, prepare } = this._options;
    outbox?._ring._sweep();
    this._change(CONNECTING, -1);
    if (attempt !== this.#attempt || (this.#flags & Flag.wanted) === 0) return;
    if (prepare === undefined) {
      this._open(undefined);
      return;
    }
    this._arm(Due.hookDeadline, timeOf(this._options, 'prepareTimeout'));
    ask(prepare, this, (error, request) => {
      if (attempt !== this.#attempt || this.#due !== Due.hookDeadline) return;
      this.#answer = { error, request };
      this._arm(Due.hookAnswer, 0);
    });
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
    const minUptime = timeOf(this._options, 'minUptime');
    const age = ageOf(this._options, this._backoff);
    if (age > minUptime) this._arm(Due.held, minUptime);
    else this._arm(Due.rotation, age);
  }

  /** The connection has lived long enough to be a good one. */
  private _hold(): void {
    this._backoff.reset();
    const age = ageOf(this._options, this._backoff);
    if (age < NEVER) this._arm(Due.rotation, Math.max(0, age - timeOf(this._options, 'minUptime')));
  }

  private _close(): void {
    this._sender._end();
    this._arm(Due.closeDeadline, timeOf(this._options, 'stopTimeout'));
    this.#link!.close(NORMAL);
  }

  /** Nothing is left of the connection. */
  private _forget(): void {
    this.#link = undefined;
    this.#due = Due.nothing;
    this.#flags &= ~(Flag.open | Flag.again | Flag.rotates);
    this._sender._forget();
  }

  /** Drops the connection; what follows is told in a turn of its own. */
  private _dropSoon(): void {
    this.#link?.drop();
    this._forget();
    this._arm(Due.settle, 0);
  }

  /** There is no connection any more, or none could be made. */
  private _failed(loss: Loss): void {
    const isFinal = askFinal(this._options, this, loss, this._host);
    // The predicate may have called a method.
    if ((this.#flags & Flag.wanted) === 0 || this.#due === Due.settle) {
      this.#loss = loss;
      return;
    }
    if (isFinal) {
      this.#flags &= ~Flag.wanted;
      this._finish(loss);
    } else this._wait(loss, this.delayAfter(loss));
  }

  /** Milliseconds until the next attempt after `loss`. */
  protected delayAfter(loss: Loss): number {
    return delayAfter(loss, this._backoff, this._options, () => this.clock());
  }

  private _wait(loss: Loss, delay: number): void {
    this.#loss = loss;
    this._arm(Due.attempt, delay);
    this._change(WAITING, delay);
  }

  /** All is over until `start`. */
  private _finish(loss: Loss | undefined): void {
    this._host.Timer.clear(this.#timer);
    this.#timer = undefined;
    this.#due = Due.nothing;
    this.#loss = loss;
    this._change(STOPPED, -1);
  }

  private _change(state: UplinkState, delay: number): void {
    const from = this.#state;
    this.#state = state;
    tellChange(this._options, this, { state, from, loss: this.#loss, delay }, this._host);
  }
}
