import { ErrorId, RingletError } from '../../src/errors.ts';
import {
  checkedAddress,
  checkedBoolean,
  checkedCount,
  checkedDuration,
  checkedFunction,
  checkedNumber,
  checkedText,
  checkedTime,
} from './check.ts';
import { checkedWeather } from './check-weather.ts';
import { Chronicle } from './chronicle.ts';
import { checkHostOptions, checkWorldOptions } from './check-options.ts';
import { Clock } from './clock.ts';
import type { ConnectionRecord } from './connection-records.ts';
import { Course } from './course.ts';
import { type HostOptions, SimulatedHost } from './host.ts';
import { Names } from './names.ts';
import { DEFAULT_LINK, type Link, type LinkOptions, linkSettings } from './network/link.ts';
import { Network } from './network/network.ts';
import { servePortal } from './portal.ts';
import { Random } from './random.ts';
import type { Message } from './server.ts';
import type { Surroundings } from './surroundings.ts';
import { type Entry, Trace, traceText } from './trace/trace.ts';
import { tracePage } from './trace/page.ts';
import { beginWeather, type Weather, type WEATHER } from './weather.ts';
import type { WorldOptions } from './world-options.ts';

/** Who is meant: a host, or its name. */
export type HostLike = SimulatedHost | string;

/**
 * A world to test firmware in: machines, a network between them, and a clock, all simulated. Nothing in it depends on
 * anything but its seed and on what its programs do. Its methods throw a RingletError (601, options: 602) for what they cannot
 * use, before anything has changed.
 */
export class World {
  readonly clock = new Clock();
  readonly random: Random;
  readonly hosts = new Map<string, SimulatedHost>();
  readonly trace: Trace;
  readonly #network: Network;
  readonly #surroundings: Surroundings<SimulatedHost>;
  readonly #names = new Names();
  readonly #chronicle: Chronicle;
  readonly #course: Course<SimulatedHost>;
  #portal: SimulatedHost | undefined;

