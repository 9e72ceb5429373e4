import type { OnReadOpts, Socket } from 'node:net';
import { ErrorId } from '../../../src/errors.ts';
import type { Transport, TransportSink } from '../../../src/host.ts';
import { readMemory } from '../utf8.ts';
import { failureOf } from './failure.ts';
import { leave, watch } from './stopped.ts';
import { drain, finish } from './linger.ts';

const OPENING = 0;
const OPEN = 1;
/** We sent FIN; what arrives is discarded until the peer's. */
const ENDING = 2;
/** Nothing is called any more. */
const CLOSED = 3;

/** Octets read at once: what Node asks the kernel for anyway. */
const READ_BUFFER = 65536;

/** Most octets of one write where no window says so: an integer that V8 keeps in the field. */
const ALL = 0x7fffffff;

const nothing = new Uint8Array(0);

/** Where a socket has its transport: all share their listeners, which are called as the socket's. */
const TRANSPORT = Symbol('transport');

interface Carrier extends Socket {
  [TRANSPORT]: NetTransport;
}

/**
 * The transport over a `net.Socket` or `tls.TLSSocket`.
 *
 * Reading has two ways. A plain socket that we connect reads into one buffer of ours ({@link ownMemory}) and is
 * parsed there, without an allocation. Accepted sockets and TLS hand over a new buffer for each read: Node takes
 * `onread` only in the options of a new socket, and TLS goes on filling the buffer with decrypted records after
 * the callback has said stop, which would overwrite what is kept.
 *
 * Either way at most one read is kept for a sink that stopped, besides what Node's stream reads ahead (16 KiB and
 * one read); the rest stays in the kernel and holds the peer back. An orderly end is reported after all that came before it, a
 * failure at once: what a sink that stopped has not taken is lost with it.
 */
export class NetTransport implements Transport {
  readonly #sink: TransportSink;
  readonly #sendWindow: number;
  #socket!: Socket;
  #state = OPENING;
  #ownMemory = false;
  readonly #isClosed: ((sink: TransportSink) => boolean) | undefined;
  /** What came from the socket before it was attached; undefined afterwards, and where it was not anybody's before. */
  #before: Uint8Array | undefined;
  #drains = false;
  /** The socket belongs to somebody else. */
  #isAway = false;

  /** What the sink has not consumed: `#bytes[#start, #end)`; empty while reading goes on. */
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  /** The sink is being called with received octets. */
  #receiving = false;
  #wantsMore = false;
  /** How the stream ended; an orderly end is told when the sink has consumed what was received before. */
  #outcome: { readonly failure: ErrorId; readonly reason?: unknown } | undefined;

  /** Octets of the last write that the socket still uses. */
  #pending = 0;
  /** Calls of `socket.write` whose callback is to come; they come in order, so the last one ends `#pending`. */
  #writes = 0;
  #owesWritable = false;
  #immediate: NodeJS.Immediate | undefined;
  /** The callback of every write. */
  #onWritten: (() => void) | undefined;

  /**
   * Takes at most `sendWindow` octets of one write. `isClosed` says whether the peer knows that the connection is over: then
   * `close` ends the socket and discards for a while what still comes, in place of dropping it. Follow with
   * {@link ownMemory}, if at all, and {@link attach}.
   */
  constructor(sink: TransportSink, sendWindow = ALL, isClosed?: (sink: TransportSink) => boolean) {
    this.#sink = sink;
    this.#sendWindow = sendWindow;
    this.#isClosed = isClosed;
  }

