import { RingletError } from '../../src/errors.ts';
import type { SocketHost } from '../../src/socket/socket-options.ts';
import { Socket } from '../../src/socket/socket.ts';
import type { SocketOptions } from '../../src/socket/socket-options.ts';
import { ScriptedHost } from '../support/scripted-host.ts';

interface ClientOptions {
  readonly target: unknown;
  onReadable(count: number, delivery: { readonly binary: boolean }): void;
  onWritable(count: number): void;
  onClose(): void;
  onError(error: Error): void;
  readonly [option: string]: unknown;
}

/** An ECMA-419 WebSocket client that does what a test says. */
export class ScriptedClient {
  /** The one that was made last. */
  static last: ScriptedClient;
  readonly options: ClientOptions;
  readonly target: unknown;
  /** What came and was not read. */
  #message: Uint8Array = new Uint8Array(0);
  /** Messages that were written, and octets of a Close. */
  readonly written: Uint8Array[] = [];
  readonly closed: Uint8Array[] = [];
  room = 1000;
  releases = 0;
  throws = false;
  /** Called from inside `read`. */
  insideRead: () => void = () => {};

  constructor(options: ClientOptions) {
    this.options = options;
    this.target = options.target;
    ScriptedClient.last = this;
  }

  /** A message comes, of which what was not read of the last one is gone. */
  comes(octets: Uint8Array, binary = true): void {
    if (this.#message.length > 0) throw new Error('the last message has not been read');
    this.#message = octets;
    this.options.onReadable.call(this, octets.length, { binary });
  }

  get unread(): number {
    return this.#message.length;
  }

  opens(room = 1000): void {
    this.room = room;
    this.options.onWritable.call(this, room);
  }

  ends(error?: Error): void {
    if (error === undefined) this.options.onClose.call(this);
    else this.options.onError.call(this, error);
  }

  read(buffer: Uint8Array): number {
    if (buffer.length > this.#message.length) throw new Error('more than there is');
    buffer.set(this.#message.subarray(0, buffer.length));
    this.#message = this.#message.subarray(buffer.length);
    this.insideRead();
    return buffer.length;
  }

  write(data: Uint8Array, options?: { readonly opcode?: number }): number {
    if (this.throws) throw new Error('not open');
    if (options?.opcode === 8) {
      this.closed.push(data.slice());
      return 0;
    }
    if (data.length > this.room) throw new Error('more than fits');
    this.written.push(data.slice());
    return (this.room -= data.length);
  }

  close(): void {
    this.releases += 1;
  }
}

export interface Made {
  readonly socket: Socket;
  readonly client: ScriptedClient;
  readonly host: ScriptedHost;
  readonly told: string[];
}

/** A socket over a scripted client. Its events say what they were told; `told` has them in order. */
export function made(resizable: boolean, options: Partial<SocketOptions<Socket>> = {}): Made {
  const host = new ScriptedHost();
  const told: string[] = [];
  const runtime: SocketHost = {
    Timer: host.Timer,
    resizable,
    window: 1024,
    providerOf: () => ({ io: ScriptedClient }) as never,
  };
  const socket = new Socket(
    {
      host: 'x.example',
      onReadable: (count) => void told.push(`readable ${count}`),
      onWritable: (count) => void told.push(`writable ${count}`),
      onError: (error) => void told.push(error === undefined ? 'end' : `error ${error.message}`),
      ...options,
    },
    runtime,
  );
  return { socket, client: ScriptedClient.last, host, told };
}

/** The id of what `action` throws; 0 for nothing. */
export function thrown(action: () => unknown): number {
  try {
    action();
  } catch (error) {
    if (error instanceof RingletError) return error.id;
    throw error;
  }
  return 0;
}
