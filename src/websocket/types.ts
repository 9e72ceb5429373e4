import type { ConnectionError } from '../errors.ts';

/**
 * What the handlers of events are given, as structures: so that the library's events fit where those of the web are
 * expected, and the other way round.
 */
export interface EventLike {
  readonly type: string;
  readonly defaultPrevented: boolean;
  preventDefault(): void;
  stopPropagation(): void;
  stopImmediatePropagation(): void;
}

export interface MessageEventLike extends EventLike {
  /** A string for text; for binary data an ArrayBuffer or a Blob, as `binaryType` says. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
  readonly origin: string;
  readonly lastEventId: string;
}

export interface ErrorEventLike extends EventLike {
  /** What happened: a `ConnectionError`, or an Error with an `id`. */
  readonly error?: Error & Partial<ConnectionError>;
  readonly message?: string;
}

export interface CloseEventLike extends EventLike {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** The events of a WebSocket. */
export interface WebSocketEventMap {
  open: EventLike;
  message: MessageEventLike;
  error: ErrorEventLike;
  close: CloseEventLike;
}

export type EventOf<K extends keyof WebSocketEventMap> = WebSocketEventMap[K];

/**
 * A function that is called with such an event; as a method's its parameter is compared in both directions, so that one
 * that is written for the events of lib.dom can be set.
 */
export type Listener<E> = { call(event: E): unknown }['call'];

export type Handler<K extends keyof WebSocketEventMap> = Listener<EventOf<K>> | null;
