import { ErrorId, RingletError } from '../../../src/errors.ts';
import { describeError } from '../../../src/error-text.ts';
import type { StreamEnd, StreamOwner } from '../network/stream-end.ts';
import type { Computer } from './machine.ts';
import {
  addressOf,
  type ByteBuffer,
  callbackOf,
  formatOf,
  integerOf,
  octetsOf,
  type Options,
  optionsOf,
  type SocketFormat,
} from './options.ts';

const MOST = 0x40000000;

interface Callbacks {
  readonly onReadable: ((bytes: number) => void) | undefined;
  readonly onWritable: ((bytes: number) => void) | undefined;
  readonly onError: ((error?: RingletError) => void) | undefined;
}

/** Takes the connection away from `socket`, which is closed by that. Throws when it is closed already. */
let takeEnd: (socket: SimulatedTCP) => StreamEnd;

/**
 * ECMA-419 TCP socket (`embedded:io/socket/tcp`, and with `secure` `embedded:io/socket/tcp/tls`) on a simulated network.
 * `read(buffer)` throws when the buffer is longer than what is available, as on every device. Each machine has a
 * subclass of its own.
 */
export class SimulatedTCP implements StreamOwner {
  /** The option `target`, untouched. */
  declare readonly target: unknown;
  readonly #machine: Computer;
  readonly #callbacks: Callbacks;
  #format: SocketFormat = 'buffer';
  #end: StreamEnd | undefined;
  /** The peer's end was told of, so that nothing can be written. */
  #isOver = false;

  static {
    takeEnd = (socket) => {
      const end = socket.#living('from');
      socket.#end = undefined;
      end.owner = undefined;
      return end;
    };
  }

