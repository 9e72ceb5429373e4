import { ErrorId, RingletError } from '../errors.ts';
import type { Delivery } from '../connection/events.ts';
import { Opcode } from '../frame/opcode.ts';
import type { TimerId } from '../host.ts';
import {
  checkCallback,
  clientOptions,
  type ClientProvider,
  demand,
  type SocketHost,
  type SocketOptions,
  windowOf,
} from './socket-options.ts';
import { SocketMemory } from './socket-memory.ts';

/** A Byte Buffer of ECMA-419. */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | DataView;

/** As much of ECMA-419's WebSocket client as is used here. */
interface Client {
  readonly target: Socket;
  readonly closeCode?: number;
  read(buffer: Uint8Array): unknown;
  write(data: Uint8Array, options?: { readonly opcode?: number }): number;
  close(): void;
}

const enum Flag {
  /** The format is "number". */
  number = 1,
  /** Methods throw, and nothing is told. */
  closed = 2,
  /** The connection has been open. */
  open = 4,
  /** It is over, in order or not. */
  ended = 8,
  /** That has been told. */
  told = 16,
  /** A turn of the timer is asked for. */
  soon = 32,
  /** Our Close is sent: nothing is, any more. */
  closing = 64,
  /** Octets are being taken from the client. */
  reading = 128,
}

const enum Wait {
  /** Delay and interval of a timer are always the same, see `client/pump.ts`. */
  soon = 1,
  /** How long octets are held back whose writer said that more follow, milliseconds. */
  more = 20,
  never = 0x3fffffff,
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const BUFFER = 'buffer';
const NUMBER = 'number';
const OBJECT: string = 'object';
const SHARED = '[object SharedArrayBuffer]';
const CLOSE = Object.freeze({ opcode: Opcode.close as number });

const typeIsNumber = (value: unknown): value is number => typeof value === NUMBER;

/** The octets of a Byte Buffer; only a Uint8Array costs no view. */
function octetsOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer || Object.prototype.toString.call(data) === SHARED)
    // eslint-disable-next-line no-restricted-syntax -- what is no Uint8Array costs a view, as `write` says
    return new Uint8Array(data as ArrayBufferLike);
  if (data instanceof DataView || data instanceof Int8Array)
    // eslint-disable-next-line no-restricted-syntax -- likewise
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new RingletError(ErrorId.argumentInvalid, 'invalid data');
}

/** The callbacks of every client; they are called as its methods, and its `target` is the socket. */
const CALLBACKS = Object.freeze({
  format: BUFFER as 'buffer',
  onReadable(this: Client, count: number, delivery: Delivery): void {
    this.target._onMessage(count, delivery.binary);
  },
  onWritable(this: Client, count: number): void {
    this.target._onRoom(count);
  },
  onClose(this: Client): void {
    this.target._onEnd(undefined);
  },
  onError(this: Client, error: Error): void {
    this.target._onEnd(error);
  },
});

/**
 * A socket in the shape of ECMA-419's TCP (§14.3) over a WebSocket: octets go and come in binary messages, whose boundaries
 * mean nothing. What takes a socket class, such as a client of MQTT, works through ws and wss with it. It stands on the public
 * shape of the WebSocket client. What is read and written by a Uint8Array or octet by octet allocates nothing on XS.
 *
 * This class has no runtime of its own: each host exports a subclass that lends it one.
 */
export class Socket {
  readonly #client: Client;
  readonly #runtime: SocketHost;
  readonly #memory: SocketMemory;
  readonly #timer: TimerId;
  readonly #onReadable: SocketOptions<Socket>['onReadable'];
  readonly #onWritable: SocketOptions<Socket>['onWritable'];
  readonly #onError: SocketOptions<Socket>['onError'];
  readonly #address: string | undefined;
  readonly #port: number;
  #flags = 0;
  /** Octets that the client takes in one message now, and when nothing waits in it. */
  #room = 0;
  #capacity = 0;
  /** Octets of the message that the client keeps until they are read. */
  #waiting = 0;
  #failure: Error | undefined;
  /** Whatever the application puts here; ECMA-419 §5.3. */
  declare target: unknown;

