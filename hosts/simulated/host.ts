import type { WebSocketClient, WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import type { Host, TransportFactory } from '../../src/host.ts';
import { checkedBoolean, checkedDuration, checkedFunction, checkedJump } from './check.ts';
import { classesOf, timeOf, webSocketClientOn } from './classes.ts';
import type { Clock } from './clock.ts';
import { deviceOf, type SimulatedDevice } from './device.ts';
import { engineOf } from './engine.ts';
import { InjectedFailure } from './injected-failure.ts';
import type { SimulatedListener } from './io/listener.ts';
import type { Computer } from './io/machine.ts';
import type { SimulatedResolver } from './io/resolver.ts';
import type { SimulatedTCP } from './io/tcp.ts';
import { type SimulatedTimer, type TimerModule, timerModule } from './io/timer.ts';
import { MachineClock } from './machine-clock.ts';
import type { MachineOptions } from './machine-options.ts';
import type { Acceptor, Certificate } from './network/connection.ts';
import type { LinkOptions } from './network/link.ts';
import type { Station } from './network/network.ts';
import type { StreamEnd } from './network/stream-end.ts';
import { Ports } from './ports.ts';
import { present } from './present.ts';
import type { Random } from './random.ts';
import { serve, type ServeOptions, type SimulatedServer } from './server.ts';
import type { Surroundings } from './surroundings.ts';
import { acceptTransport, connectTransport, transportAcceptor } from './transport.ts';

/** What a machine is like. */
export type HostOptions = MachineOptions<SimulatedHost>;

/**
 * A machine in a {@link World}: a device or a server. It has the classes of ECMA-419 as an application imports them, what the
 * engine wants of a runtime ({@link engine}), and transports. Nothing of it is shared with another machine.
 */
export class SimulatedHost implements Computer, Station {
  readonly name: string;
  readonly address: string;
  readonly link: LinkOptions;
  readonly sendWindow: number;
  readonly tlsWindow: number;
  readonly receiveWindow: number;
  readonly losesUnread: boolean;
  readonly clock: Clock;
  readonly options: HostOptions;
  readonly random: Random;

  /** Classes and modules, as an application on this machine imports them. */
  readonly TCP: new (options: never) => SimulatedTCP;
  readonly TLS: new (options: never) => SimulatedTCP;
  readonly Listener: new (options: never) => SimulatedListener;
  readonly Resolver: new (options: never) => SimulatedResolver;
  readonly Timer: TimerModule;
  readonly time: { readonly ticks: number; delta(start: number, end?: number): number };
  readonly WebSocketClient: new (options: WebSocketClientOptions) => WebSocketClient;
  /** The provider of ECMA-419, `embedded:provider/builtin` and the global `device`. */
  device: SimulatedDevice;
  /** What the engine wants of a runtime. */
  readonly engine: Host;

  isUp = true;
  isOnline = true;
  /** When octets last came for somebody who was there, its programs last offered some, and a connection of theirs last failed. */
  heardAt = -Infinity;
  offeredAt = -Infinity;
  failedAt = -Infinity;
  /** Octets that its sockets have taken, to be sent. */
  takenOctets = 0;
  portal: Station | undefined;
  /** Pending timers; a program that has ended leaves none. */
  readonly timers = new Set<SimulatedTimer>();
  /** Ends of connections that the program holds; the same. */
  readonly sockets = new Set<StreamEnd>();
  /** The servers that `serve` has made, those of earlier lives of the program included. */
  readonly servers: SimulatedServer[] = [];
  /** Uses of what is closed, by sentence: each is a fault of the program. */
  readonly misuses: string[] = [];
  /** Calls of functions of the host, so far. */
  calls = 0;
  /** Lets the next calls fail for which it says so; see {@link failCalls}. */
  #failing: ((call: number, name: string) => boolean) | undefined;
  /** Memory is short: what allocates fails. */
  isShortOfMemory = false;
  /** Names are not resolved. */
  isWithoutNames = false;
  /** The random source gives nothing. */
  isWithoutRandom = false;
  readonly #world: Surroundings<SimulatedHost>;
  readonly #ports = new Ports((end) => this.sockets.add(end));
  readonly #time: MachineClock;
  /** Counts the lives of the program: what an earlier one asked for is not done in a later one. */
  #life = 0;
  #main: ((host: SimulatedHost) => void) | undefined;

  constructor(name: string, address: string, options: HostOptions, world: Surroundings<SimulatedHost>) {
    this.name = name;
    this.address = address;
    this.options = options;
    this.link = options.link ?? {};
    this.sendWindow = options.sendWindow ?? 8192;
    this.tlsWindow = options.tlsWindow ?? 2771;
    this.receiveWindow = options.receiveWindow ?? 8192;
    this.losesUnread = options.losesUnread ?? false;
    this.clock = world.clock;
    this.random = world.random.fork(`host ${name}`);
    this.#world = world;
    this.#main = options.main;
    this.#time = new MachineClock(world.clock, world.startDate, options.ticks ?? 0);
    const classes = classesOf(this);
    this.TCP = classes.TCP;
    this.TLS = classes.TLS;
    this.Listener = classes.Listener;
    this.Resolver = classes.Resolver;
    this.Timer = timerModule(this);
    this.time = timeOf(this);
    this.engine = engineOf(this, (error) => world.uncaught(this, error));
    this.WebSocketClient = webSocketClientOn(this.engine);
    this.device = deviceOf(this, options.device);
  }

  /** Milliseconds of its counter: an integer that wraps at 2^32. */
  get ticks(): number {
    return this.#time.ticks;
  }

  /** What it takes for the date, milliseconds since 1970. */
  date(): number {
    return this.#time.date;
  }

  /** A 32-bit word of its random source; 0 when that fails. */
  word(): number {
    this.call('random');
    return this.isWithoutRandom ? 0 : this.random.word() || 1;
  }

  /** What `main` is to do when the machine starts next; runs it now, too. */
  run(main: (host: SimulatedHost) => void): void {
    this.#main = checkedFunction(main, 'main');
    this.boot();
  }

  /** The global `trace` of its programs: what they say stands in the world's trace. */
  say(text: string): void {
    this.#world.said(this, text);
  }

  /** Runs the program. */
  boot(): void {
    const main = this.#main;
    if (main !== undefined) this.enter(() => main(this));
  }

  // --- Faults ----------------------------------------------------------------------------------------------

  /** Loses its power: nobody learns of it. Starts again after `downtime` milliseconds. */
  powerCycle(downtime: number): void {
    checkedDuration(downtime, 'downtime');
    this.#world.mark(this, 'power', `lost for ${Math.round(downtime)} ms`);
    this.isUp = false;
    for (const end of [...this.sockets]) end.vanish();
    this.#bootAfter(downtime, () => {
      this.isUp = true;
      this.#time.restart();
      this.#world.mark(this, 'power', 'back');
    });
  }

  /** Its program ends: connections are reset, ports closed. It starts again after `downtime` milliseconds. */
  restart(downtime: number): void {
    checkedDuration(downtime, 'downtime');
    if (!this.isUp) return;
    this.#world.mark(this, 'restart', `for ${Math.round(downtime)} ms`);
    for (const end of [...this.sockets]) end.reset();
    this.#bootAfter(downtime, () => this.#world.mark(this, 'restart', 'done'));
  }

  /** Loses its network, or has it again. */
  online(isOnline: boolean): void {
    if (this.isOnline === checkedBoolean(isOnline, 'isOnline')) return;
    this.isOnline = isOnline;
    this.#world.mark(this, 'wifi', isOnline ? 'back' : 'lost');
    if (isOnline) this.#world.network.resume();
  }

  /** Its clocks, both of them, go on from so many milliseconds later (or earlier). */
  jump(milliseconds: number): void {
    checkedJump(milliseconds);
    this.#world.mark(this, 'clock', `jumps by ${milliseconds} ms`);
    this.#time.jump(milliseconds);
  }

  /** Lets calls of functions of the host throw: those for which `fails` (number from 1, name) is true. */
  failCalls(fails: ((call: number, name: string) => boolean) | undefined): void {
    this.#failing = fails === undefined ? undefined : checkedFunction(fails, 'fails');
  }

  // --- For the classes of this machine -----------------------------------------------------------------------

  call(name: string, allocates = false): void {
    this.calls += 1;
    if (allocates && this.isShortOfMemory) throw new InjectedFailure(`${name}: memory is short`);
    if (this.#failing?.(this.calls, name)) {
      this.#world.mark(this, 'call', `${name} fails`);
      throw new InjectedFailure(`${name}: failed as asked (${this.calls})`);
    }
  }

  /** Runs code of the program's, with this host as the present one. */
  enter(action: () => void): void {
    if (!this.isUp) return;
    present.host = this;
    try {
      action();
    } catch (error) {
      this.#world.uncaught(this, error);
    }
  }

  /** Runs code of this life of the program's, at this time and after what is under way. */
  soon(callback: () => void): void {
    const life = this.#life;
    this.clock.at(this.clock.now, () => {
      if (life === this.#life) this.enter(callback);
    });
  }

  misused(what: string): void {
    this.misuses.push(what);
  }

  connect(address: string, port: number, secureName?: string): StreamEnd {
    const end = this.#world.network.connect(this, address, port, secureName);
    this.sockets.add(end);
    return end;
  }

  released(end: StreamEnd): void {
    this.sockets.delete(end);
  }

  heard(): void {
    this.heardAt = this.clock.now;
  }

  offered(): void {
    this.offeredAt = this.clock.now;
  }

  took(count: number): void {
    this.takenOctets += count;
  }

  failed(): void {
    this.failedAt = this.clock.now;
  }

  listen(port: number, acceptor: Acceptor): number {
    return this.#ports.listen(port, acceptor);
  }

  unlisten(port: number, acceptor: Acceptor): void {
    this.#ports.unlisten(port, acceptor);
  }

  acceptorAt(port: number): Acceptor | undefined {
    return this.#ports.at(port);
  }

  lookUp(name: string, answer: (addresses: readonly string[]) => void): void {
    const addresses = this.isOnline && !this.isWithoutNames ? this.#world.resolve(name, this) : [];
    const delay = this.isOnline ? 2 * (this.link.latency ?? 10) : 0;
    const life = this.#life;
    this.clock.at(this.clock.now + delay, () => {
      if (this.isUp && life === this.#life) answer(this.isOnline || name === 'localhost' ? addresses : []);
    });
  }

  /** A WebSocket server of Ringlet's at a port of this machine; see {@link ServeOptions}. */
  serve(options: ServeOptions = {}): SimulatedServer {
    const server = serve(this, options);
    this.servers.push(server);
    return server;
  }

  // --- Transports --------------------------------------------------------------------------------------------

  /** A transport to `address` and `port`; `secureName` asks for TLS with a certificate for that name. */
  transport(address: string, port: number, secureName?: string): TransportFactory {
    const open = (): StreamEnd => {
      this.call('Transport', true);
      return this.connect(address, port, secureName);
    };
    return connectTransport(this, open, this.options.runtime === 'node');
  }

  /**
   * Waits at `port` (0: any that is free; −1: all that nobody waits at) for connections, each a transport. With
   * `certificate` they speak TLS. Returns the port.
   */
  serveTransports(
    port: number,
    onConnection: (transport: TransportFactory) => void,
    certificate?: Certificate,
  ): number {
    const accept = (end: StreamEnd): void =>
      this.enter(() => onConnection(acceptTransport(this, end, this.options.runtime === 'node')));
    return this.listen(port, transportAcceptor(accept, certificate));
  }

  /** What the program had is gone. Unless that happens again meanwhile, `before` and the program run after a while. */
  #bootAfter(downtime: number, before: () => void): void {
    for (const timer of [...this.timers]) timer.end();
    this.#ports.clear();
    const life = ++this.#life;
    this.clock.at(this.clock.now + downtime, () => {
      if (life !== this.#life) return;
      before();
      this.boot();
      this.#world.network.resume();
    });
  }
}