  /** Throws TypeError or RangeError for options that are none; whatever else fails is reported to `onError`. */
  constructor(options: unknown, machine: Computer, isSecure = false) {
    machine.call('TCP', true);
    const given = optionsOf(options);
    const { from, target, format } = given;
    this.#machine = machine;
    if (format !== undefined) this.#format = formatOf(format);
    this.#callbacks = {
      onReadable: callbackOf(given.onReadable, 'onReadable'),
      onWritable: callbackOf(given.onWritable, 'onWritable'),
      onError: callbackOf(given.onError, 'onError'),
    };
    const { keepAlive } = given;
    if (keepAlive !== undefined) integerOf(keepAlive, 'keepAlive', 1, 0x7fffffff);
    if (target !== undefined) this.target = target;
    if (from instanceof SimulatedTCP) this.#adopt(takeEnd(from));
    else if (isEnd(from)) this.#adopt(from);
    else if (from !== undefined) throw new TypeError('from: not a TCP socket');
    else {
      const address = addressOf(given.address);
      const port = integerOf(given.port, 'port', 0, 65535);
      this.#end = machine.connect(address, port, isSecure ? serverNameOf(given) : undefined);
      this.#end.owner = this;
    }
  }

  /** Releases the socket: no callback follows. May be repeated. What was written before is still sent. */
  close(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.close();
  }

  /** `"number"`: the next octet; `"buffer"`: everything that is available. Undefined if that is nothing. */
  read(): ArrayBuffer | number | undefined;
  /** At most `byteLength` octets in a new ArrayBuffer, or undefined if there are none. */
  read(byteLength: number): ArrayBuffer | undefined;
  /** Fills the whole of `buffer` and returns its length; undefined if nothing is available. */
  read(buffer: ByteBuffer): number | undefined;
  read(option?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const end = this.#living('read');
    this.#machine.call('TCP.read', typeof option !== 'object');
    const available = end.readable;
    let octets: Uint8Array;
    if (this.#format === 'number') {
      if (option !== undefined) throw new TypeError('read: no argument in the format "number"');
      octets = new Uint8Array(available === 0 ? 0 : 1);
    } else if (option === undefined || typeof option === 'number') {
      const most = option === undefined ? available : integerOf(option, 'byteLength', 1, MOST);
      octets = new Uint8Array(Math.min(most, available));
    } else {
      octets = octetsOf(option);
      if (available > 0 && (octets.length === 0 || octets.length > available))
        throw new RangeError('read: not as many are available');
    }
    if (available === 0) return undefined;
    end.read(octets);
    if (end.peerEnded && end.readable === 0) this.#later(() => this.ended());
    if (this.#format === 'number') return octets[0];
    return typeof option === 'object' ? octets.length : (octets.buffer as ArrayBuffer);
  }

  /**
   * Takes one octet (`"number"`) or all of a buffer (`"buffer"`) and returns how many can be written now. Throws, and takes
   * nothing, when it does not fit, before the connection and after its end.
   */
  write(data: number | ByteBuffer, _options?: object): number {
    const end = this.#living('write');
    this.#machine.call('TCP.write');
    const isNumber = this.#format === 'number';
    const octets = isNumber ? Uint8Array.of(integerOf(data, 'write', -128, 255)) : octetsOf(data);
    if (!end.isOpen || this.#isOver) throw new Error('write: not connected');
    if (octets.length > end.writable) throw new RangeError('write: would block');
    end.write(octets, 0, octets.length);
    return end.writable;
  }

  get format(): SocketFormat {
    this.#living('format');
    return this.#format;
  }

  set format(value: SocketFormat) {
    this.#living('format');
    this.#format = formatOf(value);
  }

  /** The peer's IP address, or undefined while there is no connection. */
  get remoteAddress(): string | undefined {
    const end = this.#living('remoteAddress');
    return end.isOpen ? end.remoteAddress : undefined;
  }

  get remotePort(): number | undefined {
    const end = this.#living('remotePort');
    return end.isOpen ? end.remotePort : undefined;
  }

  opened(): void {
    this.#tell(() => this.#callbacks.onWritable?.call(this, this.#end!.writable));
  }

  arrived(): void {
    this.#tell(() => this.#callbacks.onReadable?.call(this, this.#end!.readable));
  }

  writable(): void {
    if (!this.#isOver) this.opened();
  }

  ended(): void {
    if (this.#end === undefined || this.#end.readable > 0 || this.#isOver) return;
    this.#isOver = true;
    this.#tell(() => this.#callbacks.onError?.call(this));
  }

  failed(failure: ErrorId): void {
    this.#isOver = true;
    this.#tell(() => this.#callbacks.onError?.call(this, new RingletError(failure, describeError(failure))));
  }

  #adopt(end: StreamEnd): void {
    this.#end = end;
    end.owner = this;
    this.#later(() => {
      if (end.isOpen) this.opened();
      if (this.#end === end && end.readable > 0) this.arrived();
      if (this.#end !== end) return;
      if (end.failure !== ErrorId.none) this.failed(end.failure);
      else if (end.peerEnded) this.ended();
    });
  }

  /** In a turn of its own, if the socket is still open then. */
  #later(action: () => void): void {
    const end = this.#end;
    const { clock } = this.#machine;
    clock.at(clock.now, () => {
      if (end !== undefined && this.#end === end && end.owner === this) action();
    });
  }

  #tell(action: () => void): void {
    if (this.#end !== undefined) this.#machine.enter(action);
  }

  #living(what: string): StreamEnd {
    const end = this.#end;
    if (end === undefined) {
      this.#machine.misused(`TCP.${what} after close`);
      throw new Error('the socket is closed');
    }
    return end;
  }
}

function isEnd(value: unknown): value is StreamEnd {
  return typeof value === 'object' && value !== null && 'owner' in value && 'shutdown' in value;
}

/** The name that a certificate has to be for: the standard's options, or Moddable's. */
function serverNameOf(options: Options): string {
  const settings = optionsOf(options.tls ?? options.secure ?? {});
  if (settings.verify === false) return '';
  const name = settings.host ?? settings.serverName ?? options.host;
  if (typeof name !== 'string' || name === '') throw new TypeError('tls.host: a host name is required');
  return name;
}
