import type { RingletError } from '../../../src/errors.ts';
import type { TransportSink } from '../../../src/host.ts';
import { ioErrorOf } from '../errors.ts';
import { linger } from '../transport/linger.ts';
import type { NetTransport } from '../transport/net-transport.ts';
import { OctetQueue } from './octet-queue.ts';

/** The callbacks of the instance that owns a stream, all called with it as `this`. */
export interface StreamOwner {
  readonly instance: object;
  readonly onReadable: ((bytes: number) => void) | undefined;
  readonly onWritable: ((bytes: number) => void) | undefined;
  readonly onError: ((error?: RingletError) => void) | undefined;
}

const READABLE = 1;
const WRITABLE = 2;
const FAILED = 4;
const OUTPUT = 8;

/**
 * What is behind an ECMA-419 socket: a transport, and a window of octets in each direction, as lwIP keeps them on
 * a device. The owner can change, which is how `from` takes over a socket.
 *
 * Everything is reported to the owner from a task of its own, after the methods and events that caused it, and
 * coalesced: the way a device posts to its virtual machine. What was written in one turn leaves in one piece.
 * An orderly end is reported after the last octet that came before it was read, a failure after the call that reports octets.
 */
export class SocketStream implements TransportSink {
  readonly #transport: NetTransport;
  readonly #received: OctetQueue;
  readonly #toSend: OctetQueue;
  #owner: StreamOwner | undefined;
  #due = 0;
  #immediate: NodeJS.Immediate | undefined;
  /** The socket accepts `write`: it is connected and has not failed. */
  #ready: boolean;
  #open = false;
  #failed = false;
  #error: RingletError | undefined;
  /** The transport is full, and calls when it is not. */
  #blocked = false;
  /** Octets at the head of `#toSend` that the transport is still reading. */
  #inFlight = 0;

  /** Windows in octets, at least 1. An `accepted` stream is connected already. */
  constructor(
    connect: (sink: TransportSink) => NetTransport,
    sendWindow: number,
    receiveWindow: number,
    accepted = false,
  ) {
    this.#received = new OctetQueue(receiveWindow);
    this.#toSend = new OctetQueue(sendWindow);
    this.#ready = accepted;
    this.#transport = connect(this);
  }

  get transport(): NetTransport {
    return this.#transport;
  }

  /** Octets that can be read. */
  get readable(): number {
    return this.#received.length;
  }

  /** Octets that can be written; 0 before the connection and after its end. */
  get writable(): number {
    return this.#ready ? this.#toSend.free : 0;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Calls `owner` from now on, about all that is the case already too. */
  adopt(owner: StreamOwner): void {
    this.#owner = owner;
    let due = this.#due;
    if (this.#ready) due |= WRITABLE;
    if (this.#received.length > 0) due |= READABLE;
    if (this.#failed) due |= FAILED;
    if (due !== 0) this.#trigger(due);
  }

  /** Removes octets into the whole of `target`; as many must be readable. */
  read(target: Uint8Array): void {
    this.#received.shift(target);
    this.#wasRead();
  }

  readOctet(): number {
    const octet = this.#received.shiftOctet();
    this.#wasRead();
    return octet;
  }

  /** Copies `bytes`, which must fit, to be sent after this turn. */
  write(bytes: Uint8Array): void {
    this.#toSend.push(bytes, 0, bytes.length);
    this.#trigger(OUTPUT);
  }

  /** Calls nobody any more. What was written is still sent if the peer takes it within a few seconds, then FIN. */
  close(): void {
    this.#owner = undefined;
    this.#due = 0;
    clearImmediate(this.#immediate);
    if (!this.#open || this.#failed) return this.#transport.close();
    this.#toSend.drop(this.#inFlight);
    const rest = new Uint8Array(this.#toSend.length);
    this.#toSend.shift(rest);
    linger(this.#transport.release(), rest);
  }

  transportOpened(): void {
    this.#open = true;
    this.#ready = true;
    this.#trigger(WRITABLE | OUTPUT);
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    const count = Math.min(end - start, this.#received.free);
    if (count > 0) {
      this.#received.push(bytes, start, start + count);
      this.#trigger(READABLE);
    }
    return count;
  }

  get receivable(): number {
    return this.#received.free;
  }

  transportWritable(sent: number): void {
    this.#toSend.drop(sent);
    this.#inFlight = 0;
    this.#blocked = false;
    this.#trigger(WRITABLE | OUTPUT);
  }

  transportClosed(failure: number, reason?: unknown): void {
    this.#failed = true;
    this.#ready = false;
    if (failure !== 0) this.#error = ioErrorOf(failure, reason);
    this.#trigger(FAILED);
  }

  #wasRead(): void {
    this.#transport.resume();
    if (this.#failed && this.#error === undefined && this.#received.length === 0) this.#trigger(FAILED);
  }

  #trigger(due: number): void {
    this.#due |= due;
    this.#immediate ??= setImmediate(this.#deliver);
  }

  readonly #deliver = (): void => {
    this.#immediate = undefined;
    if (this.#take(OUTPUT)) this.#flush();
    const owner = this.#owner;
    if (owner === undefined) return;
    try {
      if (this.#take(READABLE) && this.#received.length > 0) {
        owner.onReadable?.call(owner.instance, this.#received.length);
      }
      // The callback may have closed the socket or given it away.
      if (this.#owner === owner && this.#take(WRITABLE) && this.#ready && this.#toSend.free > 0) {
        owner.onWritable?.call(owner.instance, this.#toSend.free);
      }
      const isDue = this.#received.length === 0 || this.#error !== undefined;
      if (this.#owner === owner && this.#take(FAILED) && isDue) {
        owner.onError?.call(owner.instance, this.#error);
      }
    } finally {
      // A callback that threw does not cost the others theirs.
      if (this.#due !== 0 && this.#owner !== undefined) this.#trigger(0);
    }
  };

  #take(due: number): boolean {
    const taken = (this.#due & due) !== 0;
    this.#due &= ~due;
    return taken;
  }

  #flush(): void {
    const queue = this.#toSend;
    while (!this.#blocked && this.#open && this.#ready && queue.length > 0) {
      const { head, contiguousEnd } = queue;
      const count = contiguousEnd - head;
      const taken = this.#transport.write(queue.memory, head, contiguousEnd);
      // It has failed, and calls no more about this.
      if (taken < 0) return;
      if (taken < count) this.#blocked = true;
      if (taken === 0) this.#inFlight = count;
      else this.#due |= WRITABLE;
      queue.drop(taken);
    }
  }
}
