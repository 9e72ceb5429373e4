import { Event, tag } from './event.ts';
import type { Listener as Listen } from './types.ts';

/** A function, or an object with the method `handleEvent`, DOM §2.7. */
export type EventListenerLike<E = never> = Listen<E> | { handleEvent(event: E): unknown } | null | undefined;

/** As much of an AbortSignal as is used here. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}

export interface ListenerOptions {
  readonly capture?: boolean | undefined;
  readonly once?: boolean | undefined;
  readonly passive?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

const enum Flag {
  capture = 1,
  once = 2,
  passive = 4,
  removed = 8,
  /** The value of an `on…` property. */
  handler = 16,
}

interface Listener {
  readonly type: string;
  callback: Exclude<EventListenerLike, null | undefined>;
  flags: number;
}

interface HandlesEvents {
  handleEvent(event: object): void;
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const FUNCTION: string = 'function';

const NONE: Listener[] = Object.freeze([]) as unknown as Listener[];

/** An event target without parents, DOM §2.7, with event handlers as HTML §8.1.8.1 describes them. */
export class EventTarget<Events = object> {
  /**
   * In the order in which they are called. What is being gone through stays as it is: whoever removes one takes another
   * array, and one that is added lies behind the end that was seen.
   */
  #listeners: Listener[] = NONE;

  /** An exception has left a listener. */
  protected report(error: unknown): void;
  protected report(error: unknown): void {
    throw error;
  }

  addEventListener<K extends keyof Events & string>(
    type: K,
    listener: EventListenerLike<Events[K]>,
    options?: boolean | ListenerOptions | null,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerLike,
    options?: boolean | ListenerOptions | null,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerLike,
    options: boolean | ListenerOptions | null | undefined = undefined,
  ): void {
    if (arguments.length < 2) throw new TypeError('a type and a listener are needed');
    const name = String(type);
    const signal = typeof options === 'object' ? options?.signal : undefined;
    if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
      throw new TypeError('signal is not an AbortSignal');
    }
    const callback = callbackOf(listener);
    if (callback === null || signal?.aborted) return;
    const flags = flagsOf(options);
    if (this._find(name, callback, flags & Flag.capture) >= 0) return;
    this._add({ type: name, callback, flags });
    signal?.addEventListener('abort', () => this.removeEventListener(name, listener, options as boolean), {
      once: true,
    });
  }

