import type { Transport, TransportFactory, TransportSink } from '../../../src/host.ts';

/** A sink that keeps what it is told, and consumes as much as `take` says. */
export class RecordingSink implements TransportSink {
  readonly transport: Transport;
  /** Octets consumed so far, in order; only the count is kept when `keep` is false. */
  received: number[] = [];
  count = 0;
  keep = true;
  opened = 0;
  calls = 0;
  writable: number[] = [];
  closed: number[] = [];
  detail: unknown;
  /** Set while a method of the transport runs: the sink must not be called then. */
  inside = false;
  reentered = false;
  take: (available: number) => number = (available) => available;
  onOpened = (): void => {};
  onReceived = (): void => {};
  onWritable = (_sent: number): void => {};
  onClosed = (): void => {};

  constructor(factory: TransportFactory, configure: (sink: RecordingSink) => void = () => {}) {
    configure(this);
    this.inside = true;
    this.transport = factory(this);
    this.inside = false;
  }

  /** Calls a method of the transport and watches that it does not call back. */
  guarded<T>(call: (transport: Transport) => T): T {
    this.inside = true;
    try {
      return call(this.transport);
    } finally {
      this.inside = false;
    }
  }

  transportOpened(): void {
    this.#note();
    this.opened += 1;
    this.onOpened();
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    this.#note();
    const consumed = Math.min(this.take(end - start), end - start);
    if (this.keep) for (let i = start; i < start + consumed; i++) this.received.push(bytes[i]);
    this.count += consumed;
    // The contract lets the sink change the octets it was given.
    bytes.fill(0xee, start, start + consumed);
    this.onReceived();
    return consumed;
  }

  transportWritable(sent: number): void {
    this.#note();
    this.writable.push(sent);
    this.onWritable(sent);
  }

  transportClosed(failure: number, detail?: unknown): void {
    this.#note();
    this.closed.push(failure);
    this.detail = detail;
    this.onClosed();
  }

  #note(): void {
    this.calls += 1;
    this.reentered ||= this.inside;
  }
}
