import { coverOf, type Foreign } from '../connection/foreign.ts';
import { mask } from '../frame/mask.ts';
import type { Host, Transport, TransportFactory, TransportSink } from '../host.ts';
import { type EndpointOptions, Pump, PumpFlag } from './pump.ts';

export type { EndpointEvents, EndpointOptions } from './pump.ts';

/**
 * A connection on a {@link Transport} of the host's. It serves by itself where messages are taken by spans. Where the
 * host can tell the end of a turn, what is sent within one leaves together.
 */
export class Endpoint<Target> extends Pump<Target> implements TransportSink {
  readonly #transport: Transport;
  readonly #turn = (): void => {
    this.turn();
  };
  #foreign: Foreign | undefined;

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
    const foreign = (this.#foreign = coverOf(bytes, this.#foreign));
    const { offset } = foreign;
    return this.onReceived(foreign.bytes, foreign.words, start + offset, end + offset) - offset - start;
  }

  transportWritable(sent: number): void {
    this.onTaken(sent);
  }

  transportClosed(failure: number, reason?: unknown): void {
    this.onEnded(failure, reason);
  }

  protected override write(start: number, end: number): number {
    return this.#transport.write(this.memory, start, end);
  }

  protected override read(): void {
    // What waits inside needs no input; what waits in the transport is offered again.
    if (this.waits) this.onReceived(this.memory, this.words, 0, 0);
    this.#transport.resume();
  }

  protected override end(): void {
    this.#transport.end();
  }

  protected override release(): void {
    this.#transport?.close();
  }

  protected override accepted(): void {
    const { defer } = this.source;
    if (defer === undefined) super.accepted();
    else if ((this.pumping & PumpFlag.pumps) === 0) {
      this.pumping |= PumpFlag.deferred;
      defer(this.#turn);
    }
  }

  protected override soon(): void {
    const { later } = this.source;
    if (later === undefined) super.soon();
    else if ((this.pumping & PumpFlag.later) === 0) {
      this.pumping |= PumpFlag.later;
      later(this.#turn);
    }
  }

  protected override turn(): void {
    this.pumping &= ~PumpFlag.later;
    super.turn();
  }

  protected override copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    const { copy } = this.source;
    const isWhole = end - start === bytes.length;
    if (copy === undefined || isWhole || bytes === this.memory) super.copy(bytes, start, end, at);
    else copy(bytes, start, end, this.memory, at);
  }

  protected override mask(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    key: number,
  ): number {
    return mask(bytes, words, start, end, key);
  }

  protected override validateLong(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    state: number,
  ): number {
    const { validateLong } = this.source;
    // The octets of decompression lie in the connection's memory, which no transport has handed over.
    if (validateLong === undefined || bytes === this.memory)
      return super.validateLong(bytes, words, start, end, state);
    return validateLong(bytes, words, start, end, state);
  }
}
