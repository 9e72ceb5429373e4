import {
  checkConnectionOptions,
  checkObject,
  checkOpening,
  checkOption,
} from '../connection/check-options.ts';
import { Pumping } from '../connection/record.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { type Cover, coverOf } from '../connection/cover.ts';
import { checkHost, checkTransport } from './check-host.ts';
import type { Host, Transport, TransportFactory, TransportSink } from '../host.ts';
import type { EndpointOptions } from './endpoint-options.ts';
import { Pump } from './pump.ts';
import { readingOf } from '../reading-of.ts';

export type { EndpointEvents, EndpointOptions } from './endpoint-options.ts';

/** What an endpoint reports in addition to the events of its connection. */
const EVENTS: readonly string[] = Object.freeze(['onWritable']);

/**
 * A connection on a {@link Transport} of the host's. It serves by itself where messages are taken by spans. Where the
 * host knows the end of a turn, what is sent within one leaves together.
 */
export class Endpoint<Target> extends Pump<Target> implements TransportSink {
  protected readonly _transport: Transport;
  #cover: Cover | undefined;

  /**
   * Makes the transport by `connect` and begins at once. Throws a RingletError for what is wrong with its arguments, with
   * nothing made, and what `connect` throws, leaving nothing.
   */
  constructor(host: Host, options: EndpointOptions<Target>, connect: TransportFactory) {
    const all = readingOf('an option', () => {
      checkHost(host);
      checkOption(typeof connect === 'function', 'connect', 'a function');
      checkObject(options, 'options');
      const all = Object.assign({}, options, { source: host }) as unknown as ConnectionOptions<Target>;
      checkConnectionOptions(all, EVENTS);
      return all;
    });
    super();
    this._begin(all);
    try {
      if (all.opening !== undefined) readingOf('what opening makes', () => checkOpening(this._handshake));
      const transport: unknown = connect(this);
      readingOf('what connect makes', () => checkTransport(transport));
      this._transport = transport as Transport;
    } catch (error) {
      this._drop();
      throw error;
    }
  }

  /** The extensions that were agreed on, as the server wrote them; empty for none. */
  get extensions(): string {
    // eslint-disable-next-line no-restricted-syntax -- asked for once, and no device has this class
    return this._handshake.extensions ?? '';
  }

  /**
   * The peer's headers of the opening handshake that were asked for by name; undefined where none were. Those of a refusal,
   * too.
   */
  get headers(): ReadonlyMap<string, string> | undefined {
    return this._handshake.headers;
  }

  /** The peer's address, or that of the proxy in between; undefined where the host does not know it. */
  get remoteAddress(): string | undefined {
    return this._transport.remoteAddress;
  }

  /** The port that goes with it. */
  get remotePort(): number | undefined {
    return this._transport.remotePort;
  }

  transportOpened(): void {
    this._onOpened();
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    const cover = coverOf(bytes, this.#cover);
    // What was made for one read would be kept until the next.
    if (cover !== this.#cover) this.#cover = end - start === bytes.length ? undefined : cover;
    const { offset } = cover;
    return this._onReceived(cover.bytes, cover.words, start + offset, end + offset) - offset - start;
  }

  transportWritable(sent: number): void {
    this._onTaken(sent);
  }

  transportClosed(failure: number, reason?: unknown): void {
    if (reason !== undefined) this._transportReason = reason;
    this._onEnded(failure);
  }

  protected override _writeOut(start: number, end: number): number {
    return this._transport.write(this.memory, start, end);
  }

  protected override _readOn(): void {
    // What waits inside needs no input; what waits in the transport is offered again.
    if (this._hasMore) this._onReceived(this.memory, this._words, 0, 0);
    // An event may have ended it.
    if (!(this._pumping & Pumping.released)) this._transport.resume();
  }

  protected override _endOutput(): void {
    this._transport.end();
  }

  protected override _releaseTransport(): void {
    this._transport?.close();
  }
}
