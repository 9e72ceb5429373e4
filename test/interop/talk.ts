import type { Endpoint, EndpointEvents } from '../../src/client/endpoint.ts';
import { Span } from '../../src/connection/events.ts';
import { connect, type ConnectOptions } from '../../hosts/node/connect.ts';

export interface Received {
  readonly binary: boolean;
  readonly data: Buffer;
}

/** A client of ours that keeps what it is told, for tests to wait for. */
export class Talk {
  endpoint!: Endpoint<Talk>;
  readonly messages: Received[] = [];
  readonly pongs: Buffer[] = [];
  closed: { code: number; error: number } | undefined;
  #pieces: Buffer[] = [];
  #wake: () => void = () => {};

  static readonly events: EndpointEvents<Talk> = {
    onOpen: (talk) => talk.#wake(),
    onData: (talk, bytes, start, end, span) => {
      talk.#pieces.push(Buffer.from(bytes.slice(start, end)));
      if ((span & Span.more) !== 0) return;
      talk.messages.push({ binary: (span & Span.binary) !== 0, data: Buffer.concat(talk.#pieces) });
      talk.#pieces = [];
      talk.#wake();
    },
    onControl: (talk, opcode, bytes, start, end) => {
      if (opcode === 10) talk.pongs.push(Buffer.from(bytes.slice(start, end)));
      talk.#wake();
    },
    onWritable: (talk) => talk.#wake(),
    onClose: (talk, code, error) => {
      talk.closed = { code, error };
      talk.#wake();
    },
  };

  static connect(url: string, options: Partial<ConnectOptions<Talk>> = {}): Talk {
    const talk = new Talk();
    talk.endpoint = connect(url, { ...options, events: Talk.events, target: talk });
    return talk;
  }

  /** Resolves as soon as `condition` holds, and fails when the connection is over without it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed !== undefined) throw new Error(`closed: ${JSON.stringify(this.closed)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async opened(): Promise<void> {
    await this.until(() => this.endpoint.writable > 0);
  }

  /** Sends a message of any length, in fragments if the ring wants it so. */
  async send(data: Uint8Array, binary: boolean): Promise<void> {
    let at = 0;
    do {
      await this.until(() => this.endpoint.writable > 125 || data.length - at < 100);
      const count = Math.min(data.length - at, this.endpoint.writable);
      const more = at + count < data.length ? Span.more : 0;
      const fault = this.endpoint.send(data, at, at + count, (binary ? Span.binary : 0) | more);
      if (fault !== 0) throw new Error(`send: ${fault}`);
      at += count;
    } while (at < data.length);
  }

  async end(): Promise<{ code: number; error: number }> {
    while (this.closed === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.closed;
  }
}
