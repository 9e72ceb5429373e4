import type { EndpointEvents } from '../../../src/client/endpoint.ts';
import { Span } from '../../../src/connection/events.ts';
import { ErrorId } from '../../../src/errors.ts';
import { Assembly } from '../../../src/messages/assembly.ts';
import type { Message } from '../../../src/messages/message-peer.ts';
import { copyOf, type FrameSender, SendQueue } from '../../../src/messages/send-queue.ts';
import type { NodeEvents } from '../events.ts';
import { nodeHost } from '../host.ts';
import { nodeText } from '../text.ts';
import type { MessageReader } from './message-reader.ts';

/** What messaging asks of its endpoint. */
export interface Messenger extends FrameSender {
  /** Closes the connection, behind nothing. */
  closeNow(code: number, reason: Uint8Array): void;
  /** Octets that no transport has taken. */
  readonly inTransit: number;
}

/** Somebody who waits until all that was sent has left, or the connection is over. */
type Waiter = () => void;

/**
 * Whole messages over an endpoint: its events from when something of this is used first, so that who does not use it does
 * not pay for it. What was received is put together, what is to be sent waits here for room.
 */
export class Messaging<Target> implements EndpointEvents<Target> {
  readonly #endpoint: Messenger;
  /** The application's events, and its event for whole messages, if it has that: called on them. */
  readonly #events: EndpointEvents<Target>;
  onMessage: NodeEvents<Target>['onMessage'];
  /** The bound of what waits, octets. */
  readonly #most: number;
  readonly queue: SendQueue;
  /** Takes the messages in the place of the application's events. */
  reader: MessageReader | undefined;
  /** Called before the application hears that the connection is open. */
  opened: (() => void) | undefined;
  #assembly: Assembly | undefined;
  /** A close that waits behind messages. */
  #closing: { readonly code: number; readonly reason: Uint8Array } | undefined;
  #waiters: Waiter[] = [];
  #isOver = false;

  constructor(endpoint: Messenger, events: EndpointEvents<Target>, most: number) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#most = most;
    this.queue = new SendQueue(endpoint);
  }

  /** Sends a message behind all that waits: `bytes`, which are not changed any more. Returns 0 or an error id. */
  push(bytes: Uint8Array, span: number): number {
    const { queue } = this;
    if (this.isClosing) return ErrorId.notOpen;
    // A message of any length is taken where nothing waits.
    if (!queue.isEmpty && queue.length + bytes.length > this.#most) return ErrorId.writeTooLong;
    const isFirst = queue.isEmpty;
    queue.push(bytes, span);
    return isFirst ? queue.pump() : ErrorId.none;
  }

  /** Messages wait, and nothing may overtake them. */
  get isWaiting(): boolean {
    return !this.queue.isEmpty;
  }

  /** A close waits behind them: nothing more is accepted. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Closes the connection behind what waits. */
  closeBehind(code: number, reason: Uint8Array): void {
    this.#closing = { code, reason };
  }

  /** Sends what fits of what waits, and the close behind it. */
  pump(): void {
    if (this.queue.pump() !== ErrorId.none || this.isWaiting || this.#closing === undefined) return;
    const { code, reason } = this.#closing;
    this.#endpoint.closeNow(code, reason);
  }

  /** Calls `waiter` when nothing waits any more, or all is over; returns false if there is nothing to wait for. */
  whenDrained(waiter: Waiter): boolean {
    if (this.#isOver || (this.queue.isEmpty && this.#endpoint.inTransit === 0)) return false;
    this.#waiters.push(waiter);
    return true;
  }

  /** The connection is over. */
  over(): void {
    this.#isOver = true;
    this.queue.clear();
    this.#assembly = undefined;
    this.#drained();
  }

  // --- The events of the endpoint ------------------------------------------------------------------------

  onOpen(target: Target): void {
    this.opened?.();
    this.#events.onOpen(target);
  }

  onData(target: Target, bytes: Uint8Array, start: number, end: number, span: number): void {
    const { reader } = this;
    if (reader === undefined) {
      if (this.onMessage === undefined) return this.#events.onData(target, bytes, start, end, span);
      try {
        this.#events.onData(target, bytes, start, end, span);
      } catch (error) {
        // The span belongs to its message all the same, which would lack it else.
        nodeHost.report(error);
      }
    }
    const isBinary = (span & Span.binary) !== 0;
    if ((span & (Span.first | Span.more)) === Span.first && this.#assembly === undefined) {
      this.#deliver(
        target,
        isBinary ? copyOf(bytes, start, end) : nodeText.decode(bytes, start, end),
        isBinary,
      );
      return;
    }
    // Somebody began to read in the middle of a message: its beginning is gone.
    if (this.#assembly === undefined && (span & Span.first) === 0) return;
    const assembly = (this.#assembly ??= new Assembly());
    assembly.append(bytes, start, end);
    if ((span & Span.more) !== 0) return;
    this.#assembly = undefined;
    const data = isBinary
      ? new Uint8Array(assembly.take())
      : nodeText.decode(assembly.octets, 0, assembly.length);
    this.#deliver(target, data, isBinary);
  }

  onControl(target: Target, opcode: number, bytes: Uint8Array, start: number, end: number): void {
    this.#events.onControl(target, opcode, bytes, start, end);
  }

  onWritable(target: Target, count: number): void {
    if (this.#endpoint.inTransit === 0) this.#drained();
    this.#events.onWritable(target, count);
  }

  onClose(target: Target, code: number, error: number): void {
    this.#events.onClose(target, code, error);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  #deliver(target: Target, data: Message, isBinary: boolean): void {
    if (this.reader !== undefined) this.reader.take(data);
    else this.onMessage!.call(this.#events, target, data, isBinary);
  }

  #drained(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }
}
