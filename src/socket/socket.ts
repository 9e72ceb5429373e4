import { ErrorId, RingletError } from '../errors.ts';
import type { TimerId } from '../host.ts';
import { type ByteBuffer, octetsOf } from './byte-buffer.ts';
import { BUFFER, CALLBACKS, type Client, CLOSE, type ClientSink } from './client.ts';
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
import { Flag, Wait } from './state.ts';

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const NUMBER = 'number';
const OBJECT: string = 'object';

const typeIsNumber = (value: unknown): value is number => typeof value === NUMBER;

/**
 * A socket in the shape of ECMA-419's TCP (§14.3) over a WebSocket: octets go and come in binary messages, whose boundaries
 * mean nothing. What takes a socket class, such as a client of MQTT, works through ws and wss with it. It stands on the public
 * shape of the WebSocket client. What is read and written by a Uint8Array or octet by octet allocates nothing on XS.
 *
 * This class has no runtime of its own: each host exports a subclass that lends it one.
 */
export class Socket implements ClientSink {
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
    if (input.length === 0) return undefined;
    const count = input.copyTo(octets, memory);
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
    if (octets !== undefined && !isHeld && length > 0 && length <= output.room && output.length === 0)
      output.send(this.#client, octets);
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
    if ((flags & Flag.reported) === 0) this.#runtime.Timer.clear(this.#timer);
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
    this.#memory.input.waiting = count;
    // Other clients than ours may call from inside `read`.
    if ((this.#flags & Flag.reading) !== 0) return;
    while (this.#pull()) this.#announce();
  }

  /** The client takes `count` octets. */
  _onRoom(count: number): void {
    const { output } = this.#memory;
    output.makeRoom(count);
    this.#flags |= Flag.open;
    this.#flush();
    if ((this.#flags & Flag.closed) !== 0) {
      this.#closeBehind();
      return;
    }
    const { free } = output;
    if (free > 0 && (this.#flags & Flag.closing) === 0) this.#onWritable?.(free);
  }

  /** The connection is over. */
  _onEnd(failure: Error | undefined): void {
    this.#flags |= Flag.ended;
    this.#memory.output.room = this.#memory.input.waiting = 0;
    this.#failure ??= failure;
    if ((this.#flags & Flag.closed) === 0) this.#reportEnd();
    else this.#runtime.Timer.clear(this.#timer);
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Takes from the client what fits; returns whether that is something. */
  #pull(): boolean {
    const memory = this.#memory;
    const { input } = memory;
    const before = input.length;
    if ((this.#flags & Flag.closed) !== 0) return false;
    this.#flags |= Flag.reading;
    input.pull(this.#client, memory);
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
    if (input.waiting > 0 || (input.length === 0 && (this.#flags & Flag.ended) !== 0)) this.#soon();
  }

  /** An end in order is reported behind the last octet that came before it, a failure at once. */
  #reportEnd(): void {
    if (this.#failure === undefined && this.#memory.input.length > 0) return;
    if ((this.#flags & (Flag.reported | Flag.closed)) !== 0) return;
    this.#flags |= Flag.reported;
    this.#runtime.Timer.clear(this.#timer);
    this.#onError?.(this.#failure);
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  #flush(): void {
    this.#memory.output.flush(this.#client, this.#memory);
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
    if ((this.#flags & (Flag.soon | Flag.reported)) !== 0) return;
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
    // Of one that is closed none of these finds anything to do.
    socket.#flush();
    while (socket.#pull()) socket.#announce();
    if ((socket.#flags & Flag.ended) !== 0) socket.#reportEnd();
  }
}
