import { ErrorId } from '../../../src/errors.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { type Acceptor, Connection, type Machine, type Watcher } from './connection.ts';
import { Link, type LinkOptions, linkSettings, type LinkSettings } from './link.ts';
import type { StreamEnd } from './stream-end.ts';

/** A machine with an address. */
export interface Station extends Machine {
  readonly address: string;
  readonly link: LinkOptions;
  /** Who waits at `port`, asked when somebody comes. */
  acceptorAt(port: number): Acceptor | undefined;
  /** Stands in for every other machine: nothing gets past it until somebody has signed in. */
  portal: Station | undefined;
}

/** How often what is over is cleared out. */
const SWEEP = 64;

/** The first port that is given to clients, and how many there are (RFC 6335 §6). */
const FIRST_PORT = 49152;
const PORTS = 16384;

/** Machines by address, the links between them, and all connections. */
export class Network {
  readonly stations = new Map<string, Station>();
  /** Who has every address that nobody else has. */
  fallback: Station | undefined;
  #connections: Connection[] = [];
  readonly #links = new Map<string, Link>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #defaults: LinkSettings;
  readonly #patience: number;
  readonly #watcher: Watcher;
  #count = 0;

  constructor(clock: Clock, random: Random, defaults: LinkSettings, patience: number, watcher: Watcher) {
    this.#clock = clock;
    this.#random = random;
    this.#defaults = defaults;
    this.#patience = patience;
    this.#watcher = watcher;
  }

  /** Connections of which anybody still holds an end. */
  get connections(): readonly Connection[] {
    this.#connections = this.#connections.filter(({ isOver }) => !isOver);
    return this.#connections;
  }

  /** The way between two machines; made when it is asked for, as the two say. */
  linkBetween(a: Station, b: Station): Link {
    const [first, second] = a.name < b.name ? [a.name, b.name] : [b.name, a.name];
    // Names may have blanks: "a b" and "c" are not "a" and "b c".
    const key = JSON.stringify([first, second]);
    let link = this.#links.get(key);
    if (link === undefined) {
      const here =
        a === b ? { latency: 0, jitter: 0, loss: 0, bandwidth: Infinity } : { ...a.link, ...b.link };
      link = new Link(linkSettings(this.#defaults, here), this.#random.fork(`link ${first} ${second}`));
      this.#links.set(key, link);
    }
    return link;
  }

  /**
   * Begins to connect. Returns the client's end, which reports to its owner how it went; where there is no network, or nothing with
   * that address, it fails in the next turn or waits in vain.
   */
  connect(client: Station, address: string, port: number, secureName?: string): StreamEnd {
    const isLoopback = address === '::1' || address.startsWith('127.');
    const wanted = isLoopback ? client : (this.stations.get(address) ?? this.fallback);
    const server = !isLoopback && client.portal !== undefined ? client.portal : wanted;
    this.#count += 1;
    if (this.#count % SWEEP === 0) this.#connections = [...this.connections];
    const connection = new Connection(
      this.#count,
      {
        clock: this.#clock,
        link: this.linkBetween(client, server ?? client),
        patience: this.#patience,
        client,
        server: server ?? client,
        to: server?.name ?? address,
        clientAddress: isLoopback ? address : client.address,
        serverAddress: address,
        clientPort: FIRST_PORT + (this.#count % PORTS),
        port,
        secureName,
        acceptor: () => server?.acceptorAt(port),
      },
      this.#watcher,
    );
    this.#connections.push(connection);
    // Nobody has that address, and nobody answers for it.
    if (server === undefined) connection.isSilent = true;
    // Without a network there is no way to anybody, which a machine knows at once.
    if (!client.isOnline && !isLoopback) {
      this.#clock.at(this.#clock.now, () => connection.client.fail(ErrorId.connectFailed));
    }
    return connection.client;
  }

  /** What was stopped goes on where it can. */
  resume(): void {
    for (const connection of this.connections) connection.resume();
  }
}
