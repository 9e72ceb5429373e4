import type { ErrorId } from '../../src/errors.ts';
import type { Transport, TransportFactory, TransportSink } from '../../src/host.ts';
import type { Acceptor, Certificate } from './network/connection.ts';
import type { StreamEnd, StreamOwner } from './network/stream-end.ts';
import type { Computer } from './io/machine.ts';

/** Octets that are handed over at once. */
const READ = 16384;

/**
 * A connection in the shape of `Transport`. Received octets are handed over in memory of their own; what the sink leaves
 * is kept as it left it, and nothing more is read until `resume`. With `keepsMemory` it answers a write as Node's sockets do under
 * load: with 0, reads the memory later, and tells then. If that memory has changed meanwhile, the machine hears of a misuse.
 */
export class SimulatedTransport implements Transport, StreamOwner {
  readonly #sink: TransportSink;
  readonly #machine: Computer;
  readonly #end: StreamEnd;
  readonly #keepsMemory: boolean;
  /** What the sink has left. */
  #kept: Uint8Array | undefined;
  #isStopped = false;
  /** `resume` was called while the sink looked at what it then left. */
  #wantsMore = false;
  #isEnding = false;
  #isClosed = false;
  /** Octets of the last write that are still to be read from the sink's memory. */
  #pending = 0;

  constructor(sink: TransportSink, machine: Computer, end: StreamEnd, keepsMemory: boolean) {
    this.#sink = sink;
    this.#machine = machine;
    this.#end = end;
    this.#keepsMemory = keepsMemory;
    end.owner = this;
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    if (this.#isUsedClosed('write')) return -1;
    if (this.#end.failure !== 0 || this.#hasFailed()) return -1;
    if (!this.#end.isOpen || this.#pending !== 0) return 0;
    if (!this.#keepsMemory) return this.#end.write(bytes, start, end);
    const count = this.#end.offered(end - start);
    if (count === 0) return 0;
    this.#pending = count;
    const before = bytes.slice(start, start + count);
    this.#later(() => {
      if (before.some((octet, index) => octet !== bytes[start + index]))
        this.#machine.misused('memory of a write changed before it was taken');
      this.#end.write(before, 0, count);
      this.#pending = 0;
      if (this.#isEnding) this.#end.shutdown();
      this.#sink.transportWritable(count);
    });
    return 0;
  }

  resume(): void {
    if (this.#isUsedClosed('resume')) return;
    this.#wantsMore = true;
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#later(() => this.#read());
  }

  end(): void {
    if (this.#isUsedClosed('end') || this.#isEnding) return;
    this.#isEnding = true;
    this.#kept = undefined;
    this.#isStopped = false;
    // Octets that are still to be taken go out before the end.
    if (this.#pending === 0) this.#end.shutdown();
    this.#later(() => this.#read());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#kept = undefined;
    this.#end.close();
  }

  opened(): void {
    this.#machine.enter(() => this.#sink.transportOpened());
  }

  arrived(): void {
    if (!this.#isStopped) this.#machine.enter(() => this.#read());
  }

  writable(): void {
    if (this.#pending === 0) this.#machine.enter(() => this.#sink.transportWritable(0));
  }

  ended(): void {
    this.#machine.enter(() => this.#read());
  }

  /** A failure is told at once, whatever was not read. */
  failed(failure: ErrorId): void {
    if (this.#isClosed) return;
    this.#machine.enter(() => this.#sink.transportClosed(failure));
    this.close();
  }

  /** Hands over what there is, as long as the sink takes it; then the peer's end. */
  #read(): void {
    const end = this.#end;
    while (!this.#isStopped && !this.#isClosed) {
      let bytes = this.#kept;
      if (bytes === undefined) {
        if (end.readable === 0) break;
        bytes = new Uint8Array(Math.min(end.readable, READ));
        end.read(bytes);
      }
      this.#kept = undefined;
      if (this.#isEnding) continue;
      this.#wantsMore = false;
      const consumed = this.#sink.transportReceived(bytes, 0, bytes.length);
      if (consumed >= bytes.length || this.#isEnding || this.#isClosed) continue;
      this.#kept = bytes.subarray(consumed);
      if (this.#wantsMore) this.#later(() => this.#read());
      else this.#isStopped = true;
      return;
    }
    if (!end.peerEnded || end.readable > 0 || this.#kept !== undefined || this.#isClosed) return;
    this.#sink.transportClosed(0);
    this.close();
  }

  /** In a turn of its own. */
  #later(action: () => void): void {
    const { clock } = this.#machine;
    clock.at(clock.now, () => {
      if (!this.#isClosed && this.#end.owner === this) this.#machine.enter(action);
    });
  }

  /** A write that a test lets fail: a stream says so by its result. */
  #hasFailed(): boolean {
    try {
      this.#machine.call('Transport.write');
      return false;
    } catch {
      return true;
    }
  }

  #isUsedClosed(what: string): boolean {
    if (this.#isClosed) this.#machine.misused(`Transport.${what} after close`);
    return this.#isClosed;
  }
}

/** The transport of a connection that begins now. */
export function connectTransport(
  machine: Computer,
  open: () => StreamEnd,
  keepsMemory: boolean,
): TransportFactory {
  return (sink) => new SimulatedTransport(sink, machine, open(), keepsMemory);
}

/** The transport of a connection that was accepted: open already, which is told in a turn of its own. */
export function acceptTransport(machine: Computer, end: StreamEnd, keepsMemory: boolean): TransportFactory {
  return (sink) => {
    const transport = new SimulatedTransport(sink, machine, end, keepsMemory);
    const { clock } = machine;
    clock.at(clock.now, () => {
      if (end.owner !== transport) return;
      if (end.failure !== 0) return transport.failed(end.failure);
      transport.opened();
      if (end.owner === transport) transport.arrived();
    });
    return transport;
  };
}

/** Hands connections to `take`; those that nobody then holds are reset. */
export function transportAcceptor(
  take: (end: StreamEnd) => void,
  certificate: Certificate | undefined,
): Acceptor {
  const accept = (end: StreamEnd): boolean => {
    take(end);
    if (end.owner === undefined && !end.isGone) end.reset();
    return true;
  };
  return { certificate, accept };
}
