import { ErrorId } from '../errors.ts';
import { check } from './check.ts';
import type { Host } from '../host.ts';
import { Alarm, Due, type Sleeper } from './alarm.ts';
import { Backoff } from './backoff.ts';
import { delayAfter } from './delay.ts';
import { askFinal, tellChange } from './events.ts';
import { type Loss, lossOf, UplinkError } from './failure.ts';
import { Question } from './hook.ts';
import type { Link, LinkRequest, LinkSink } from './link.ts';
import type { UplinkOptions, UplinkState } from './options.ts';
import { beginLife, goOnLiving } from './rotation.ts';
import { Sender } from './sender.ts';
import { isPrintable } from './shape.ts';
import { checkTimes, timeOf } from './times.ts';

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

/** The states of an uplink, and what leads from one to the other: methods, what the connection tells, and its alarm. */
export abstract class UplinkStates implements Sleeper, Pick<LinkSink, 'linkOpened' | 'linkClosed'> {
  /** First, because it is looked at for every record: XS finds a field by going through those before it. */
  readonly _sender: Sender;
  #link: Link | undefined;
  #flags = 0;
  readonly _options: UplinkOptions<UplinkStates>;
  readonly _host: Host;
  readonly _backoff: Backoff;
  readonly #alarm: Alarm;
  #state: UplinkState = IDLE;
  /** What the hook is asked before the present attempt, until that has its answer. */
  #question: Question | undefined;
  /** Why there is no connection. */
  #loss: Loss | undefined;

  /** Throws a RingletError for options that are wrong. */
  constructor(host: Host, options: UplinkOptions<UplinkStates>, backoff?: Backoff) {
    checkTimes(options);
    const { name = '' } = options;
    check(typeof name === 'string' && name.length <= NAME_LENGTH && isPrintable(name), 'name');
    this._host = host;
    this._options = options;
    this._sender = new Sender(options.outbox);
    this.#alarm = new Alarm(host, this);
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
    this._backoff.reset();
    // Our Close is on its way: another connection follows it.
    if (this.#link !== undefined) this.#flags |= Flag.again;
    else this.#alarm._set(Due.settle, 0);
    // Last, as in all three: where the timer could not be set, nothing is under way, and it may be tried again.
    this.#flags |= Flag.wanted;
  }

  /** Closes in good order within `stopTimeout`, and stays away. What the outbox keeps stays there. */
  stop(): void {
    if ((this.#flags & Flag.wanted) === 0) return;
    if (this.#link === undefined || (this.#flags & Flag.open) === 0) this._dropSoon();
    else this._close();
    this.#flags &= ~(Flag.wanted | Flag.again | Flag.rotates | Flag.networkBack);
  }

  /** The network is gone, as the system says: drops the connection and waits for `networkBack`. */
  networkLost(): void {
    if ((this.#flags & Flag.networkDown) !== 0) return;
    if ((this.#flags & Flag.wanted) !== 0) this._dropSoon();
    this.#flags = (this.#flags | Flag.networkDown) & ~Flag.networkBack;
  }

  /** The network is there again: the next attempt is a first one. */
  networkBack(): void {
    this.#flags &= ~Flag.networkDown;
    const isTrying = this.#state === CONNECTING && this.#alarm._due !== Due.settle;
    if ((this.#flags & Flag.wanted) === 0 || this.#link !== undefined || isTrying) return;
    this.#flags |= Flag.networkBack;
    this._backoff.reset();
    this.#alarm._set(Due.settle, 0);
  }

  // --- What the connection tells -------------------------------------------------------------------------

  linkOpened(room: number): void {
    this.#flags |= Flag.open;
    const sender = this._sender;
    beginLife(this.#alarm, this._options, this._backoff);
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
    else if ((flags & Flag.networkDown) !== 0) this._settle();
    else this._begin((flags & Flag.rotates) === 0 ? undefined : lossOf(UplinkError.rotated));
  }

  // --- From state to state -------------------------------------------------------------------------------

  _onDue(due: Due): void {
    switch (due) {
      case Due.settle:
        this._settle();
        break;
      case Due.attempt:
        this._begin(this.#loss);
        break;
      case Due.hookDeadline:
        this._giveUpAsking();
        this._failed(lossOf(UplinkError.hookTimeout));
        break;
      case Due.hookAnswer:
        this._answered();
        break;
      case Due.held:
        goOnLiving(this.#alarm, this._options, this._backoff);
        break;
      case Due.rotation:
        // A message in pieces is sent to its end.
        if (this._sender._offset !== 0) this.#alarm._set(Due.rotation, PIECES_TIME);
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
    const { outbox, prepare } = this._options;
    outbox?._ring._sweep();
    this._change(CONNECTING, -1);
    // A method may have been called, which then comes first.
    if (this.#alarm._due !== Due.nothing) return;
    if (prepare === undefined) {
      this._open(undefined);
      return;
    }
    this.#alarm._set(Due.hookDeadline, timeOf(this._options, 'prepareTimeout'));
    this.#question = new Question();
    this.#question._ask(prepare, this, () => this.#alarm._set(Due.hookAnswer, 0));
  }

  private _answered(): void {
    const { _error: error, _request: request } = this.#question!;
    this.#question = undefined;
    if (request !== undefined && request !== null) this._open(request);
    else this._failed(lossOf(UplinkError.hookFailed, error));
  }

  private _giveUpAsking(): void {
    this.#question?._giveUp();
    this.#question = undefined;
  }

  private _open(request: LinkRequest | undefined): void {
    try {
      this.#link = this.connect(request);
    } catch (error) {
      const id = (error as { readonly id?: unknown } | null | undefined)?.id;
      this._failed(lossOf(typeof id === 'number' ? id : ErrorId.connectFailed, error));
    }
  }

  private _close(): void {
    // First: a connection that has no deadline for its end goes on sending.
    this.#alarm._set(Due.closeDeadline, timeOf(this._options, 'stopTimeout'));
    this._sender._end();
    this.#link!.close(NORMAL);
  }

  /** Nothing is left of the connection. */
  private _forget(): void {
    const link = this.#link;
    this.#link = undefined;
    this.#alarm._due = Due.nothing;
    this.#flags &= ~(Flag.open | Flag.again | Flag.rotates);
    this._sender._forget(link !== undefined && link.isFlushed);
  }

  /** Drops the connection; what follows is reported in a turn of its own. */
  private _dropSoon(): void {
    this._giveUpAsking();
    this.#link?.drop();
    this._forget();
    this.#alarm._set(Due.settle, 0);
  }

  /** There is no connection any more, or none could be made. */
  private _failed(loss: Loss): void {
    const isFinal = askFinal(this._options, this, loss, this._host);
    // The predicate may have called a method.
    if ((this.#flags & Flag.wanted) === 0 || this.#alarm._due === Due.settle) {
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
    this.#alarm._set(Due.attempt, delay);
    this._change(WAITING, delay);
  }

  /** All is over until `start`. */
  private _finish(loss: Loss | undefined): void {
    this.#alarm._clear();
    this.#loss = loss;
    this._change(STOPPED, -1);
  }

  private _change(state: UplinkState, delay: number): void {
    const from = this.#state;
    this.#state = state;
    tellChange(this._options, this, { state, from, loss: this.#loss, delay }, this._host);
  }
}
