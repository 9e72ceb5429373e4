import { STATUS_CODES } from 'node:http';
import { connectionErrorOf } from '../../src/failure-text.ts';
import { portableProof } from '../../src/handshake/accept.ts';
import type { Host, TransportFactory } from '../../src/host.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import type { Clock } from './clock.ts';
import type { Computer } from './io/machine.ts';
import { SimulatedListener } from './io/listener.ts';
import { SimulatedResolver } from './io/resolver.ts';
import { SimulatedTCP } from './io/tcp.ts';
import { type SimulatedTimer, type TimerModule, timerModule } from './io/timer.ts';
import { deviceOf, type SimulatedDevice } from './device.ts';
import type { Acceptor, Certificate } from './network/connection.ts';
import type { LinkOptions } from './network/link.ts';
import type { Network, Station } from './network/network.ts';
import type { StreamEnd } from './network/stream-end.ts';
import { present } from './present.ts';
import type { Random } from './random.ts';
import { serve, type ServeOptions, type SimulatedServer } from './server.ts';
import { acceptTransport, connectTransport } from './transport.ts';

/** What a machine is like. */
export interface HostOptions {
  /** Its IPv4 address. Default: the next one of 10.0.0.0/16. */
  readonly address?: string | undefined;
  /** What its network is like; see {@link LinkOptions}. */
  readonly link?: LinkOptions | undefined;
  /** Octets that a socket takes before some are acknowledged. Default 8192; 5744 on an ESP32-S2, S3 or C3. */
  readonly sendWindow?: number | undefined;
  /** The same under TLS. Default 2771. */
  readonly tlsWindow?: number | undefined;
  /** Octets that are kept until they are read. Default 8192. */
  readonly receiveWindow?: number | undefined;
  /** What was not read is lost when a connection is reset, as on Windows. Default false, as on Linux and with lwIP. */
  readonly losesUnread?: boolean | undefined;
  /**
   * What lends the engine its functions: `device` like Moddable (each send goes out at once), `node` (what
   * is sent in one turn goes out together, and memory is kept until it is taken). Default `device`.
   */
  readonly runtime?: 'device' | 'node' | undefined;
  /**
   * Whether memory is resized for each read and write of a device, as on XS; that is exact and, on Node, slow. Default false:
   * a view is made for each.
   */
  readonly resizable?: boolean | undefined;
  /** What its millisecond counter shows when it starts; it wraps at 2^32. Default 0. */
  readonly ticks?: number | undefined;
  /** More properties of the global `device`, such as `io` with simulated peripherals. */
  readonly device?: Readonly<Record<string, unknown>> | undefined;
  /** The program: run when the machine starts, and again whenever it starts again. */
  readonly main?: ((host: SimulatedHost) => void) | undefined;
}

/** What a machine needs of its world. */
export interface Surroundings {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  readonly resolve: (name: string, host: SimulatedHost) => readonly string[];
  /** Milliseconds since 1970 at the beginning. */
  readonly startDate: number;
  uncaught(host: SimulatedHost, error: unknown): void;
  /** Something happened that a reader of the trace wants to see. */
  mark(host: SimulatedHost, kind: string, text: string): void;
  /** The program has said something. */
  said(host: SimulatedHost, text: string): void;
}

