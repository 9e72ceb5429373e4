import type { RingletError } from '../../../src/errors.ts';
import { octetsOf, type ByteBuffer } from './byte-buffer.ts';
import { callbackOf, formatOf, integerOf, type Options, type SocketFormat } from './options.ts';
import type { SocketStream, StreamOwner } from './socket-stream.ts';

/** lwIP's window on an ESP32, octets. */
const WINDOW = 8192;

/** Larger windows than this are a mistake. */
const MOST = 0x40000000;

/** Options that TCP and TLS have in common. */
export interface SocketOptions<This = unknown> {
  /** Default "buffer". */
  format?: SocketFormat | undefined;
  /** Kept as the property `target`, whatever it is. */
  target?: unknown;
  /** Disables Nagle's algorithm; default false. */
  noDelay?: boolean | undefined;
  /** Moddable's spelling of `noDelay`. */
  nodelay?: boolean | undefined;
  /** Interval of TCP's keep-alive, milliseconds; default none. */
  keepAlive?: number | undefined;
  /** Octets that `write` accepts before some are sent, 1 … 2^30; default 8192, as on an ESP32. */
  sendWindow?: number | undefined;
  /** Octets kept until they are read; then reading stops and TCP holds the peer back. 1 … 2^30, default 8192. */
  receiveWindow?: number | undefined;
  /** There is new data: `bytes` can be read. */
  onReadable?: ((this: This, bytes: number) => void) | null | undefined;
  /** `bytes` can be written. The first call means that the socket is connected. */
  onWritable?: ((this: This, bytes: number) => void) | null | undefined;
  /**
   * The connection failed or the peer ended it; called after everything that came before was read. The standard
   * has no argument; here `error` says why, and is undefined where the peer just ended the stream.
   */
  onError?: ((this: This, error?: RingletError) => void) | null | undefined;
}

/** {@link SocketOptions}, read once and checked. */
export interface SocketSettings {
  readonly format: SocketFormat;
  readonly target: unknown;
  readonly noDelay: boolean | undefined;
  readonly keepAlive: number | undefined;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly onReadable: StreamOwner['onReadable'];
  readonly onWritable: StreamOwner['onWritable'];
  readonly onError: StreamOwner['onError'];
}

function socketFormat({ format }: Options): SocketFormat {
  return format === undefined ? 'buffer' : formatOf(format);
}

/** Reads each option once. The format is that of a socket, except that a Listener has `format` of its own. */
export function socketSettings(options: Options, format = socketFormat(options)): SocketSettings {
  const { target, keepAlive, sendWindow, receiveWindow } = options;
  const noDelay = options.noDelay ?? options.nodelay;
  return {
    format,
    target,
    noDelay: noDelay === undefined ? undefined : Boolean(noDelay),
    keepAlive: keepAlive === undefined ? undefined : integerOf(keepAlive, 'keepAlive', 1, 0x7fffffff),
    sendWindow: sendWindow === undefined ? WINDOW : integerOf(sendWindow, 'sendWindow', 1, MOST),
    receiveWindow: receiveWindow === undefined ? WINDOW : integerOf(receiveWindow, 'receiveWindow', 1, MOST),
    onReadable: callbackOf(options.onReadable, 'onReadable'),
    onWritable: callbackOf(options.onWritable, 'onWritable'),
    onError: callbackOf(options.onError, 'onError'),
  };
}

/** Takes the stream away from `socket`, which is closed by that. Throws when it is closed already. */
export let takeStream: (socket: IOSocket) => SocketStream;

/**
 * The methods of ECMA-419's TCP and TLS sockets. Every method and accessor but `close` throws once the socket is
 * closed.
 */
export class IOSocket {
  /** The option `target`, untouched. */
  readonly target: unknown;
  #stream: SocketStream | undefined;
  #format: SocketFormat;

  /** `open` acquires the stream; it is called last, when all options are known to be good. */
  constructor(settings: SocketSettings, open: () => SocketStream) {
    this.target = settings.target;
    this.#format = settings.format;
    const stream = open();
    this.#stream = stream;
    const { socket } = stream.transport;
    const { noDelay, keepAlive } = settings;
    if (noDelay !== undefined) stream.transport.set(() => socket.setNoDelay(noDelay));
    if (keepAlive !== undefined) stream.transport.set(() => socket.setKeepAlive(true, keepAlive));
    const { onReadable, onWritable, onError } = settings;
    stream.adopt({ instance: this, onReadable, onWritable, onError });
  }

  static {
    takeStream = (socket) => {
      const stream = socket.#living();
      socket.#stream = undefined;
      return stream;
    };
  }

  /** Releases the socket: no callback follows. May be repeated. What was written before is still sent. */
  close(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.close();
  }

  /** `"number"`: the next octet; `"buffer"`: everything that is available. Undefined if that is nothing. */
  read(): ArrayBuffer | number | undefined;
  /** At most `byteLength` octets in a new ArrayBuffer, or undefined if there are none. */
  read(byteLength: number): ArrayBuffer | undefined;
  /**
   * Fills the whole of `buffer` and returns its length, or undefined if nothing is available. As on every device,
   * and unlike the standard's partial read, it throws when `buffer` is empty or longer than what is available.
   */
  read(buffer: ByteBuffer): number | undefined;
  read(option?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const stream = this.#living();
    const available = stream.readable;
    if (this.#format === 'number') {
      if (option !== undefined) throw new TypeError('read: no argument in the format "number"');
      return available === 0 ? undefined : stream.readOctet();
    }
    if (option === undefined || typeof option === 'number') {
      const most = option === undefined ? available : integerOf(option, 'byteLength', 1, MOST);
      if (available === 0) return undefined;
      const octets = new Uint8Array(Math.min(most, available));
      stream.read(octets);
      return octets.buffer;
    }
    const octets = octetsOf(option);
    if (available === 0) return undefined;
    if (octets.length === 0 || octets.length > available)
      throw new RangeError('read: not as many are available');
    stream.read(octets);
    return octets.length;
  }

  /**
   * Takes one octet (`"number"`) or all of a buffer (`"buffer"`) and returns how many can be written now. Throws,
   * and takes nothing, when it does not fit, before the connection and after its end. Options are accepted and
   * not needed: what is written in one turn of the event loop is sent together.
   */
  write(data: number | ByteBuffer, _options?: object): number {
    const stream = this.#living();
    const octets =
      this.#format === 'number' ? Uint8Array.of(integerOf(data, 'write', -128, 255)) : octetsOf(data);
    if (!stream.ready) throw new Error('write: not connected');
    if (octets.length > stream.writable) throw new RangeError('write: would block');
    if (octets.length > 0) stream.write(octets);
    return stream.writable;
  }

  get format(): SocketFormat {
    this.#living();
    return this.#format;
  }

  /** Throws RangeError, and changes nothing, for anything but "number" and "buffer". */
  set format(value: SocketFormat) {
    this.#living();
    this.#format = formatOf(value);
  }

  /** The peer's IP address, or undefined while there is no connection. */
  get remoteAddress(): string | undefined {
    return this.#living().transport.socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#living().transport.socket.remotePort;
  }

  #living(): SocketStream {
    const stream = this.#stream;
    if (stream === undefined) throw new Error('the socket is closed');
    return stream;
  }
}
