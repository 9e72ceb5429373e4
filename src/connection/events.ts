import { freeze } from '../freeze.ts';

/** Bits that describe a span of a message. */
export const enum Span {
  /** The message is binary, else text. */
  binary = 1,
  /** The message goes on after this span. */
  more = 2,
  /** The message begins with this span. */
  first = 4,
}

/** What a span or a readable count belongs to, as ECMA-419 has it: one of four frozen objects. */
export interface Delivery {
  /** The message is not complete with this. */
  readonly more: boolean;
  readonly binary: boolean;
}

export const TEXT: Delivery = freeze({ more: false, binary: false });
export const BINARY: Delivery = freeze({ more: false, binary: true });
/** All of them, by the bits `binary` and `more` of a {@link Span}. */
export const DELIVERIES: readonly Delivery[] = freeze([
  TEXT,
  BINARY,
  freeze({ more: true, binary: false }),
  freeze({ more: true, binary: true }),
]);

/**
 * Name of a method of the target that takes octets of messages in place of `onData`, with option `takesSpans`: one
 * call less for each message.
 */
export const SPAN: unique symbol = Symbol('span');

/** A target with that method. */
export interface TakesSpans {
  [SPAN](bytes: Uint8Array, start: number, end: number, delivery: Delivery): void;
}

/**
 * What a {@link Connection} reports. One object serves any number of connections: each call begins with the
 * connection's `target`, so that no closure is needed. Any method may call back into the connection, and may
 * throw: the exception leaves the method that the event came from, and the connection is as if it had not.
 */
export interface ConnectionEvents<Target> {
  /** The opening handshake is done. */
  onOpen(target: Target): void;
  /**
   * Octets of a message: `bytes[start, end)`, possibly none, and what they are (`span`: a sum of 1 binary,
   * 2 more to come, 4 first). They are valid until the return; of memory that the owner keeps, until it is offered
   * again or used for something else.
   */
  onData(target: Target, bytes: Uint8Array, start: number, end: number, span: number): void;
  /** A whole control frame: opcode 8 close, 9 ping or 10 pong, already answered where that is due. */
  onControl(target: Target, opcode: number, bytes: Uint8Array, start: number, end: number): void;
  /**
   * The connection is over; once. `code` is the peer's close code, 1005 if its Close had none, 1006 if there
   * was no closing handshake; `error` is the error id of what went wrong, 0 after a clean close.
   */
  onClose(target: Target, code: number, error: number): void;
}
