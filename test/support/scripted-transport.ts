import type { Transport, TransportFactory, TransportSink } from '../../src/host.ts';
import { concat } from './octets.ts';

/** A transport that does what a test says, and notes what it is told. */
export class ScriptedTransport implements Transport {
  sink!: TransportSink;
  readonly calls: string[] = [];
  /** Octets that it takes before it is full. */
  room = Infinity;
  #written: Uint8Array[] = [];
  /** What the sink has not consumed. */
  #kept: Uint8Array = new Uint8Array(0);
  isClosed = false;

  readonly factory: TransportFactory = (sink) => {
    this.sink = sink;
    return this;
  };

  write(bytes: Uint8Array, start: number, end: number): number {
    if (this.room < 0) return -1;
    const count = Math.min(this.room, end - start);
    this.#written.push(bytes.slice(start, start + count));
    this.room -= count;
    return count;
  }

  resume(): void {
    this.calls.push('resume');
    this.deliver(new Uint8Array(0));
  }

  end(): void {
    this.calls.push('end');
  }

  close(): void {
    this.calls.push('close');
    this.isClosed = true;
  }

  /** What was written since this was asked last. */
  taken(): Uint8Array {
    const taken = concat(...this.#written);
    this.#written = [];
    return taken;
  }

  get kept(): number {
    return this.#kept.length;
  }

  /** Octets arrive. What is not consumed is kept, and offered again first. */
  deliver(bytes: Uint8Array): void {
    const offered = concat(this.#kept, bytes);
    this.#kept = new Uint8Array(0);
    if (offered.length === 0) return;
    const consumed = this.sink.transportReceived(offered, 0, offered.length);
    this.#kept = concat(offered.slice(consumed), this.#kept);
  }
}
