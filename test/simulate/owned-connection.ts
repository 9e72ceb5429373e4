import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import type { Transport, TransportFactory, TransportSink } from '../../src/host.ts';

/**
 * Owns a `Connection` as its documentation says: moves its octets over a transport, takes the output after every call, tells the
 * time when the state changed and when it was asked to, and releases everything at the end. Exceptions of events go to
 * `onThrown`.
 */
export class OwnedConnection implements TransportSink {
  readonly connection: Connection<unknown>;
  readonly #world: World;
  readonly #host: SimulatedHost;
  readonly #transport: Transport;
  readonly #onWritable: (count: number) => void;
  readonly #onThrown: (error: unknown) => void;
  #state: number = State.connecting;
  #tick = 0;
  #hasEnded = false;
  #isReleased = false;
  #isFull = false;
  /** The transport has stopped to take octets, and the connection has not been told the time since. */
  #hasStopped = false;
  #isPumping = false;
  /** It is going to be told that more can be sent. */
  #isAnnounced = false;

  constructor(
    world: World,
    host: SimulatedHost,
    make: (random: () => number) => Connection<unknown>,
    connect: TransportFactory,
    onWritable: (count: number) => void,
    onThrown: (error: unknown) => void,
  ) {
    this.#world = world;
    this.#host = host;
    this.#onWritable = onWritable;
    this.#onThrown = onThrown;
    this.connection = make(() => host.word());
    this.#transport = connect(this);
    this.#tellTime();
  }

  send(bytes: Uint8Array, start: number, end: number, span: number): boolean {
    const fault = this.connection.send(bytes, start, end, span);
    this.#soon();
    return fault === 0;
  }

  close(): void {
    this.connection.close(1000);
    this.#soon();
  }

  drop(): void {
    this.connection.drop();
    this.#release();
  }

  /** Nothing is done any more: the machine has lost its power. */
  abandon(): void {
    this.#isReleased = true;
  }

  resume(): void {
    this.connection.resume();
    this.#later(() => {
      this.#offer(new Uint8Array(0), 0, 0);
      if (!this.connection.paused && !this.#isReleased) this.#transport.resume();
      this.#pump();
    });
  }

  transportOpened(): void {
    this.#guarded(() => this.connection.opened());
    this.#pump();
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    const position = this.#offer(bytes, start, end);
    this.#pump();
    return position - start;
  }

  transportWritable(sent: number): void {
    this.#isFull = false;
    if (sent > 0) this.#guarded(() => this.connection.sent(sent));
    this.#pump();
    this.#announce();
  }

  transportClosed(failure: number): void {
    this.#guarded(() => this.connection.transportClosed(failure));
    this.#pump();
  }

  /** Offers octets until they are consumed, going on behind an event that threw. */
  #offer(bytes: Uint8Array, start: number, end: number): number {
    let from = start;
    for (let isDone = false; !isDone;) {
      isDone = true;
      try {
        from = this.connection.receive(bytes, from, end);
      } catch (error) {
        this.#onThrown(error);
        from = this.connection.position;
        isDone = this.connection.paused || this.connection.state >= State.ending;
      }
    }
    return this.connection.state >= State.ending ? end : from;
  }

  #announce(): void {
    const { writable } = this.connection;
    if (this.#isReleased || this.connection.state !== State.open || writable === 0) return;
    this.#guarded(() => this.#onWritable(writable));
    this.#pump();
  }

  /** In a turn of its own: what an application calls has no events inside. */
  #soon(): void {
    this.#later(() => this.#pump());
  }

  #later(action: () => void): void {
    this.#world.after(0, () => {
      if (this.#isReleased || !this.#host.isUp) return;
      this.#host.enter(action);
    });
  }

  #pump(): void {
    if (this.#isReleased || this.#isPumping) return;
    this.#isPumping = true;
    const { connection } = this;
    for (;;) {
      this.#guarded(() => this.#write());
      if (connection.state === this.#state && !this.#hasStopped) break;
      this.#hasStopped = false;
      this.#tellTime();
    }
    this.#isPumping = false;
    if (connection.state === State.closed) this.#release();
    else if (connection.shouldEnd && !this.#hasEnded) {
      this.#hasEnded = true;
      this.#transport.end();
    }
  }

  #write(): void {
    const { connection } = this;
    for (let count = connection.output; count !== 0 && !this.#isFull; count = connection.output) {
      const start = connection.outputStart;
      const taken = this.#transport.write(connection.memory, start, start + count);
      if (taken < 0) return connection.transportClosed(ErrorId.transportFailed);
      if (taken < count) this.#isFull = this.#hasStopped = true;
      if (taken === 0) return;
      connection.sent(taken);
      // A transport that was never full says nothing.
      if (this.#isAnnounced) continue;
      this.#isAnnounced = true;
      this.#later(() => {
        this.#isAnnounced = false;
        this.#announce();
      });
    }
  }

  #tellTime(): void {
    this.#state = this.connection.state;
    const number = ++this.#tick;
    let next = 0;
    this.#guarded(() => {
      next = this.connection.tick(this.#host.ticks);
    });
    if (next === 0 || this.connection.state === State.closed) return;
    this.#world.after(next, () => {
      if (number !== this.#tick || this.#isReleased || !this.#host.isUp) return;
      this.#host.enter(() => {
        this.#tellTime();
        this.#pump();
      });
    });
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#onThrown(error);
    }
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#transport.close();
  }
}