  /** The option that makes a new socket read into memory of this transport. */
  ownMemory(): OnReadOpts {
    this.#ownMemory = true;
    const buffer = readMemory(READ_BUFFER);
    return { buffer, callback: (count) => this.#receive(buffer, 0, count) };
  }

  /**
   * Takes over `socket`, which is open after `event`, or already if there is none. `received` has come from it, which is
   * paused since; the sink is offered that first, even if it is nothing.
   */
  attach(socket: Socket, event?: 'connect' | 'secureConnect', received?: Uint8Array): void {
    this.#socket = socket;
    this.#before = received;
    // Ours is to say when we end: a sink that stopped may still have to answer what it has not read yet.
    socket.allowHalfOpen = true;
    (socket as Carrier)[TRANSPORT] = this;
    socket.on('error', event === undefined ? NetTransport.#onError : NetTransport.#onClientError);
    socket.on('end', NetTransport.#onEnd);
    socket.on('close', NetTransport.#onClose);
    if (event === undefined) this.#immediate = setImmediate(() => this.#opened());
    else socket.once(event, () => this.#opened());
  }

  static #onError(this: Carrier, error: Error): void {
    this[TRANSPORT].#over(failureOf(error), error);
  }

  static #onClientError(this: Carrier, error: Error): void {
    this[TRANSPORT].#over(failureOf(error, this), error);
  }

  static #onEnd(this: Carrier): void {
    const transport = this[TRANSPORT];
    // An accepted socket can end before it was said to be open; in a TLS handshake an error follows.
    if (transport.#state === OPENING) transport.#outcome = { failure: ErrorId.none };
    else transport.#over(ErrorId.none);
  }

  static #onClose(this: Carrier): void {
    const transport = this[TRANSPORT];
    const outcome = transport.#outcome;
    // Somebody else destroyed the socket, unless there was an error, or both sides ended it. An end of the peer's that the sink
    // has not come to is no reason to wait any more.
    const isEnded =
      outcome !== undefined && (outcome.failure !== ErrorId.none || transport.#state === ENDING);
    if (!isEnded) transport.#over(ErrorId.transportFailed);
  }

  static #onData(this: Carrier, data: Buffer): void {
    // Plain views, not Buffers: their methods differ (`slice`), and the sink sees one kind only.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
    const transport = this[TRANSPORT];
    if (!transport.#receive(bytes, 0, bytes.length)) transport.#ask('pause');
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    if (this.#state === CLOSED) return -1;
    // After a failure that is still to be told there is no room either.
    if (this.#state !== OPEN || this.#pending !== 0 || this.#outcome?.failure) return 0;
    const length = end - start;
    const count = length > this.#sendWindow ? this.#sendWindow : length;
    const socket = this.#socket;
    this.#writes += 1;
    if (this.#onWritten === undefined) this.#prepareWrites();
    try {
      socket.write(Buffer.from(bytes.buffer, bytes.byteOffset + start, count), this.#onWritten);
    } catch (error) {
      this.#writes -= 1;
      this.#refused(error);
      return 0;
    }
    // Node tries to write at once. If nothing is left in the stream the kernel has copied it all; otherwise the
    // socket goes on reading our memory until the callback.
    if (socket.writableLength !== 0) {
      this.#pending = count;
      return 0;
    }
    if (count < length) {
      this.#owesWritable = true;
      this.#later();
    }
    return count;
  }

  /** By itself: a method with a closure in it makes a context at every call, whether it makes the closure or not. */
  #prepareWrites(): void {
    this.#onWritten = () => this.#written();
  }

  resume(): void {
    if (this.#receiving) this.#wantsMore = true;
    else if (this.#start < this.#end) this.#later();
  }

  /** Nothing will be written for a while. */
  rest(): void {
    if (this.#writes === 0) this.#onWritten = undefined;
  }

  /** Octets of an unfinished write are sent before the FIN, and `transportWritable` still reports them. */
  end(): void {
    if (this.#state === ENDING || this.#state === CLOSED) return;
    this.#state = ENDING;
    this.#forget();
    this.#ask('end');
    this.#ask('resume');
    if (this.#outcome !== undefined) this.#later();
  }

  close(): void {
    if (this.#drains || this.#isAway) return;
    this.#drains = this.#state === OPEN && this.#pending === 0 && this.#isClosed?.(this.#sink) === true;
    const socket = this.#leave();
    if (this.#drains) drain(socket);
    else socket.destroy();
  }

  /** The socket, for what is not carrying octets: addresses, Nagle's algorithm, keep-alive. */
  get socket(): Socket {
    return this.#socket;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  /** Gives the socket away, open as it is; nothing is called and nothing is read here any more. */
  release(): Socket {
    this.#isAway = true;
    return this.#leave();
  }

  #leave(): Socket {
    this.#state = CLOSED;
    this.#forget();
    clearImmediate(this.#immediate);
    return this.#socket;
  }

  #opened(): void {
    this.#immediate = undefined;
    if (this.#socket.destroyed) return this.#over(ErrorId.transportFailed);
    if (this.#state !== OPENING) return;
    this.#state = OPEN;
    // Node keeps what it was asked for once, and knows it no more when the socket is closed.
    void this.#socket.remoteAddress;
    this.#sink.transportOpened();
    if (this.#outcome !== undefined) return this.#finish(this.#outcome);
    if ((this.#state as number) === CLOSED || this.#ownMemory) return;
    this.#socket.on('data', NetTransport.#onData);
    const before = this.#before;
    if (before === undefined) return;
    this.#before = undefined;
    if (this.#receive(before, 0, before.length)) this.#ask('resume');
  }

  /** Does something to the socket: what Node throws ends the connection. */
  set(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#refused(error);
    }
  }

  #ask(what: 'pause' | 'resume' | 'end'): void {
    try {
      this.#socket[what]();
    } catch (error) {
      this.#refused(error);
    }
  }

  /**
   * Node refuses what the socket was to do, which is of no use then. As every failure that is told in a turn of its own, whoever
   * asked is in the middle of something.
   */
  #refused(error: unknown): void {
    const failure = failureOf(error as Error);
    this.#outcome = { failure, reason: error };
    setImmediate(() => this.#over(failure, error));
  }

  /** Offers octets to the sink. Returns false, and keeps the others, if it did not consume them all. */
  #receive(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#state !== OPEN) return true;
    this.#receiving = true;
    this.#wantsMore = false;
    let consumed = end - start;
    try {
      consumed = this.#sink.transportReceived(bytes, start, end);
    } finally {
      this.#receiving = false;
    }
    // The sink may have ended or closed this transport meanwhile.
    if (consumed >= end - start || (this.#state as number) !== OPEN) {
      this.#forget();
      return true;
    }
    this.#bytes = bytes;
    this.#start = start + consumed;
    this.#end = end;
    if (this.#wantsMore) this.#later();
    else this.#watchPeer();
    return false;
  }

  /** Nobody reads, so that nothing else says that the peer has gone. */
  #watchPeer(): void {
    watch(this.#socket, () => this.#over(ErrorId.transportReset));
  }

  #forget(): void {
    if (this.#bytes === nothing) return;
    leave(this.#socket);
    this.#bytes = nothing;
    this.#start = this.#end = 0;
  }

  /** Calls the sink in the next turn of the event loop: never from inside a method, and other work gets its turn. */
  #later(): void {
    this.#immediate ??= setImmediate(NetTransport.#onTurn, this);
  }

  static #onTurn(transport: NetTransport): void {
    transport.#turn();
  }

  #turn(): void {
    this.#immediate = undefined;
    if (this.#owesWritable) {
      this.#owesWritable = false;
      if (this.#state === OPEN) this.#sink.transportWritable(0);
    }
    if (this.#outcome !== undefined && this.#state === ENDING) return this.#finish(this.#outcome);
    if (this.#start === this.#end || this.#state !== OPEN) return;
    if (!this.#receive(this.#bytes, this.#start, this.#end)) return;
    if (this.#outcome !== undefined) this.#finish(this.#outcome);
    else this.#ask('resume');
  }

  #written(): void {
    this.#writes -= 1;
    const sent = this.#pending;
    if (sent === 0 || this.#writes !== 0) return;
    this.#pending = 0;
    if (this.#state === OPEN || this.#state === ENDING) this.#sink.transportWritable(sent);
  }

  #over(failure: ErrorId, reason?: unknown): void {
    if (this.#state === CLOSED) return;
    // A failure after the peer's end, such as a write that it answers with RST, says more than the end.
    if (this.#outcome === undefined || failure !== ErrorId.none) this.#outcome = { failure, reason };
    // A failure is told at once: whoever stopped reading may wait for something else that never comes now.
    if (failure !== ErrorId.none || this.#start === this.#end || this.#state !== OPEN)
      this.#finish(this.#outcome);
  }

  #finish({ failure, reason }: { failure: ErrorId; reason?: unknown }): void {
    if (this.#state === CLOSED) return;
    const socket = this.#leave();
    // A clean end still sends our FIN (for TLS its close_notify), unless memory of the sink would stay in use.
    if (failure === ErrorId.none && this.#pending === 0) finish(socket);
    else socket.destroy();
    this.#sink.transportClosed(failure, reason);
  }
}
