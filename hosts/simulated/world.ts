import { nameOfError } from '../../src/error-text.ts';
import type { ErrorId } from '../../src/errors.ts';
import { Clock } from './clock.ts';
import { type HostOptions, SimulatedHost, type Surroundings } from './host.ts';
import type { Connection, Step } from './network/connection.ts';
import { DEFAULT_LINK, type LinkOptions, linkSettings } from './network/link.ts';
import { Network } from './network/network.ts';
import { servePortal } from './portal.ts';
import { Random } from './random.ts';
import type { Message } from './server.ts';
import { type Entry, Trace, traceText } from './trace/trace.ts';
import { tracePage } from './trace/page.ts';
import { beginWeather, WEATHER, type Weather } from './weather.ts';

/** What a world is made from. */
export interface WorldOptions {
  /** What chance is made from: the same seed, the same run. Default 1. */
  readonly seed?: number | string | undefined;
  /** What links are like where their hosts do not say otherwise. */
  readonly link?: LinkOptions | undefined;
  /** The date at the beginning, in milliseconds since 1970. Default 2026-01-01. */
  readonly date?: number | undefined;
  /** How long TCP tries to get something through before it gives up, milliseconds. Default 120,000. */
  readonly patience?: number | undefined;
  /** How many entries the trace keeps, the latest ones; 0 for none. Default 10,000. */
  readonly trace?: number | undefined;
  /** Takes what code of a host's throws; without it, `run` throws it. */
  readonly onUncaught?: ((host: SimulatedHost, error: unknown) => void) | undefined;
}

/** A connection that was there, or is. */
export interface ConnectionRecord {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Virtual milliseconds; NaN for what did not happen. */
  readonly begun: number;
  readonly opened: number;
  readonly ended: number;
  /** What ended it: `refused`, `reset`, `finish`, `timeout`, `tls failed`; empty while nothing has. */
  readonly how: string;
}

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/** Who is meant: a host, or its name. */
export type HostLike = SimulatedHost | string;

const FAULTS: ReadonlySet<string> = new Set(['refused', 'reset', 'timeout', 'tls failed', 'silence']);

/**
 * A world to test firmware in: machines, a network between them, and a clock, all simulated. Nothing in it depends on
 * anything but its seed and on what its programs do.
 */
export class World {
  readonly clock = new Clock();
  readonly random: Random;
  readonly hosts = new Map<string, SimulatedHost>();
  /** How often each kind of fault has happened. */
  readonly faults: Record<string, number> = {};
  readonly trace: Trace;
  readonly #options: WorldOptions;
  readonly #network: Network;
  readonly #surroundings: Surroundings;
  readonly #names = new Map<string, string>();
  readonly #records = new Map<number, Mutable<ConnectionRecord>>();
  readonly #thrown: unknown[] = [];
  #everyName: SimulatedHost | undefined;
  #portal: SimulatedHost | undefined;

