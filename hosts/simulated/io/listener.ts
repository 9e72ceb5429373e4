import type { Acceptor, Certificate } from '../network/connection.ts';
import type { StreamEnd } from '../network/stream-end.ts';
import type { Computer } from './machine.ts';
import { addressOf, callbackOf, integerOf, optionsOf } from './options.ts';
import type { SimulatedTCP } from './tcp.ts';

/** Connections that wait to be read; one more is refused, as where a backlog is full. */
const BACKLOG = 511;

/** ECMA-419 TCP listener (`embedded:io/socket/listener`) of a simulated machine. */
export class SimulatedListener implements Acceptor {
  /** The option `target`, untouched. */
  readonly target: unknown;
  readonly certificate: Certificate | undefined = undefined;
  readonly #machine: Computer;
  readonly #socketOf: (end: StreamEnd) => SimulatedTCP;
  readonly #onReadable: ((requests: number) => void) | undefined;
  readonly #pending: StreamEnd[] = [];
  #port: number | undefined;

  /** Throws TypeError or RangeError for options that are none, and Error for a port at which somebody waits. */
  constructor(options: unknown, machine: Computer, socketOf: (end: StreamEnd) => SimulatedTCP) {
    machine.call('Listener', true);
    const given = optionsOf(options);
    const { port = 0, address, format = 'socket/tcp', target } = given;
    checkFormat(format);
    const wanted = integerOf(port, 'port', 0, 65535);
    if (address !== undefined) addressOf(address);
    this.#onReadable = callbackOf(given.onReadable, 'onReadable');
    this.target = target;
    this.#machine = machine;
    this.#socketOf = socketOf;
    this.#port = machine.listen(wanted, this);
  }

  /** Stops listening, and drops the connections that were not read. May be repeated. */
  close(): void {
    if (this.#port === undefined) return;
    this.#machine.unlisten(this.#port, this);
    this.#port = undefined;
    for (const end of this.#pending.splice(0)) end.reset();
  }

  /**
   * The next connection as a socket without callbacks (see the option `from` of TCP), or undefined. If no socket can be made,
   * that is thrown, and the connection is reset: nobody could close it.
   */
  read(): SimulatedTCP | undefined {
    this.#living();
    for (let end = this.#pending.shift(); end !== undefined; end = this.#pending.shift()) {
      if (end.isGone) continue;
      try {
        return this.#socketOf(end);
      } catch (error) {
        end.reset();
        throw error;
      }
    }
    return undefined;
  }

  get port(): number {
    return this.#living();
  }

  get format(): 'socket/tcp' {
    this.#living();
    return 'socket/tcp';
  }

  set format(value: 'socket/tcp') {
    this.#living();
    checkFormat(value);
  }

  accept(end: StreamEnd): boolean {
    if (this.#pending.length === BACKLOG) return false;
    this.#pending.push(end);
    this.#machine.enter(() => this.#onReadable?.call(this, this.#pending.length));
    return true;
  }

  #living(): number {
    if (this.#port === undefined) throw new Error('the listener is closed');
    return this.#port;
  }
}

function checkFormat(value: unknown): void {
  if (value !== 'socket/tcp') throw new RangeError('format: not "socket/tcp"');
}