/** Thrown by a function of the host that a test lets fail. */
export class InjectedFailure extends Error {
  override readonly name = 'InjectedFailure';
}

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
  /** When octets last came for somebody who was there, and when its programs last offered some to be sent. */
  heardAt = -Infinity;
  offeredAt = -Infinity;
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
  readonly #world: Surroundings;
  readonly #acceptors = new Map<number, Acceptor>();
  /** Counts the lives of the program: what an earlier one asked for is not done in a later one. */
  #life = 0;
  #startedAt = 0;
  #jumped = 0;
  #main: ((host: SimulatedHost) => void) | undefined;

  constructor(name: string, address: string, options: HostOptions, world: Surroundings) {
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
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the classes below have a `this` of their own.
    const host = this;
    const TCP = class TCP extends SimulatedTCP {
      constructor(options: unknown) {
        super(options, host);
      }
    };
    this.TCP = TCP;
    this.TLS = class TLS extends SimulatedTCP {
      constructor(options: unknown) {
        super(options, host, true);
      }
    };
    this.Listener = class Listener extends SimulatedListener {
      constructor(options: unknown) {
        super(options, host, (from) => new TCP({ from }));
      }
    };
    this.Resolver = class Resolver extends SimulatedResolver {
      constructor(options: unknown) {
        super(options, host);
      }
    };
    this.Timer = timerModule(this);
    this.time = Object.freeze({
      get ticks(): number {
        return host.ticks | 0;
      },
      delta: (start: number, end = host.ticks) => (end - start) | 0,
    });
    this.engine = options.runtime === 'node' ? this.#nodeEngine() : this.#deviceEngine();
    const { engine } = this;
    this.WebSocketClient = class extends WebSocketClient {
      constructor(options: WebSocketClientOptions) {
        super(options, engine);
      }
    };
    this.device = deviceOf(this, options.device);
  }

  /** Milliseconds of its counter: an integer that wraps at 2^32. */
  get ticks(): number {
    return (Math.floor(this.clock.now - this.#startedAt) + this.#jumped + (this.options.ticks ?? 0)) >>> 0;
  }

  /** What it takes for the date, milliseconds since 1970. */
  date(): number {
    return this.#world.startDate + Math.floor(this.clock.now) + this.#jumped;
  }

  /** A 32-bit word of its random source; 0 when that fails. */
  word(): number {
    this.call('random');
    return this.isWithoutRandom ? 0 : this.random.word() || 1;
  }

  /** What `main` is to do when the machine starts next; runs it now, too. */
  run(main: (host: SimulatedHost) => void): void {
    this.#main = main;
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
    this.#world.mark(this, 'power', `lost for ${Math.round(downtime)} ms`);
    this.isUp = false;
    for (const end of [...this.sockets]) end.vanish();
    const life = this.#forget();
    this.clock.at(this.clock.now + downtime, () => {
      if (life !== this.#life) return;
      this.isUp = true;
      this.#startedAt = this.clock.now;
      this.#jumped = 0;
      this.#world.mark(this, 'power', 'back');
      this.boot();
      this.#world.network.resume();
    });
  }

  /** Its program ends: connections are reset, ports closed. It starts again after `downtime` milliseconds. */
  restart(downtime: number): void {
    if (!this.isUp) return;
    this.#world.mark(this, 'restart', `for ${Math.round(downtime)} ms`);
    for (const end of [...this.sockets]) end.reset();
    const life = this.#forget();
    this.clock.at(this.clock.now + downtime, () => {
      if (life !== this.#life) return;
      this.#world.mark(this, 'restart', 'done');
      this.boot();
    });
  }

  /** Loses its network, or has it again. */
  online(isOnline: boolean): void {
    if (this.isOnline === isOnline) return;
    this.isOnline = isOnline;
    this.#world.mark(this, 'wifi', isOnline ? 'back' : 'lost');
    if (isOnline) this.#world.network.resume();
  }

  /** Its clocks, both of them, go on from so many milliseconds later (or earlier). */
  jump(milliseconds: number): void {
    this.#world.mark(this, 'clock', `jumps by ${milliseconds} ms`);
    this.#jumped += Math.trunc(milliseconds);
  }

  /** Lets calls of functions of the host throw: those for which `fails` (number from 1, name) is true. */
  failCalls(fails: ((call: number, name: string) => boolean) | undefined): void {
    this.#failing = fails;
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

  listen(port: number, acceptor: Acceptor): number {
    let chosen = port;
    if (port === 0) for (chosen = 49152; this.#acceptors.has(chosen); chosen++);
    if (this.#acceptors.has(chosen)) throw new Error(`port ${chosen} is in use`);
    this.#acceptors.set(chosen, acceptor);
    return chosen;
  }

  unlisten(port: number, acceptor: Acceptor): void {
    if (this.#acceptors.get(port) === acceptor) this.#acceptors.delete(port);
  }

  acceptorAt(port: number): Acceptor | undefined {
    const acceptor = this.#acceptors.get(port) ?? this.#acceptors.get(-1);
    if (acceptor === undefined) return undefined;
    return {
      certificate: acceptor.certificate,
      accept: (end) => {
        this.sockets.add(end);
        return acceptor.accept(end);
      },
    };
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
    return this.listen(port, {
      certificate,
      accept: (end) => {
        this.enter(() => onConnection(acceptTransport(this, end, this.options.runtime === 'node')));
        if (end.owner === undefined && !end.isGone) end.reset();
        return true;
      },
    });
  }

  /** What the program had; returns the number of the life that follows. */
  #forget(): number {
    for (const timer of [...this.timers]) timer.end();
    this.#acceptors.clear();
    return ++this.#life;
  }

  #base(): Pick<Host, 'Timer' | 'now' | 'random' | 'proof' | 'report' | 'failure'> {
    return {
      Timer: this.Timer,
      now: () => this.ticks,
      random: () => this.word(),
      proof: portableProof,
      report: (error) => this.#world.uncaught(this, error),
      failure: (error, failed) => connectionErrorOf(error, failed, STATUS_CODES),
    };
  }

  #deviceEngine(): Host {
    return Object.freeze({ ...this.#base(), resizable: this.options.resizable ?? false, TCP: this.TCP });
  }

  #nodeEngine(): Host {
    const soon = (callback: () => void): void => {
      const life = this.#life;
      this.clock.at(this.clock.now, () => {
        if (life === this.#life) this.enter(callback);
      });
    };
    return Object.freeze({ ...this.#base(), defer: soon, later: soon });
  }
}