  /** Throws RangeError for a link that cannot be. */
  constructor(options: WorldOptions = {}) {
    const { seed = 1, link = {}, date = Date.UTC(2026, 0, 1), patience = 120_000, trace = 10_000 } = options;
    this.#options = options;
    this.random = new Random(seed);
    this.trace = new Trace(trace);
    this.#network = new Network(this.clock, this.random, linkSettings(DEFAULT_LINK, link), patience, {
      happened: (connection, what, failure) => this.#happened(connection, what, failure),
      arrived: (connection, direction, octets, sent) => {
        this.trace.octets(connection, direction, octets, sent, this.clock.now);
      },
    });
    this.#surroundings = {
      clock: this.clock,
      network: this.#network,
      random: this.random,
      startDate: date,
      resolve: (name, host) => this.#resolve(name, host),
      uncaught: (host, error) => this.#uncaught(host, error),
      mark: (host, kind, text) => this.#mark(host, kind, text),
      said: (host, text) => this.#note('trace', host.name, '', text),
    };
  }

  // --- Machines ----------------------------------------------------------------------------------------------

  /** Adds a machine; its name is also its name in the DNS, by itself and with `.local`. Starts its program now. */
  host(name: string, options: HostOptions = {}): SimulatedHost {
    if (this.hosts.has(name)) throw new RangeError(`there is a host ${name} already`);
    const host = this.#make(name, options);
    this.hosts.set(name, host);
    if (options.main !== undefined) this.clock.at(this.clock.now, () => host.boot());
    return host;
  }

  /** Lets `name` lead to `host`, or to an address; undefined takes it away. */
  name(name: string, to: HostLike | undefined): void {
    if (to === undefined) this.#names.delete(name);
    else this.#names.set(name, typeof to === 'string' ? (this.hosts.get(to)?.address ?? to) : to.address);
  }

  /** Lets every name that is not known otherwise, and every address, lead to `host`. */
  everywhere(host: HostLike): void {
    this.#everyName = this.#of(host);
    this.#network.fallback = this.#everyName;
  }

  /** Changes what the link between two machines is like; what is on its way already is not changed. */
  link(a: HostLike, b: HostLike, options: LinkOptions): void {
    const link = this.#network.linkBetween(this.#of(a), this.#of(b));
    link.settings = linkSettings(link.settings, options);
  }

  // --- Time --------------------------------------------------------------------------------------------------

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.clock.now;
  }

  /** Does `action` at `time`, milliseconds since the beginning. */
  at(time: number, action: () => void): void {
    this.clock.at(time, action);
  }

  /** Does `action` after `delay` milliseconds. */
  after(delay: number, action: () => void): void {
    this.clock.at(this.clock.now + delay, action);
  }

  /** Lets so many milliseconds pass, without a wait. Throws what code of a host's has thrown; see `onUncaught`. */
  run(duration: number): void {
    const end = this.clock.now + duration;
    while (this.clock.step(end)) this.#rethrow();
    this.#rethrow();
  }

  /** The same for programs that use promises: what they wait for goes on between two happenings. */
  async play(duration: number): Promise<void> {
    const end = this.clock.now + duration;
    await nextTurn();
    while (this.clock.step(end)) {
      this.#rethrow();
      await nextTurn();
    }
    this.#rethrow();
  }

  /** Runs until `condition` holds, looking after each happening, for at most `limit` ms. Returns whether it does. */
  runUntil(condition: () => boolean, limit: number): boolean {
    const end = this.clock.now + limit;
    while (!condition()) {
      if (!this.clock.step(end)) return condition();
      this.#rethrow();
    }
    return true;
  }

  // --- Faults by script --------------------------------------------------------------------------------------

  /** Nothing gets through between two machines, in neither direction; TCP gives up in the end. */
  partition(a: HostLike, b: HostLike): void {
    this.#count('partition');
    this.#network.linkBetween(this.#of(a), this.#of(b)).isPartitioned = true;
    this.#note('partition', this.#of(a).name, this.#of(b).name);
  }

  repair(a: HostLike, b: HostLike): void {
    this.#network.linkBetween(this.#of(a), this.#of(b)).isPartitioned = false;
    this.#note('repair', this.#of(a).name, this.#of(b).name);
    this.#network.resume();
  }

  /** Keeps back what is on its way between two machines until `release`, which delivers all of it in order. */
  hold(a: HostLike, b: HostLike): void {
    this.#network.linkBetween(this.#of(a), this.#of(b)).isHeld = true;
    this.#note('hold', this.#of(a).name, this.#of(b).name);
  }

  release(a: HostLike, b: HostLike): void {
    this.#network.linkBetween(this.#of(a), this.#of(b)).isHeld = false;
    this.#note('release', this.#of(a).name, this.#of(b).name);
    this.#network.resume();
  }

  /** Resets every connection of `host`, or those with `peer`. */
  reset(host: HostLike, peer?: HostLike): void {
    for (const { id, from, to } of this.connectionsOf(host))
      if (peer === undefined || [from, to].includes(this.#of(peer).name)) this.resetConnection(id);
  }

  /** Every connection of `host`, or those with `peer`, goes silent for ever: half-open, as when the peer vanished. */
  silence(host: HostLike, peer?: HostLike): void {
    for (const { id, from, to } of this.connectionsOf(host))
      if (peer === undefined || [from, to].includes(this.#of(peer).name)) this.silenceConnection(id);
  }

  /** Resets the connection with that number; both ends learn of it. One that is over is left alone. */
  resetConnection(id: number): void {
    this.#network.connections.find((each) => each.id === id)?.reset();
  }

  silenceConnection(id: number): void {
    this.#network.connections.find((each) => each.id === id)?.silence();
  }

  /** Whether names are resolved for `host`. */
  names(host: HostLike, areKnown: boolean): void {
    const machine = this.#of(host);
    machine.isWithoutNames = !areKnown;
    this.#mark(machine, 'names', areKnown ? 'back' : 'lost');
  }

  /** Whether memory of `host` is short, so that what allocates fails: sockets, resolvers, timers, `read(n)`. */
  memoryShort(host: HostLike, isShort: boolean): void {
    const machine = this.#of(host);
    machine.isShortOfMemory = isShort;
    this.#mark(machine, 'memory', isShort ? 'short' : 'back');
  }

  /** Whether the random source of `host` gives nothing. */
  randomFails(host: HostLike, fails: boolean): void {
    const machine = this.#of(host);
    machine.isWithoutRandom = fails;
    this.#mark(machine, 'random source', fails ? 'fails' : 'back');
  }

  /** Whether a captive portal answers in place of everybody whom `host` connects to from now on. */
  portal(host: HostLike, isThere: boolean): void {
    const machine = this.#of(host);
    if (isThere && this.#portal === undefined) {
      this.#portal = this.#make('portal', { runtime: 'node' });
      servePortal(this.#portal);
    }
    machine.portal = isThere ? this.#portal : undefined;
    this.#mark(machine, 'portal', isThere ? 'in the way' : 'gone');
  }

  // --- Faults by chance --------------------------------------------------------------------------------------

  /** Lets faults happen to `host` by chance, from now on: `good`, `bad`, `terrible`, or as you say. */
  weather(host: HostLike, weather: Weather | keyof typeof WEATHER): void {
    const machine = this.#of(host);
    const kind = typeof weather === 'string' ? WEATHER[weather] : weather;
    beginWeather(this, machine, kind, machine.random.fork('weather'));
  }

  // --- What has happened -------------------------------------------------------------------------------------

  /** Messages that the WebSocket servers of `host`, or of all, have got; see {@link SimulatedHost.serve}. */
  delivered(host?: HostLike): Message[] {
    const hosts = host === undefined ? [...this.hosts.values()] : [this.#of(host)];
    return hosts.flatMap(({ servers }) => servers.flatMap(({ messages }) => messages));
  }

  /** Connections that were begun, oldest first: all, those of `from`, or those of them that went to `to`. */
  connections(from?: HostLike, to?: HostLike): ConnectionRecord[] {
    const [a, b] = [from, to].map((host) => (host === undefined ? undefined : this.#of(host).name));
    return [...this.#records.values()].filter(
      (record) => (a === undefined || record.from === a) && (b === undefined || record.to === b),
    );
  }

  /** Connections of `host` of which somebody holds an end. */
  connectionsOf(host: HostLike): readonly { id: number; from: string; to: string }[] {
    const { name } = this.#of(host);
    return this.#network.connections
      .map(({ id, route: { client, server } }) => ({ id, from: client.name, to: server.name }))
      .filter(({ from, to }) => from === name || to === name);
  }

  /** Entries of the trace: all that are kept, or those of a kind. */
  events(kind?: string): readonly Entry[] {
    const { entries } = this.trace;
    return kind === undefined ? entries : entries.filter((entry) => entry.kind === kind);
  }

  /** Adds a line to the trace. */
  note(text: string, host?: HostLike): void {
    this.#note('note', host === undefined ? '' : this.#of(host).name, '', text);
  }

  /** The trace, a line for each entry. */
  text(): string {
    return traceText(this.trace.entries);
  }

  /** The trace as a page of HTML that stands alone; the latest 2,000 entries, or as many as you say. */
  page(title = 'What happened', most = 2000): string {
    const hosts = [...this.hosts.keys(), ...(this.#portal === undefined ? [] : ['portal'])];
    return tracePage(title, hosts, this.trace.entries.slice(-most));
  }

  /** The same for runs in which the same happened at the same times, to the octet. */
  get digest(): string {
    return this.trace.digest;
  }

  // --- Inside ------------------------------------------------------------------------------------------------

  #make(name: string, options: HostOptions): SimulatedHost {
    const number = this.#network.stations.size + 2;
    const address = options.address ?? `10.0.${number >> 8}.${number & 255}`;
    if (this.#network.stations.has(address))
      throw new RangeError(`somebody has the address ${address} already`);
    const host = new SimulatedHost(name, address, options, this.#surroundings);
    this.#network.stations.set(address, host);
    return host;
  }

  #of(host: HostLike): SimulatedHost {
    const found = typeof host === 'string' ? this.hosts.get(host) : host;
    if (found === undefined) throw new RangeError(`there is no host ${String(host)}`);
    return found;
  }

  #resolve(text: string, host: SimulatedHost): readonly string[] {
    const name = text.toLowerCase();
    if (name === 'localhost') return ['127.0.0.1', '::1'];
    if (host.portal !== undefined) return [host.portal.address];
    const known = this.#names.get(name) ?? this.hosts.get(name.replace(/\.local$/, ''))?.address;
    // RFC 1035 §2.3.4: a label has at most 63 octets.
    const isName = name.split('.').every((label) => label.length > 0 && label.length < 64);
    const address = known ?? (isName ? this.#everyName?.address : undefined);
    if (address === undefined) this.#count('unknown name');
    return address === undefined ? [] : [address];
  }

  #happened(connection: Connection, what: Step, failure?: ErrorId): void {
    const { client, server, port } = connection.route;
    const record = this.#records.get(connection.id);
    const { now } = this.clock;
    if (what === 'connect') {
      const [from, to] = [client.name, server.name];
      const id = connection.id;
      this.#records.set(id, { id, from, to, port, begun: now, opened: NaN, ended: NaN, how: '' });
    } else if (what === 'open') record!.opened = now;
    else if (what !== 'silence' && record!.how === '') {
      record!.ended = now;
      record!.how = what;
    }
    if (FAULTS.has(what)) this.#count(what);
    const text = what === 'connect' ? `port ${port}` : failure === undefined ? '' : nameOfError(failure);
    this.trace.add({
      time: now,
      kind: what,
      from: client.name,
      to: server.name,
      text,
      connection: connection.id,
    });
  }

  #mark(host: SimulatedHost, kind: string, text: string): void {
    if (!/^(back|done|gone)$/.test(text)) this.#count(kind);
    this.#note(kind, host.name, '', text);
  }

  #note(kind: string, from: string, to: string, text = ''): void {
    this.trace.add({ time: this.clock.now, kind, from, to, text, connection: 0 });
  }

  #count(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  #uncaught(host: SimulatedHost, error: unknown): void {
    this.#note('uncaught', host.name, '', error instanceof Error ? error.message : String(error));
    if (this.#options.onUncaught === undefined) this.#thrown.push(error);
    else this.#options.onUncaught(host, error);
  }

  #rethrow(): void {
    if (this.#thrown.length > 0) throw this.#thrown.shift();
  }
}

/** After all that promises have to do. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
