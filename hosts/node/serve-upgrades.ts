import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { types } from 'node:util';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { targetOf } from '../../src/handshake/request-target.ts';
import type { OwnEndpoint } from './endpoint/node-endpoint.ts';
import { checkArgument, checkOption, isOctets, readingOf } from './options.ts';
import { attach, type Attachment, type UpgradeEmitter } from './server/attachments.ts';
import {
  type BroadcastOptions,
  type CloseOptions,
  Connections,
  type ConnectionsServer,
} from './server/connections.ts';
import { checkConnectionsOptions, type ConnectionsOptions } from './server/options.ts';
import { octetsOf } from './server/replay.ts';
import { failureOf } from './transport/failure.ts';

export type { UpgradeEmitter } from './server/attachments.ts';

/** Which paths are meant: this one, those that match, or those of which the function says so; without the query. */
export type PathOption = string | RegExp | ((path: string, request: IncomingMessage) => boolean);

/** Options of {@link serveUpgrades}. All of the limits may be there, too. */
export interface ServeUpgradesOptions<Target> extends ConnectionsOptions<Target> {
  /** Paths that are served where this is attached. Default: all. */
  readonly path?: PathOption | undefined;
  /**
   * What becomes of an upgrade on another path: it is answered with this status, 400 … 599, or left to others who listen for
   * `upgrade`. Default: left to them where there are some, else 404.
   */
  readonly unmatched?: number | 'leave' | undefined;
}

/** WebSocket connections of servers that others listen with. */
export interface UpgradeServer<Target = unknown> extends ConnectionsServer<Target> {
  /** Serves what comes to an `http.Server` or `https.Server`. Returns a function that detaches it. */
  attach(server: UpgradeEmitter): () => void;
  /**
   * Serves one request, as it comes with the event `upgrade`, whatever its path. The socket belongs to this server from then
   * on. Throws a RingletError for what is no request and no socket of Node's, and for a socket that it has had before.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head?: Uint8Array): void;
}

const NOTHING = new Uint8Array(0);

/** Sockets that were handed over. */
const taken = new WeakSet<Duplex>();

function take(socket: Duplex): Socket {
  if (types.isProxy(socket) || !(socket instanceof Socket))
    throw new RingletError(ErrorId.argumentInvalid, 'the socket must be a net.Socket or a tls.TLSSocket');
  if (taken.has(socket))
    throw new RingletError(ErrorId.argumentInvalid, 'the socket has been handed over already');
  taken.add(socket);
  return socket;
}

class Upgrades<Target> extends Connections<Target> implements UpgradeServer<Target>, Attachment {
  readonly unmatched: number | 'leave' | undefined;
  readonly #path: PathOption | undefined;
  readonly #detach: (() => void)[] = [];

  constructor(options: ServeUpgradesOptions<Target>) {
    super(options, undefined);
    this.#path = options.path;
    this.unmatched = options.unmatched;
  }

  attach(server: UpgradeEmitter): () => void {
    const detach = readingOf(
      'the server',
      () => {
        const isServer = typeof (server as Partial<UpgradeEmitter> | null)?.listenerCount === 'function';
        checkArgument(isServer, 'the server', 'an http.Server or https.Server');
        return attach(server, this);
      },
      ErrorId.argumentInvalid,
    );
    this.#detach.push(detach);
    return detach;
  }

  handleUpgrade(request: IncomingMessage, given: Duplex, head: Uint8Array = NOTHING): void {
    // All is looked at before the socket is taken.
    const octets = readingOf(
      'the request',
      () => {
        const isRequest = Array.isArray((request as Partial<IncomingMessage> | null)?.rawHeaders);
        checkArgument(isRequest, 'the request', 'an http.IncomingMessage');
        checkArgument(isOctets(head), 'the head', 'octets');
        return octetsOf(request, head);
      },
      ErrorId.argumentInvalid,
    );
    this.#receive(take(given), (socket) => this.arrivals.upgrade(socket, request, octets));
  }

  override close(options?: CloseOptions): Promise<void> {
    const closed = super.close(options);
    // What is wrong is refused before anything has changed.
    if (this.arrivals.isClosing) for (const detach of this.#detach.splice(0)) detach();
    return closed;
  }

  // --- For what is attached ------------------------------------------------------------------------------

  matches(request: IncomingMessage): boolean {
    const path = this.#path;
    if (path === undefined) return true;
    const target = targetOf(request.url ?? '')?.path ?? '';
    const query = target.indexOf('?');
    const asked = query < 0 ? target : target.slice(0, query);
    if (typeof path === 'string') return asked === path;
    try {
      return typeof path === 'function' ? path(asked, request) === true : path.test(asked);
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    // Somebody else who listens was faster.
    if (taken.has(socket)) return;
    this.handleUpgrade(request, socket, head);
  }

  refuse(socket: Duplex, status: number): void {
    if (taken.has(socket)) return;
    this.#receive(take(socket), (accepted) => this.arrivals.add(accepted).refuseBy(status));
  }

  /** What has gone meanwhile never arrives. */
  #receive(socket: Socket, receive: (socket: Socket) => void): void {
    if (socket.destroyed) return;
    // The time that an `http.Server` gives requests is over; a connection has its own.
    try {
      socket.setTimeout(0);
    } catch (error) {
      this.arrivals.add(socket).fail(failureOf(error as Error));
      return;
    }
    receive(socket);
  }
}

/**
 * Makes a server of WebSocket connections whose sockets come from somebody else: an `http.Server` that Express, Fastify or
 * another framework answers requests with, or any `upgrade` event. Throws a RingletError for options that are wrong.
 */
export function serveUpgrades<Target = OwnEndpoint>(
  options: ServeUpgradesOptions<Target>,
): UpgradeServer<Target> {
  const upgrades = readingOf('an option of serveUpgrades', () => begin(options));
  return {
    get connections() {
      return upgrades.connections;
    },
    get handshakes() {
      return upgrades.handshakes;
    },
    targets: () => upgrades.targets(),
    broadcast: (data: string | Uint8Array, how?: BroadcastOptions<Target>) => upgrades.broadcast(data, how),
    close: (how?: CloseOptions) => upgrades.close(how),
    attach: (server) => upgrades.attach(server),
    handleUpgrade: (request, socket, head) => upgrades.handleUpgrade(request, socket, head),
  };
}

function begin<Target>(options: ServeUpgradesOptions<Target>): Upgrades<Target> {
  checkConnectionsOptions('serveUpgrades', options, ['path', 'unmatched']);
  const { path, unmatched } = options;
  const isPath =
    path === undefined ||
    path instanceof RegExp ||
    (typeof path === 'string' ? path[0] === '/' : typeof path === 'function');
  checkOption(isPath, 'path', 'a path that begins with "/", a RegExp, or a function');
  checkOption(isUnmatched(unmatched), 'unmatched', '"leave", or a status from 400 to 599');
  checkOption(!('tls' in options), 'tls', 'an option of the server that listens');
  return new Upgrades<Target>(options);
}

const isUnmatched = (value: unknown): boolean =>
  value === undefined ||
  value === 'leave' ||
  (Number.isInteger(value) && (value as number) >= 400 && (value as number) <= 599);