  /** Throws a RingletError for options that are wrong. */
  constructor(options: WorldOptions = {}) {
    checkWorldOptions(options);
    const { seed = 1, link = {}, date = Date.UTC(2026, 0, 1), patience = 120_000, trace = 10_000 } = options;
    this.random = new Random(seed);
    this.trace = new Trace(trace);
    const chronicle = (this.#chronicle = new Chronicle(this.clock, this.trace));
    const course = (this.#course = new Course(this.clock, chronicle, options));
    const defaults = linkSettings(DEFAULT_LINK, link);
    this.#network = new Network(this.clock, this.random, defaults, patience, chronicle);
    this.#surroundings = {
      clock: this.clock,
      network: this.#network,
      random: this.random,
      startDate: date,
      resolve: (name, host) => {
        const addresses = this.#names.resolve(name, host);
        if (addresses.length === 0) chronicle.count('unknown name');
        return addresses;
      },
      uncaught: (host, error) => course.uncaught(host, error),
      mark: ({ name }, kind, text) => chronicle.mark(name, kind, text),
      said: ({ name }, text) => chronicle.note('trace', name, '', text),
    };
  }

  // --- Machines ----------------------------------------------------------------------------------------------

  /**
   * Adds a machine; its name is also its name in the DNS, by itself and with `.local`, in any letter case. Starts its program
   * now. Throws a RingletError for options that are wrong, and for a name or an address that somebody has.
   */
  host(name: string, options: HostOptions = {}): SimulatedHost {
    checkHostOptions(name, options);
    if (name === PORTAL) refuse(`${PORTAL} is the name of the captive portal`);
    if (this.#names.isTaken(name)) refuse(`there is a host ${name} already`);
    const host = this.#make(name, options);
    this.#names.add(name, host);
    this.hosts.set(name, host);
    if (options.main !== undefined) this.clock.at(this.clock.now, () => host.boot());
    return host;
  }

  /** Lets `name` lead to `host`, or to an address; undefined takes it away. */
  name(name: string, to: HostLike | undefined): void {
    const host = typeof to === 'string' ? this.hosts.get(to) : to;
    const address = host === undefined ? to && checkedAddress(to) : this.#of(host).address;
    this.#names.give(checkedText(name, 'name'), address);
  }

  /** Lets every name that is not known otherwise, and every address, lead to `host`. */
  everywhere(host: HostLike): void {
    this.#network.fallback = this.#names.everyName = this.#of(host);
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

  /** Does `action` at `time`, milliseconds since the beginning. Throws a RingletError for a time that is past. */
  at(time: number, action: () => void): void {
    this.clock.at(checkedTime(time, this.clock.now), checkedFunction(action, 'action'));
  }

  /** Does `action` after `delay` milliseconds. */
  after(delay: number, action: () => void): void {
    this.clock.at(this.clock.now + checkedDuration(delay, 'delay'), checkedFunction(action, 'action'));
  }

  /**
   * Lets so many milliseconds pass, without a wait. Throws what code of a host's has thrown, see `onUncaught`, and a
   * RingletError for a duration that is none or has no end, and inside of what happens while time passes already.
   */
  run(duration: number): void {
    this.#course.run(checkedDuration(duration, 'duration'));
  }

  /** The same for programs that use promises: what they wait for goes on between two happenings. */
  async play(duration: number): Promise<void> {
    await this.#course.play(checkedDuration(duration, 'duration'));
  }

  /** Runs until `condition` holds, looking after each happening, for at most `limit` ms. Returns whether it does. */
  runUntil(condition: () => boolean, limit: number): boolean {
    return this.#course.runUntil(checkedFunction(condition, 'condition'), checkedDuration(limit, 'limit'));
  }

  // --- Faults by script --------------------------------------------------------------------------------------

  /** Nothing gets through between two machines, in neither direction; TCP gives up in the end. */
  partition(a: HostLike, b: HostLike): void {
    this.#change('partition', a, b).isPartitioned = true;
  }

  repair(a: HostLike, b: HostLike): void {
    this.#change('repair', a, b).isPartitioned = false;
    this.#network.resume();
  }

  /** Keeps back what is on its way between two machines until `release`, which delivers all of it in order. */
  hold(a: HostLike, b: HostLike): void {
    this.#change('hold', a, b).isHeld = true;
  }

  release(a: HostLike, b: HostLike): void {
    this.#change('release', a, b).isHeld = false;
    this.#network.resume();
  }

  /** Resets every connection of `host`, or those with `peer`. */
  reset(host: HostLike, peer?: HostLike): void {
    const name = peer === undefined ? undefined : this.#of(peer).name;
    for (const { id, from, to } of this.connectionsOf(host))
      if (name === undefined || name === from || name === to) this.resetConnection(id);
  }

  /** Every connection of `host`, or those with `peer`, goes silent for ever: half-open, as when the peer vanished. */
  silence(host: HostLike, peer?: HostLike): void {
    const name = peer === undefined ? undefined : this.#of(peer).name;
    for (const { id, from, to } of this.connectionsOf(host))
      if (name === undefined || name === from || name === to) this.silenceConnection(id);
  }

  /** Resets the connection with that number; both ends learn of it. One that is over is left alone. */
  resetConnection(id: number): void {
    checkedNumber(id, 'id');
    this.#network.connections.find((each) => each.id === id)?.reset();
  }

  silenceConnection(id: number): void {
    checkedNumber(id, 'id');
    this.#network.connections.find((each) => each.id === id)?.silence();
  }

  /** Whether names are resolved for `host`. */
  names(host: HostLike, areKnown: boolean): void {
    const machine = this.#of(host);
    machine.isWithoutNames = !checkedBoolean(areKnown, 'areKnown');
    this.#chronicle.mark(machine.name, 'names', areKnown ? 'back' : 'lost');
  }

  /** Whether memory of `host` is short, so that what allocates fails: sockets, resolvers, timers, `read(n)`. */
  memoryShort(host: HostLike, isShort: boolean): void {
    const machine = this.#of(host);
    machine.isShortOfMemory = checkedBoolean(isShort, 'isShort');
    this.#chronicle.mark(machine.name, 'memory', isShort ? 'short' : 'back');
  }

  /** Whether the random source of `host` gives nothing. */
  randomFails(host: HostLike, fails: boolean): void {
    const machine = this.#of(host);
    machine.isWithoutRandom = checkedBoolean(fails, 'fails');
    this.#chronicle.mark(machine.name, 'random source', fails ? 'fails' : 'back');
  }

  /** Whether a captive portal answers in place of everybody whom `host` connects to from now on. */
  portal(host: HostLike, isThere: boolean): void {
    const machine = this.#of(host);
    if (checkedBoolean(isThere, 'isThere') && this.#portal === undefined) {
      this.#portal = this.#make(PORTAL, { runtime: 'node' });
      servePortal(this.#portal);
    }
    machine.portal = isThere ? this.#portal : undefined;
    this.#chronicle.mark(machine.name, 'portal', isThere ? 'in the way' : 'gone');
  }

  // --- Faults by chance --------------------------------------------------------------------------------------

  /**
   * Lets faults happen to `host` by chance, from now on: `good`, `bad`, `terrible`, or as you say.
   */
  weather(host: HostLike, weather: Weather | keyof typeof WEATHER): void {
    const machine = this.#of(host);
    beginWeather(this, machine, checkedWeather(weather), machine.random.fork('weather'));
  }

  // --- What has happened -------------------------------------------------------------------------------------

  /** How often each kind of fault has happened. */
  get faults(): Readonly<Record<string, number>> {
    return this.#chronicle.faults;
  }

  /** Messages that the WebSocket servers of `host`, or of all, have got; see {@link SimulatedHost.serve}. */
  delivered(host?: HostLike): Message[] {
    const hosts = host === undefined ? [...this.hosts.values()] : [this.#of(host)];
    return hosts.flatMap(({ servers }) => servers.flatMap(({ messages }) => messages));
  }

  /** Connections that were begun, oldest first: all, those of `from`, or those of them that went to `to`. */
  connections(from?: HostLike, to?: HostLike): ConnectionRecord[] {
    const [a, b] = [from, to].map((host) => (host === undefined ? undefined : this.#of(host).name));
    return this.#chronicle.records.between(a, b);
  }

  /** Connections of `host` of which somebody holds an end. */
  connectionsOf(host: HostLike): readonly { id: number; from: string; to: string }[] {
    const { name } = this.#of(host);
    return this.#network.connections
      .map(({ id, route: { client, to } }) => ({ id, from: client.name, to }))
      .filter(({ from, to }) => from === name || to === name);
  }

  /** Entries of the trace: all that are kept, or those of a kind. */
  events(kind?: string): readonly Entry[] {
    const { entries } = this.trace;
    if (kind === undefined) return entries;
    checkedText(kind, 'kind');
    return entries.filter((entry) => entry.kind === kind);
  }

  /** Adds a line to the trace. */
  note(text: string, host?: HostLike): void {
    const name = host === undefined ? '' : this.#of(host).name;
    this.#chronicle.note('note', name, '', checkedText(text, 'text'));
  }

  /** The trace, a line for each entry. */
  text(): string {
    return traceText(this.trace.entries);
  }

  /** The trace as a page of HTML that stands alone; the latest 2,000 entries, or as many as you say. */
  page(title = 'What happened', most = 2000): string {
    const hosts = [...this.hosts.keys(), ...(this.#portal === undefined ? [] : [PORTAL])];
    return tracePage(
      checkedText(title, 'title'),
      hosts,
      this.trace.entries.slice(-checkedCount(most, 'most')),
    );
  }

  /** The same for runs in which the same happened at the same times, to the octet. */
  get digest(): string {
    return this.trace.digest;
  }

  // --- Inside ------------------------------------------------------------------------------------------------

  #make(name: string, options: HostOptions): SimulatedHost {
    const number = this.#network.stations.size + 2;
    const address = options.address ?? `10.0.${number >> 8}.${number & 255}`;
    if (this.#network.stations.has(address)) refuse(`somebody has the address ${address} already`);
    const host = new SimulatedHost(name, address, options, this.#surroundings);
    this.#network.stations.set(address, host);
    return host;
  }

  /** The link between two machines, of which the trace says that it changes. */
  #change(kind: string, a: HostLike, b: HostLike): Link {
    const [one, other] = [this.#of(a), this.#of(b)];
    if (kind === 'partition' || kind === 'hold') this.#chronicle.count(kind);
    this.#chronicle.note(kind, one.name, other.name);
    return this.#network.linkBetween(one, other);
  }

  #of(host: HostLike): SimulatedHost {
    const found = typeof host === 'string' ? this.hosts.get(host) : host;
    if (found === undefined) refuse(`there is no host ${String(host)}`);
    const isHere = found instanceof SimulatedHost && this.#network.stations.get(found.address) === found;
    if (!isHere) refuse('neither a host of this world nor the name of one');
    return found;
  }
}

/** Another machine has that name in traces as soon as a captive portal stands in somebody's way. */
const PORTAL = 'portal';

function refuse(why: string): never {
  throw new RingletError(ErrorId.argumentInvalid, why);
}
