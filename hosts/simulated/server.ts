import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import { hasOctets } from '../../src/connection/arguments.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import { Span } from '../../src/connection/events.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { describeError } from '../../src/error-text.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { type RequestHook, serverOpening } from '../../src/handshake/server.ts';
import type { Host, TransportFactory } from '../../src/host.ts';
import { checkServeOptions } from './check-options.ts';
import type { Certificate } from './network/connection.ts';

/** The machine of a server. */
interface Machine {
  readonly clock: { readonly now: number };
  readonly engine: Host;
  serveTransports(
    port: number,
    onConnection: (transport: TransportFactory) => void,
    certificate?: Certificate,
  ): number;
}

/** Of a server in a world, see `SimulatedHost.serve`. */
export interface ServeOptions extends Partial<Limits> {
  /** Default 80, or 443 with a certificate. */
  readonly port?: number | undefined;
  /** Speaks TLS, with this certificate. */
  readonly certificate?: Certificate | undefined;
  /** Subprotocols that are spoken here. */
  readonly protocols?: readonly string[] | undefined;
  readonly onRequest?: RequestHook | undefined;
  readonly compression?: CompressionFactory | undefined;
  readonly onOpen?: ((peer: Peer) => void) | undefined;
  /** A whole message, text as a string. */
  readonly onMessage?: ((peer: Peer, data: string | Uint8Array) => void) | undefined;
  /** Over, once, also without `onOpen` before it: the peer's close code, and an error id or 0. */
  readonly onClose?: ((peer: Peer, code: number, error: number) => void) | undefined;
}

/** A message that a server got. */
export interface Message {
  /** Virtual milliseconds. */
  readonly time: number;
  /** Number of the connection at this server, from 1. */
  readonly peer: number;
  readonly data: string | Uint8Array;
}

/** Most messages that a server remembers. */
const MEMORY = 1_000_000;

/** One connection of a server in a world. */
export class Peer {
  readonly id: number;
  readonly server: SimulatedServer;
  /** The engine's own object, for what is not here. */
  endpoint!: Endpoint<Peer>;
  #parts: Uint8Array[] = [];
  /** Messages that have not gone out yet, and how much of the first has. */
  readonly #queue: { readonly bytes: Uint8Array; readonly span: number }[] = [];
  #sent = 0;

  constructor(id: number, server: SimulatedServer) {
    this.id = id;
    this.server = server;
  }

  /** Sends a whole message, as soon as there is room. Throws a RingletError for what is no message. */
  send(data: string | Uint8Array): void {
    const isText = typeof data === 'string';
    if (!isText && !hasOctets(data))
      throw new RingletError(ErrorId.argumentInvalid, 'data must be a string, or octets that are there');
    const bytes = isText ? new TextEncoder().encode(data) : data.slice();
    this.#queue.push({ bytes, span: isText ? 0 : Span.binary });
    this.flush();
  }

  /** Begins the closing handshake. Throws a RingletError for a code or a reason that cannot be sent. */
  close(code = 1000, reason = ''): void {
    if (typeof reason !== 'string')
      throw new RingletError(ErrorId.argumentInvalid, 'reason must be a string');
    const fault = this.endpoint.close(code, new TextEncoder().encode(reason));
    // What is closing already needs no other Close.
    if (fault !== 0 && fault !== ErrorId.notOpen) throw new RingletError(fault, describeError(fault));
  }

  /** Drops the connection at once, without a Close. */
  drop(): void {
    this.server.peers.delete(this);
    this.endpoint.drop();
  }

  /** Sends of what waits as much as there is room for. */
  flush(): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const { bytes, span } = next;
      const left = bytes.length - this.#sent;
      const count = Math.min(left, this.endpoint.writable);
      if (count === 0 && left > 0) return;
      const isLast = count === left;
      const fault = this.endpoint.send(
        bytes,
        this.#sent,
        this.#sent + count,
        isLast ? span : span | Span.more,
      );
      if (fault !== 0) return;
      this.#sent = isLast ? 0 : this.#sent + count;
      if (isLast) this.#queue.shift();
    }
  }

  received(bytes: Uint8Array, start: number, end: number, span: number): void {
    this.#parts.push(bytes.slice(start, end));
    if ((span & Span.more) !== 0) return;
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.server.got(this, (span & Span.binary) === 0 ? new TextDecoder().decode(whole) : whole);
  }
}

const EVENTS: EndpointEvents<Peer> = {
  onOpen(peer) {
    peer.server.peers.add(peer);
    peer.server.options.onOpen?.(peer);
  },
  onData: (peer, bytes, start, end, span) => peer.received(bytes, start, end, span),
  onControl() {},
  onWritable: (peer) => peer.flush(),
  onClose(peer, code, error) {
    peer.server.peers.delete(peer);
    peer.server.options.onClose?.(peer, code, error);
  },
};

/** A WebSocket server in a world: Ringlet's own engine on simulated transports. */
export class SimulatedServer {
  readonly host: Machine;
  readonly options: ServeOptions;
  /** Open connections. */
  readonly peers = new Set<Peer>();
  /** What was received, in order; the latest million. */
  messages: Message[] = [];
  #count = 0;

  constructor(host: Machine, options: ServeOptions) {
    this.host = host;
    this.options = options;
    const { port, certificate, protocols = [], onRequest, onOpen, onMessage, onClose, ...rest } = options;
    const opening = serverOpening({ protocols, requestHeaders: [], onRequest });
    const wanted = port ?? (certificate === undefined ? 80 : 443);
    host.serveTransports(
      wanted,
      (transport) => {
        this.#count += 1;
        const target = new Peer(this.#count, this);
        const settings = { ...rest, role: 'server' as const, opening, events: EVENTS, target };
        target.endpoint = new Endpoint<Peer>(host.engine, { receiveBuffer: 4096, ...settings }, transport);
      },
      certificate,
    );
  }

  /** Sends to every open connection. */
  broadcast(data: string | Uint8Array): void {
    for (const peer of [...this.peers]) peer.send(data);
  }

  got(peer: Peer, data: string | Uint8Array): void {
    this.messages.push({ time: this.host.clock.now, peer: peer.id, data });
    if (this.messages.length > MEMORY * 2) this.messages = this.messages.slice(-MEMORY);
    this.options.onMessage?.(peer, data);
  }
}

/** Serves on `host` from now on; throws if somebody waits at the port already, and for options that are wrong. */
export function serve(host: Machine, options: ServeOptions): SimulatedServer {
  checkServeOptions(options);
  return new SimulatedServer(host, options);
}