  /** Checks the options, then begins to connect. Throws a RingletError, or what the client's class throws. */
  constructor(options: SocketOptions<Socket>, runtime: SocketHost) {
    demand(typeof options === OBJECT && options !== null, 'options');
    const { target, format, onReadable, onWritable, onError } = options;
    const { receiveWindow = runtime.window, sendWindow = runtime.window } = options;
    const provider: ClientProvider | undefined = options.ws ?? runtime.providerOf(options.secure === true);
    checkCallback(onReadable, 'onReadable');
    checkCallback(onWritable, 'onWritable');
    checkCallback(onError, 'onError');
    demand(typeof provider?.io === 'function', 'ws');
    if (format !== undefined) this.format = format;
    if (target !== undefined) this.target = target;
    this.#onReadable = onReadable ?? undefined;
    this.#onWritable = onWritable ?? undefined;
    this.#onError = onError ?? undefined;
    this.#runtime = runtime;
    const settings = clientOptions(options as Readonly<Record<string, unknown>>, provider!, runtime);
    this.#address = options.address;
    this.#port = settings.port as number;
    this.#memory = new SocketMemory(
      windowOf(receiveWindow, 'receiveWindow'),
      windowOf(sendWindow, 'sendWindow'),
      runtime.resizable,
    );
    Object.assign(settings, { target: this }, CALLBACKS);
    this.#client = new provider!.io(settings as never) as Client;
    const timer = (this.#timer = runtime.Timer.set(Socket._onTimer, Wait.never, Wait.never));
    timer.target = this;
  }

  // --- For whoever uses it -------------------------------------------------------------------------------

  /**
   * Reads octets in the order in which they came: in number format one; else all that there are, or at most `n`, in a new
   * ArrayBuffer, or as many as fit into `buffer`, returning their count. Undefined when there are none.
   */
  read(): ArrayBuffer | number | undefined;
  read(n: number): ArrayBuffer | undefined;
  read(buffer: ByteBuffer): number | undefined;
  read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
    this.#live();
    const { input, bytes } = this.#memory;
    const available = input.length;
    if (wanted !== undefined && !typeIsNumber(wanted)) return this.#readInto(octetsOf(wanted));
    if (available === 0) return undefined;
    const { start } = input;
    if ((this.#flags & Flag.number) !== 0) {
      const octet = bytes[start];
      this.#wasRead(1);
      return octet;
    }
    let count = available;
    if (wanted !== undefined) {
      if (!(wanted >= 0 && wanted % 1 === 0))
        throw new RingletError(ErrorId.argumentInvalid, 'invalid count');
      if (wanted < available) count = wanted;
    }
    // eslint-disable-next-line no-restricted-syntax -- read() and read(n) return a buffer of the user's
    const result = (bytes.buffer as ArrayBuffer).slice(start, start + count);
    this.#wasRead(count);
    return result;
  }

