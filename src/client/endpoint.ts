import type { Host, Transport, TransportFactory, TransportSink } from '../host.ts';
import { type EndpointOptions, Pump } from './pump.ts';

export type { EndpointEvents, EndpointOptions } from './pump.ts';

/** A connection on a {@link Transport} of the host's. It serves by itself where messages are taken by spans. */
export class Endpoint<Target> extends Pump<Target> implements TransportSink {
  readonly #transport: Transport;

  /** Makes the transport by `connect` and begins at once; throws what `connect` throws, leaving nothing. */
  constructor(host: Host, options: EndpointOptions<Target>, connect: TransportFactory) {
    super(host, options);
    try {
      this.#transport = connect(this);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  transportOpened(): void {
    this.onOpened();
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    return this.onReceived(bytes, start, end) - start;
  }

  transportWritable(sent: number): void {
    this.onTaken(sent);
  }

  override transportClosed(failure: number, reason?: unknown): void {
    this.onEnded(failure, reason);
  }

  protected override write(start: number, end: number): number {
    return this.#transport.write(this.memory, start, end);
  }

  protected override read(): void {
    this.#transport.resume();
  }

  protected override end(): void {
    this.#transport.end();
  }

  protected override release(): void {
    this.#transport?.close();
  }
}
