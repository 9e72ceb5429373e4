/**
 * What the contract suite needs and no runtime has in common: assertions, waiting, and a pair of connected
 * sockets, all from the classes under test alone.
 */

type Bytes = ArrayBuffer | SharedArrayBuffer | Uint8Array | Int8Array | DataView;

export interface SocketLike {
  read(option?: number | Bytes): ArrayBuffer | number | undefined;
  write(data: number | Bytes): number;
  close(): void;
  format: 'number' | 'buffer';
  readonly target: unknown;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
}

export interface ListenerLike {
  read(): SocketLike | undefined;
  close(): void;
  readonly port: number;
  readonly target: unknown;
  format: 'socket/tcp';
}

export interface ResolverLike {
  resolve(options: object, callback?: (...parameters: unknown[]) => void): void;
  close(): void;
}

export interface TimerLike {
  set(callback: (timer: unknown) => void, delay?: number, interval?: number): unknown;
  repeat(callback: (timer: unknown) => void, interval: number): unknown;
  schedule(timer: unknown, delay?: number, interval?: number): void;
  clear(timer: unknown): void;
}

/** The classes of one host. Constructors take `never`, because each host types its own options. */
export interface HostUnderTest {
  readonly TCP: new (options: never) => SocketLike;
  readonly Listener: new (options: never) => ListenerLike;
  readonly Resolver: new (options: never) => ResolverLike;
  readonly Timer: TimerLike;
  readonly now: () => number;
  readonly random: () => number;
}

/** One promise of the contract: its sentence, and what fails if it is broken. */
export type Clause = readonly [sentence: string, run: (host: HostUnderTest) => void | Promise<void>];

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not true: ${what}`);
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

export function throws(call: () => unknown, what: string): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error(`does not throw: ${what}`);
}

export function pause(host: HostUnderTest, milliseconds: number): Promise<void> {
  return new Promise((resolve) => host.Timer.set(() => resolve(), milliseconds));
}

export async function until(host: HostUnderTest, condition: () => boolean, what: string): Promise<void> {
  const start = host.now();
  while (!condition()) {
    if (host.now() - start > 50_000) throw new Error(`waited in vain for: ${what}`);
    await pause(host, 1);
  }
}

/** A socket that keeps what its callbacks were told, and whether they were called as they should be. */
export class Endpoint {
  readonly socket: SocketLike;
  readable: number[] = [];
  writable: number[] = [];
  errors = 0;
  onReadable = (): void => {};
  onWritable = (): void => {};
  /** A callback came from inside a method or with another `this`. */
  misused = false;
  #inside = true;

  constructor(host: HostUnderTest, options: object) {
    const told = (self: unknown, note: () => void): void => {
      this.misused ||= this.#inside || self !== this.socket;
      note();
    };
    const readable = (bytes: number): void => {
      this.readable.push(bytes);
      this.onReadable();
    };
    const writable = (bytes: number): void => {
      this.writable.push(bytes);
      this.onWritable();
    };
    const failed = (): void => {
      this.errors += 1;
    };
    this.socket = new (host.TCP as new (options: object) => SocketLike)(
      Object.freeze({
        ...options,
        io: host.TCP,
        unheardOf: Symbol('ignored'),
        onReadable(this: unknown, bytes: number) {
          told(this, () => readable(bytes));
        },
        onWritable(this: unknown, bytes: number) {
          told(this, () => writable(bytes));
        },
        onError(this: unknown) {
          told(this, failed);
        },
      }),
    );
    this.#inside = false;
  }

  /** Calls a method and watches that it does not call back. */
  guarded<T>(call: (socket: SocketLike) => T): T {
    this.#inside = true;
    try {
      return call(this.socket);
    } finally {
      this.#inside = false;
    }
  }

  get calls(): number {
    return this.readable.length + this.writable.length + this.errors;
  }
}

export interface Pair {
  readonly near: Endpoint;
  readonly far: Endpoint;
}

/** Runs `test` with two connected sockets, and releases them. */
export async function withPair(
  host: HostUnderTest,
  test: (pair: Pair) => void | Promise<void>,
  options: object = {},
): Promise<void> {
  const listener = await listen(host);
  const near = new Endpoint(host, { ...options, address: '127.0.0.1', port: listener.port });
  let far: Endpoint | undefined;
  try {
    let from: SocketLike | undefined;
    await until(host, () => (from = listener.read()) !== undefined, 'a connection');
    far = new Endpoint(host, { ...options, from });
    throws(() => from?.read(), 'read of a socket that was taken over');
    await until(host, () => near.writable.length > 0 && far!.writable.length > 0, 'both ends connected');
    await test({ near, far });
    check(!near.misused && !far.misused, 'callbacks have their instance as this, and no method below them');
  } finally {
    near.socket.close();
    far?.socket.close();
    listener.close();
  }
}

export async function listen(host: HostUnderTest, options: object = {}): Promise<ListenerLike> {
  const listener = new (host.Listener as new (options: object) => ListenerLike)({
    address: '127.0.0.1',
    port: 0,
    ...options,
  });
  await until(host, () => listener.port !== 0, 'a port');
  return listener;
}

export function octets(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}
