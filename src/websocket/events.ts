import { Event, type EventInit, needsType, tag } from './event.ts';

export interface MessageEventInit extends EventInit {
  readonly data?: unknown;
  readonly origin?: string | undefined;
  readonly lastEventId?: string | undefined;
  readonly source?: null | undefined;
  readonly ports?: never[] | undefined;
}

/** A message came, HTML §9.1. */
export class MessageEvent<Data = unknown> extends Event {
  #data: Data;
  #origin: string;
  declare readonly lastEventId: string;
  declare readonly source: null;
  declare readonly ports: readonly never[];

  constructor(type: string, init: MessageEventInit | undefined = undefined) {
    needsType(arguments.length);
    super(type, init);
    this.#data = (init?.data ?? null) as Data;
    this.#origin = init?.origin ?? '';
  }

  /** The same without a dictionary. */
  static _of<Data>(type: string, data: Data, origin: string): MessageEvent<Data> {
    const event = new MessageEvent<Data>(type);
    event.#data = data;
    event.#origin = origin;
    return event;
  }

  /** A string; an ArrayBuffer or a Blob, as `binaryType` says. */
  get data(): Data {
    return this.#data;
  }

  /** Scheme, host and port of the server. */
  get origin(): string {
    return this.#origin;
  }
}

tag(MessageEvent, 'MessageEvent');
constant(MessageEvent.prototype, 'lastEventId', '');
constant(MessageEvent.prototype, 'source', null);
constant(MessageEvent.prototype, 'ports', Object.freeze([]));

export interface CloseEventInit extends EventInit {
  readonly wasClean?: boolean | undefined;
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
}

/** The connection is over, WebSockets §6. */
export class CloseEvent extends Event {
  readonly #wasClean: boolean;
  readonly #code: number;
  readonly #reason: string;

  constructor(type: string, init: CloseEventInit | undefined = undefined) {
    needsType(arguments.length);
    super(type, init);
    this.#wasClean = Boolean(init?.wasClean);
    this.#code = Number(init?.code ?? 0) & 0xffff;
    this.#reason = String(init?.reason ?? '');
  }

  /** Whether both sides closed in order. */
  get wasClean(): boolean {
    return this.#wasClean;
  }

  /** The peer's code; 1005 if its Close had none, 1006 if there was no Close. */
  get code(): number {
    return this.#code;
  }

  /** The peer's reason. */
  get reason(): string {
    return this.#reason;
  }
}

tag(CloseEvent, 'CloseEvent');

/**
 * The connection failed. For the standard it is an event and nothing more, so that scripts cannot probe a network; here
 * it says what happened.
 */
export class FailureEvent extends Event {
  readonly #error: Error;

  constructor(type: string, error: Error) {
    super(type);
    this.#error = error;
  }

  /** A `ConnectionError`: its `id` is stable, and `reason` is the runtime's own error. */
  get error(): Error {
    return this.#error;
  }

  get message(): string {
    return this.#error.message;
  }
}

tag(FailureEvent, 'Event');

function constant(prototype: object, name: string, value: unknown): void {
  Object.defineProperty(prototype, name, { value, enumerable: true, configurable: true });
}
