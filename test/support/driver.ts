import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { State } from '../../src/connection/record.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import type { ConnectionOptions } from '../../src/connection/options.ts';
import { concat } from './octets.ts';
import { words } from './random.ts';
import { Trace } from './trace.ts';

export type DriverOptions = Partial<Omit<ConnectionOptions<Driver>, 'target'>>;

/** Called beside the trace; a test puts here what it wants an event to do. */
export type Hooks = Partial<ConnectionEvents<Driver>>;

const EVENTS: ConnectionEvents<Driver> = {
  onOpen(driver) {
    driver.trace.open();
    driver.hooks.onOpen?.(driver);
  },
  onData(driver, bytes, start, end, span) {
    driver.trace.data(bytes, start, end, span);
    driver.hooks.onData?.(driver, bytes, start, end, span);
  },
  onControl(driver, opcode, bytes, start, end) {
    driver.trace.control(opcode, bytes.slice(start, end));
    driver.hooks.onControl?.(driver, opcode, bytes, start, end);
  },
  onClose(driver, code, error) {
    driver.trace.over(code, error);
    driver.hooks.onClose?.(driver, code, error);
  },
};

/**
 * Owns a connection as its documentation says an owner has to: takes the output after every call, tells the
 * time when the state changed, offers again what was not consumed, and sees whether the transport is to end.
 */
export class Driver {
  readonly connection: Connection<Driver>;
  readonly trace = new Trace();
  readonly hooks: Hooks;
  /** Exceptions that left the connection. */
  readonly thrown: unknown[] = [];
  now = 1000;
  /** Whether the transport takes octets. */
  takes = true;
  #output: Uint8Array[] = [];
  #backlog: Uint8Array = new Uint8Array(0);
  /** What `transportClosed` is to be told when all that came before has been consumed; −1 for nothing. */
  #end = -1;
  #next = 0;
  #state: number = State.connecting;
  #hasEnded = false;
  /** Octets wait for the transport, and a tick has seen that. */
  #isStalled = false;

  constructor(options: DriverOptions = {}, hooks: Hooks = {}) {
    this.hooks = hooks;
    this.connection = new Connection<Driver>({
      role: 'server',
      events: EVENTS,
      random: words(),
      receiveBuffer: 256,
      ...options,
      target: this,
    });
    this.#tick();
  }

  /** Begins; without a request or policy the connection is open then. */
  open(): this {
    this.call(() => this.connection.opened());
    return this;
  }

  /** Offers `pieces`, each in memory of its own. */
  feed(...pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) {
      this.#backlog = concat(this.#backlog, piece);
      this.#offer();
    }
    return this;
  }

  /** Octets that were offered and not consumed. */
  get backlog(): number {
    return this.#backlog.length;
  }

  resume(): this {
    this.connection.resume();
    this.#offer();
    return this;
  }

  /** The transport ends behind what was offered. */
  transportClosed(failure = 0): this {
    this.#end = failure;
    this.#tellEnd();
    return this;
  }

  #tellEnd(): void {
    const failure = this.#end;
    if (failure < 0 || this.#backlog.length > 0) return;
    this.#end = -1;
    this.call(() => this.connection.transportClosed(failure));
  }

  /** What has been sent since this was asked last. */
  takeOutput(): Uint8Array {
    const output = concat(...this.#output);
    this.#output = [];
    return output;
  }

  /** Lets time pass, ticking when the connection asked for it. */
  wait(milliseconds: number): this {
    const until = this.now + milliseconds;
    while (this.#next !== 0 && this.now + this.#next <= until && this.#state !== State.closed) {
      this.now += this.#next;
      this.call(() => this.#tick());
    }
    if (this.now < until) {
      this.now = until;
      this.call(() => this.#tick());
    }
    return this;
  }

  /** Any call, followed by what is due after it. */
  call(action: () => void): this {
    try {
      action();
    } catch (error) {
      this.thrown.push(error);
    }
    this.pump();
    return this;
  }

  /** Sends what there is, ticks if the state changed or the transport stopped to take octets. */
  pump(): void {
    const { connection } = this;
    for (;;) {
      try {
        while (this.takes && this.#write());
        if (connection.bufferedAmount === 0) this.#isStalled = false;
        const isStalled = connection.bufferedAmount > 0;
        if (connection.state === this.#state && (!isStalled || this.#isStalled)) break;
        this.#isStalled = isStalled;
        this.#tick();
      } catch (error) {
        this.thrown.push(error);
      }
    }
    if (connection.shouldEnd && !this.#hasEnded) {
      this.#hasEnded = true;
      this.trace.note('fin');
    }
  }

  #write(): boolean {
    const { connection } = this;
    const count = connection.output;
    if (count === 0) return false;
    const start = connection.outputStart;
    this.#output.push(connection.memory.slice(start, start + count));
    connection.sent(count);
    return true;
  }

  #tick(): void {
    this.#state = this.connection.state;
    this.#next = this.connection.tick(this.now);
    this.#state = this.connection.state;
  }

  /** Offers what waits, in memory of its own, until it is consumed or the receiver pauses. */
  #offer(): void {
    let bytes = this.#backlog.slice();
    for (let isDone = false; !isDone;) {
      const { length } = bytes;
      this.call(() => {
        isDone = true;
        try {
          this.connection.receive(bytes, 0, length);
        } catch (error) {
          isDone = this.connection.paused || this.connection.state >= State.ending;
          throw error;
        } finally {
          const isOver = this.connection.state >= State.ending;
          bytes = isOver ? bytes.subarray(length) : bytes.slice(this.connection.position);
        }
      });
    }
    this.#backlog = bytes;
    this.#tellEnd();
  }
}
