import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { OpeningSetup } from '../../../src/handshake/opening.ts';
import { ServerHandshake } from '../../../src/handshake/server-handshake.ts';
import type { TimerId } from '../../../src/host.ts';
import { nodeHost } from '../host.ts';
import { Arrival, type Reception } from './arrival.ts';
import type { Admission, ArrivalPolicy } from './policy.ts';

/** Deadlines are looked at so many milliseconds late at most, so that those of a crowd are looked at together. */
const LATE = 20;

const NEVER = 0x3fffffff;

/** Milliseconds for a refused client to leave, where no other time is set: it never has for ever. */
const LEAVE = 3000;

/**
 * The sockets that are no connections yet, in the order of their accept, and their bounds in number and time. All have the
 * same time, so that the first is always the first to expire.
 *
 * When there are too many, one has to go: the longest refused; else the oldest that has sent nothing; else the oldest that
 * is still sending its request; else, when a hook is awaited for all of them, the new one.
 */
export class Arrivals implements Reception {
  readonly policy: ArrivalPolicy;
  readonly admission: Admission;
  readonly report: (error: unknown) => void;
  readonly reportNonsense: (fault: number) => void;
  /** Puts TLS on a socket; undefined where there is none. */
  readonly secure: ((socket: Socket, arrival: Arrival) => void) | undefined;
  /** Sockets that are open, connections and all. */
  readonly #sockets = new Set<Socket>();
  readonly #asking = new Set<Arrival>();
  readonly #silent = new Set<Arrival>();
  readonly #refused = new Set<Arrival>();
  readonly #setup: OpeningSetup;
  readonly #timer: TimerId;
  /** When the timer is due, if it waits for anything. */
  #wakes: number | undefined;
  #isClosed = false;
  #refusesAll = false;
  readonly #emptied: (() => void)[] = [];

  /** One listener for all sockets, called as theirs. */
  readonly #onClose: (this: Socket) => void;

  /** `report` is told what the hooks throw, `reportNonsense` by what fault an answer of theirs makes no sense. */
  constructor(
    policy: ArrivalPolicy,
    admission: Admission,
    report: (error: unknown) => void,
    reportNonsense: (fault: number) => void,
    secure: Reception['secure'],
  ) {
    this.policy = policy;
    this.admission = admission;
    this.report = report;
    this.reportNonsense = reportNonsense;
    this.secure = secure;
    const { maxHeadSize: limit } = policy;
    this.#setup = { random: nodeHost.random, longestLine: limit, limit, compression: undefined };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- `this` is the socket in there
    const arrivals = this;
    this.#onClose = function () {
      arrivals.#gone(this);
    };
    this.#timer = nodeHost.Timer.set(() => this.#onTimer(), NEVER, NEVER);
  }

  /** Sockets whose request is not accepted, those that were refused and have not left included. */
  get handshakes(): number {
    return this.#silent.size + this.#asking.size + this.#refused.size;
  }

  get connections(): number {
    return this.#sockets.size - this.handshakes;
  }

  /** Whether there is no room for another connection. */
  get isFull(): boolean {
    const { maxConnections } = this.policy;
    return this.#refusesAll || (maxConnections !== 0 && this.connections >= maxConnections);
  }

  /** Nobody is let in any more. */
  get isClosing(): boolean {
    return this.#refusesAll;
  }

  /** A socket was accepted. */
  add(socket: Socket): Arrival {
    const { maxHandshakes, handshakeTimeout } = this.policy;
    this.#sockets.add(socket);
    socket.on('close', this.#onClose);
    const arrival = new Arrival(this, socket, nodeHost.now() + handshakeTimeout);
    const isTooMany = maxHandshakes !== 0 && this.handshakes >= maxHandshakes;
    const dispensable = isTooMany ? this.#dispensable : undefined;
    this.#silent.add(arrival);
    if (handshakeTimeout !== 0) this.#wakeAt(arrival.due);
    if (isTooMany) (dispensable ?? arrival).turnAway();
    return arrival;
  }

  /** An `http.Server` has read the request of `socket`, see {@link Arrival.upgraded}. */
  upgrade(socket: Socket, incoming: IncomingMessage, octets: Uint8Array): void {
    this.add(socket).upgraded(incoming, octets);
  }

  /** Lets nobody in any more: who has not been let in is answered with 503. */
  refuseAll(): void {
    this.#refusesAll = true;
    for (const arrival of [...this.#silent, ...this.#asking]) arrival.turnAway();
  }

  /** Is fulfilled when there is no socket. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sockets.size === 0) resolve();
      else this.#emptied.push(resolve);
    });
  }

  /** `socket` is closed. */
  #gone(socket: Socket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size !== 0) return;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }

  /** Turns one away for the sake of others, if there is one that may be. */
  makeRoom(): void {
    this.#dispensable?.turnAway();
  }

  /** The first octet of `arrival` has come. */
  heard(arrival: Arrival): void {
    this.#silent.delete(arrival);
    this.#asking.add(arrival);
  }

  /** `arrival` was refused, and is to leave. */
  refused(arrival: Arrival): void {
    this.left(arrival);
    this.#refused.add(arrival);
    arrival.due = nodeHost.now() + (this.policy.closeTimeout || LEAVE);
    this.#wakeAt(arrival.due);
  }

  /** `arrival` is a connection now, or gone. */
  left(arrival: Arrival): void {
    this.#silent.delete(arrival);
    this.#asking.delete(arrival);
    this.#refused.delete(arrival);
  }

  newHandshake(): ServerHandshake {
    const { requestHeaders, protocols } = this.policy;
    return new ServerHandshake(requestHeaders, protocols, nodeHost.proof, this.#setup);
  }

  /** Drops every socket. */
  close(): void {
    nodeHost.Timer.clear(this.#timer);
    this.#isClosed = true;
    this.#refusesAll = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  get #dispensable(): Arrival | undefined {
    for (const arrival of this.#refused) return arrival;
    for (const arrival of this.#silent) return arrival;
    for (const arrival of this.#asking) if (arrival.isAsking) return arrival;
    return undefined;
  }

  /** Expires those whose time is over, and waits for the next. */
  #onTimer(): void {
    const now = nodeHost.now();
    this.#wakes = undefined;
    this.#expire(this.#refused, now);
    if (this.policy.handshakeTimeout === 0) return;
    this.#expire(this.#silent, now);
    this.#expire(this.#asking, now);
  }

  #expire(arrivals: ReadonlySet<Arrival>, now: number): void {
    for (const arrival of arrivals) {
      if (((arrival.due - now) | 0) <= 0) arrival.expire();
      else {
        this.#wakeAt(arrival.due);
        // The others are due later. Those that are asking stand in the order of their first octets.
        if (arrivals !== this.#asking) return;
      }
    }
  }

  #wakeAt(due: number): void {
    if (this.#isClosed || (this.#wakes !== undefined && ((due - this.#wakes) | 0) >= 0)) return;
    this.#wakes = due;
    const left = (due - nodeHost.now()) | 0;
    nodeHost.Timer.schedule(this.#timer, left > 0 ? left + LATE : LATE, NEVER);
  }
}
