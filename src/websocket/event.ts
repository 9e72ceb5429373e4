/** The phases of an event, DOM §2.2; a target without parents knows two. */
const NO_PHASE = 0;
const AT_TARGET = 2;

const enum Flag {
  bubbles = 1,
  cancelable = 2,
  composed = 4,
  canceled = 8,
  stopped = 16,
  stoppedAtOnce = 32,
  dispatching = 64,
  trusted = 128,
  passive = 256,
}

export interface EventInit {
  readonly bubbles?: boolean | undefined;
  readonly cancelable?: boolean | undefined;
  readonly composed?: boolean | undefined;
}

/** An event, DOM §2.2. */
export class Event {
  static readonly NONE = 0;
  static readonly CAPTURING_PHASE = 1;
  static readonly AT_TARGET = 2;
  static readonly BUBBLING_PHASE = 3;

  declare readonly NONE: 0;
  declare readonly CAPTURING_PHASE: 1;
  declare readonly AT_TARGET: 2;
  declare readonly BUBBLING_PHASE: 3;

  #type: string;
  #target: object | null = null;
  #flags: number;

  constructor(type: string, init: EventInit | undefined = undefined) {
    needsType(arguments.length);
    this.#type = String(type);
    this.#flags = init === undefined || init === null ? 0 : flagsOf(init);
  }

  /** Whether `value` is an event of this class. */
  static _is(value: unknown): value is Event {
    return typeof value === 'object' && value !== null && #type in value;
  }

  get type(): string {
    return this.#type;
  }

  get target(): EventTarget | null {
    return this.#target as EventTarget | null;
  }

  get srcElement(): EventTarget | null {
    return this.target;
  }

  get currentTarget(): EventTarget | null {
    return (this.#flags & Flag.dispatching) === 0 ? null : this.target;
  }

  get eventPhase(): number {
    return (this.#flags & Flag.dispatching) === 0 ? NO_PHASE : AT_TARGET;
  }

  get bubbles(): boolean {
    return (this.#flags & Flag.bubbles) !== 0;
  }

  get cancelable(): boolean {
    return (this.#flags & Flag.cancelable) !== 0;
  }

  get composed(): boolean {
    return (this.#flags & Flag.composed) !== 0;
  }

  get defaultPrevented(): boolean {
    return (this.#flags & Flag.canceled) !== 0;
  }

  get returnValue(): boolean {
    return !this.defaultPrevented;
  }

  set returnValue(value: boolean) {
    if (!value) this.preventDefault();
  }

  get cancelBubble(): boolean {
    return (this.#flags & Flag.stopped) !== 0;
  }

  set cancelBubble(value: boolean) {
    if (value) this.stopPropagation();
  }

  /** Whether the connection made it, and not a program. */
  get isTrusted(): boolean {
    return (this.#flags & Flag.trusted) !== 0;
  }

  /** Always 0: no clock is read for a message. */
  get timeStamp(): number {
    return 0;
  }

  composedPath(): EventTarget[] {
    const target = this.currentTarget;
    return target === null ? [] : [target];
  }

  stopPropagation(): void {
    this.#flags |= Flag.stopped;
  }

  stopImmediatePropagation(): void {
    this.#flags |= Flag.stopped | Flag.stoppedAtOnce;
  }

  preventDefault(): void {
    if ((this.#flags & (Flag.cancelable | Flag.passive)) === Flag.cancelable) this.#flags |= Flag.canceled;
  }

  /** Begins another life as the event `type`; DOM keeps it for events that `createEvent` made. */
  initEvent(type: string, bubbles = false, cancelable = false): void {
    if ((this.#flags & Flag.dispatching) !== 0) return;
    this.#type = String(type);
    this.#target = null;
    this.#flags = (bubbles ? Flag.bubbles : 0) | (cancelable ? Flag.cancelable : 0);
  }

  // --- For the target that dispatches it -----------------------------------------------------------------

  get _isDispatching(): boolean {
    return (this.#flags & Flag.dispatching) !== 0;
  }

  get _isStoppedAtOnce(): boolean {
    return (this.#flags & Flag.stoppedAtOnce) !== 0;
  }

  /** A passive listener is called, or no longer. */
  set _isPassive(isPassive: boolean) {
    if (isPassive) this.#flags |= Flag.passive;
    else this.#flags &= ~Flag.passive;
  }

  /** Is at `target` from now on, made by a program or, if `isTrusted`, by the connection. */
  _begin(target: object, isTrusted: boolean): void {
    this.#target = target;
    this.#flags = (this.#flags & ~Flag.trusted) | Flag.dispatching | (isTrusted ? Flag.trusted : 0);
  }

  _end(): void {
    this.#flags &= ~(Flag.dispatching | Flag.stopped | Flag.stoppedAtOnce);
  }
}

const PHASES = Object.freeze({ NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 });
tag(Event, 'Event', PHASES);

/** Throws if an event is constructed without a type. */
export function needsType(count: number): void {
  if (count === 0) throw new TypeError('an event needs a type');
}

function flagsOf({ bubbles, cancelable, composed }: EventInit): number {
  return (bubbles ? Flag.bubbles : 0) | (cancelable ? Flag.cancelable : 0) | (composed ? Flag.composed : 0);
}

/** What Web IDL makes of an interface: its name in `toString`, members that are enumerated, and constants. */
export function tag(
  Interface: { readonly prototype: object },
  name: string,
  constants: Readonly<Record<string, number>> = Object.freeze({}),
): void {
  const { prototype } = Interface;
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== 'constructor' && member[0] !== '_') {
      Object.defineProperty(prototype, member, { enumerable: true });
    }
  }
  for (const constant of Object.keys(constants)) {
    const property = {
      value: constants[constant],
      enumerable: true,
      configurable: false,
      writable: false,
    };
    Object.defineProperty(Interface, constant, property);
    Object.defineProperty(prototype, constant, property);
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}