  #readInto(octets: Uint8Array): number | undefined {
    const memory = this.#memory;
    const { input } = memory;
    const available = input.length;
    if (available === 0) return undefined;
    const count = octets.length < available ? octets.length : available;
    const { start } = input;
    const { longest } = memory;
    for (let at = 0; at < count; at += longest) {
      const end = count - at < longest ? count : at + longest;
      octets.set(memory.viewOf(start + at, start + end), at);
      memory.release();
    }
    this.#wasRead(count);
    return count;
  }

  /**
   * Takes all of `data`, in number format one octet, and returns how many can be written now; what is no Uint8Array costs a
   * view. Throws a RingletError and takes
   * nothing if they do not fit, before the connection and after its end. With `more` they wait a little for what follows.
   */
  write(data: ByteBuffer | number, options?: { readonly more?: boolean | undefined }): number {
    this.#live();
    const memory = this.#memory;
    const { output } = memory;
    const isHeld = Boolean(options?.more);
    const isOctet = (this.#flags & Flag.number) !== 0;
    // Either is refused where the other is meant.
    const octets = isOctet ? undefined : octetsOf(data);
    if (isOctet && !(typeIsNumber(data) && data >= -128 && data <= 255 && data % 1 === 0))
      throw new RingletError(ErrorId.argumentInvalid, 'invalid data');
    if ((this.#flags & (Flag.open | Flag.ended | Flag.closing)) !== Flag.open)
      throw new RingletError(ErrorId.notOpen, 'not open');
    const length = octets === undefined ? 1 : octets.length;
    if (length > output.free) throw new RingletError(ErrorId.writeTooLong, 'would block');
    if (octets !== undefined && !isHeld && length > 0 && length <= this.#room && output.length === 0)
      this.#send(octets);
    else if (length > 0) {
      output.reserve(length);
      if (octets === undefined) memory.bytes[output.end] = data as number;
      else memory.bytes.set(octets, output.end);
      output.end += length;
      if (isHeld && output.free > 0) this.#hold();
      else this.#flush();
    } else if (!isHeld) this.#flush();
    return output.free;
  }

  /**
   * Releases the socket: no callback follows. May be repeated. What was written before is still sent, and then the connection
   * closed in order.
   */
  close(): void {
    const flags = this.#flags;
    if ((flags & Flag.closed) !== 0) return;
    this.#flags = flags | Flag.closed;
    if ((flags & (Flag.open | Flag.ended)) === Flag.open) {
      this.#flush();
      this.#closeBehind();
      return;
    }
    this.#client.close();
    if ((flags & Flag.told) === 0) this.#runtime.Timer.clear(this.#timer);
  }

  /** What `read` without an argument gives and `write` takes: "buffer" or "number". */
  get format(): 'buffer' | 'number' {
    return (this.#flags & Flag.number) === 0 ? BUFFER : NUMBER;
  }

  set format(format: 'buffer' | 'number') {
    if (format !== BUFFER && format !== NUMBER)
      throw new RingletError(ErrorId.formatUnsupported, 'invalid format');
    if (format === NUMBER) this.#flags |= Flag.number;
    else this.#flags &= ~Flag.number;
  }

  /** The address that was given; undefined where the name was resolved. */
  get remoteAddress(): string | undefined {
    return this.#address;
  }

  get remotePort(): number {
    return this.#port;
  }

  #live(): void {
    if ((this.#flags & Flag.closed) !== 0) throw new RingletError(ErrorId.closed, 'closed');
  }

  // --- For the client ------------------------------------------------------------------------------------

  /** `count` octets of a message can be read. */
  _onMessage(count: number, isBinary: boolean): void {
    // Unread they hold back what follows; after our Close that is discarded.
    if ((this.#flags & (Flag.closed | Flag.closing)) !== 0) return;
    if (!isBinary) {
      // eslint-disable-next-line no-restricted-syntax -- once, at the end
      this.#failure = new RingletError(ErrorId.textUnexpected, 'a text message came');
      this.#sendClose(1003);
      return;
    }
    this.#waiting = count;
    // Other clients than ours may call from inside `read`.
    if ((this.#flags & Flag.reading) !== 0) return;
    while (this.#pull()) this.#announce();
  }

  /** The client takes `count` octets. */
  _onRoom(count: number): void {
    this.#room = count;
    if (count > this.#capacity) this.#capacity = count;
    this.#flags |= Flag.open;
    this.#flush();
    if ((this.#flags & Flag.closed) !== 0) {
      this.#closeBehind();
      return;
    }
    const { free } = this.#memory.output;
    if (free > 0 && (this.#flags & Flag.closing) === 0) this.#onWritable?.(free);
  }

  /** The connection is over. */
  _onEnd(failure: Error | undefined): void {
    this.#flags |= Flag.ended;
    this.#room = this.#waiting = 0;
    this.#failure ??= failure;
    if ((this.#flags & Flag.closed) === 0) this.#tellEnd();
    else this.#runtime.Timer.clear(this.#timer);
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Takes from the client what fits; returns whether that is something. */
  #pull(): boolean {
    const memory = this.#memory;
    const { input, longest } = memory;
    const before = input.length;
    if ((this.#flags & Flag.closed) !== 0) return false;
    this.#flags |= Flag.reading;
    while (this.#waiting > 0 && input.free > 0) {
      let count = this.#waiting;
      if (count > input.free) count = input.free;
      if (count > longest) count = longest;
      input.reserve(count);
      const at = input.end;
      this.#waiting -= count;
      input.end += count;
      const view = memory.viewFor(at, at + count);
      try {
        this.#client.read(view);
      } finally {
        memory.release();
      }
      memory.settle(at, count);
    }
    this.#flags &= ~Flag.reading;
    return input.length > before;
  }

  #announce(): void {
    this.#onReadable?.(this.#memory.input.length);
  }

  /** `count` octets have been read: what waits for room, or for that, goes on in a turn of its own. */
  #wasRead(count: number): void {
    const { input } = this.#memory;
    input.drop(count);
    if (this.#waiting > 0 || (input.length === 0 && (this.#flags & Flag.ended) !== 0)) this.#soon();
  }

  /** An end in order is told behind the last octet that came before it, a failure at once. */
  #tellEnd(): void {
    if (this.#failure === undefined && this.#memory.input.length > 0) return;
    if ((this.#flags & (Flag.told | Flag.closed)) !== 0) return;
    this.#flags |= Flag.told;
    this.#runtime.Timer.clear(this.#timer);
    this.#onError?.(this.#failure);
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  #send(octets: Uint8Array): void {
    try {
      this.#room = this.#client.write(octets);
    } catch {
      // The end is on its way.
      this.#room = 0;
    }
  }

  /** Sends what waits, as far as the client takes it; in pieces that are worth a message. */
  #flush(): void {
    const memory = this.#memory;
    const { output, longest } = memory;
    while (output.length > 0) {
      let count = output.length;
      if (count > this.#room) {
        count = this.#room;
        if (count === 0 || count < this.#capacity >> 1) return;
      }
      if (count > longest) count = longest;
      const view = memory.viewOf(output.start, output.start + count);
      output.drop(count);
      this.#send(view);
      memory.release();
    }
  }

  #sendClose(code: number): void {
    this.#flags |= Flag.closing;
    try {
      this.#client.write(Uint8Array.of(code >> 8, code & 0xff), CLOSE);
    } catch {
      // The peer was faster: the end is on its way.
    }
  }

  /** After `close`, when all has been given to the client. */
  #closeBehind(): void {
    if (this.#memory.output.length === 0 && (this.#flags & Flag.closing) === 0) this.#sendClose(1000);
  }

  // --- Turns ---------------------------------------------------------------------------------------------

  #soon(): void {
    if ((this.#flags & (Flag.soon | Flag.told)) !== 0) return;
    this.#flags |= Flag.soon;
    this.#runtime.Timer.schedule(this.#timer, Wait.soon, Wait.soon);
  }

  /** Waits a moment for what follows. */
  #hold(): void {
    if ((this.#flags & Flag.soon) === 0) this.#runtime.Timer.schedule(this.#timer, Wait.more, Wait.more);
  }

  /** The callback of every socket's timer. */
  private static _onTimer(timer: TimerId): void {
    const socket = timer.target as Socket;
    socket.#flags &= ~Flag.soon;
    socket.#runtime.Timer.schedule(timer, Wait.never, Wait.never);
    if ((socket.#flags & Flag.closed) !== 0) return;
    socket.#flush();
    while (socket.#pull()) socket.#announce();
    if ((socket.#flags & Flag.ended) !== 0) socket.#tellEnd();
  }
}