  removeEventListener<K extends keyof Events & string>(
    type: K,
    listener: EventListenerLike<Events[K]>,
    options?: boolean | { readonly capture?: boolean | undefined } | null,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerLike,
    options?: boolean | { readonly capture?: boolean | undefined } | null,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerLike,
    options: boolean | { readonly capture?: boolean | undefined } | null | undefined = undefined,
  ): void {
    if (arguments.length < 2) throw new TypeError('a type and a listener are needed');
    const callback = callbackOf(listener);
    if (callback === null) return;
    const index = this._find(String(type), callback, flagsOf(options) & Flag.capture);
    if (index >= 0) this._remove(this.#listeners[index]);
  }

  /** Calls the listeners of the event's type; returns false if one of them prevented its default. */
  dispatchEvent(event: object): boolean {
    if (Event._is(event)) {
      if (event._isDispatching) throw this.exception('InvalidStateError', 'the event is being dispatched');
      this.dispatch(event, false);
      return !event.defaultPrevented;
    }
    if (typeof (event as { type?: unknown } | null | undefined)?.type !== 'string') {
      throw new TypeError('the argument is not an Event');
    }
    return this._dispatchForeign(event as ForeignEvent);
  }

  /** A DOMException of that name, or an Error where the runtime has none. */
  protected exception(name: string, message: string): Error {
    return Object.defineProperty(new Error(message), 'name', { value: name });
  }

  // --- For the subclass ----------------------------------------------------------------------------------

  /** Whether anybody listens to events of `type`. */
  protected listens(type: string): boolean {
    const listeners = this.#listeners;
    for (let i = 0; i < listeners.length; i++) if (listeners[i].type === type) return true;
    return false;
  }

  /** Something about the listeners has changed: called whenever it does. */
  protected listenersChanged(): void {}

  /** Calls the listeners of the event's type. What they throw is reported. */
  protected dispatch(event: Event, isTrusted: boolean): void {
    const listeners = this.#listeners;
    const { type } = event;
    event._begin(this, isTrusted);
    for (let i = 0, end = listeners.length; i < end; i++) {
      const listener = listeners[i];
      if (listener.type !== type || (listener.flags & Flag.removed) !== 0) continue;
      const special = listener.flags & (Flag.once | Flag.passive);
      if (special !== 0) {
        if ((special & Flag.once) !== 0) this._remove(listener);
        event._isPassive = (special & Flag.passive) !== 0;
      }
      const { callback } = listener;
      // Functions are called from here: the stack of a device is short.
      if (typeof callback === FUNCTION) {
        try {
          (callback as (event: object) => void).call(this, event);
        } catch (error) {
          this.report(error);
        }
      } else this._call(listener, event);
      if (special !== 0) event._isPassive = false;
      if (event._isStoppedAtOnce) break;
    }
    event._end();
  }

  /** The event handler of `type`, or null. */
  _handlerOf(type: string): unknown {
    return this._handler(type)?.callback ?? null;
  }

  /** Sets the event handler; it takes its turn where the first one stood. What is no object takes it away. */
  _setHandler(type: string, value: unknown): void {
    const listener = this._handler(type);
    const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
    if (listener === undefined) {
      if (isObject) this._add({ type, callback: value as Listener['callback'], flags: Flag.handler });
    } else if (isObject) {
      listener.callback = value as Listener['callback'];
      this.listenersChanged();
    } else this._remove(listener);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  private _call({ callback, flags }: Listener, event: object): void {
    try {
      if (typeof callback === FUNCTION) (callback as (event: object) => void).call(this, event);
      // An event handler that cannot be called is one all the same, which does nothing.
      else if ((flags & Flag.handler) === 0) (callback as HandlesEvents).handleEvent(event);
    } catch (error) {
      this.report(error);
    }
  }

  private _handler(type: string): Listener | undefined {
    const listeners = this.#listeners;
    for (let i = 0; i < listeners.length; i++) {
      if ((listeners[i].flags & Flag.handler) !== 0 && listeners[i].type === type) return listeners[i];
    }
    return undefined;
  }

  private _find(type: string, callback: unknown, capture: number): number {
    const listeners = this.#listeners;
    for (let i = 0; i < listeners.length; i++) {
      const listener = listeners[i];
      if (
        listener.callback === callback &&
        listener.type === type &&
        (listener.flags & (Flag.capture | Flag.handler)) === capture
      ) {
        return i;
      }
    }
    return -1;
  }

  private _add(listener: Listener): void {
    if (this.#listeners === NONE) this.#listeners = [listener];
    else this.#listeners.push(listener);
    this.listenersChanged();
  }

  private _remove(listener: Listener): void {
    listener.flags |= Flag.removed;
    this.#listeners = this.#listeners.filter((other) => other !== listener);
    this.listenersChanged();
  }

  /** An event of the runtime's own class, which knows its target when its own kind of target dispatches it. */
  private _dispatchForeign(event: ForeignEvent): boolean {
    let isStopped = false;
    const here = { value: this, configurable: true };
    const stop = event.stopImmediatePropagation;
    Object.defineProperties(event, {
      target: here,
      srcElement: here,
      currentTarget: here,
      eventPhase: { value: 2, configurable: true },
      stopImmediatePropagation: {
        value: () => {
          isStopped = true;
          stop?.call(event);
        },
        configurable: true,
      },
    });
    const listeners = this.#listeners;
    for (let i = 0, end = listeners.length; i < end && !isStopped; i++) {
      const listener = listeners[i];
      if (listener.type !== event.type || (listener.flags & Flag.removed) !== 0) continue;
      if ((listener.flags & Flag.once) !== 0) this._remove(listener);
      this._call(listener, event);
    }
    Object.defineProperty(event, 'currentTarget', { value: null, configurable: true });
    Object.defineProperty(event, 'eventPhase', { value: 0, configurable: true });
    return event.defaultPrevented !== true;
  }
}

interface ForeignEvent {
  readonly type: string;
  readonly defaultPrevented?: boolean;
  stopImmediatePropagation?(): void;
}

tag(EventTarget, 'EventTarget');

/** A listener that can be called; null for none. Throws for what is neither. */
function callbackOf(listener: EventListenerLike): Listener['callback'] | null {
  if (listener === null || listener === undefined) return null;
  if (typeof listener !== 'function' && typeof listener !== 'object') {
    throw new TypeError('the listener is neither a function nor an object');
  }
  return listener;
}

function flagsOf(options: boolean | ListenerOptions | null | undefined): number {
  if (options === null || options === undefined) return 0;
  if (typeof options !== 'object') return options ? Flag.capture : 0;
  return (
    (options.capture ? Flag.capture : 0) |
    (options.once ? Flag.once : 0) |
    (options.passive ? Flag.passive : 0)
  );
}
