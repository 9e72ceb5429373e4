import { lookup } from 'node:dns';
import { connect, type ConnectOptions } from '../../../hosts/node/connect.ts';
import { device } from '../../../hosts/node/device.ts';
import type { NodeEndpoint, OwnEndpoint } from '../../../hosts/node/endpoint/node-endpoint.ts';
import { Outbox, Uplink } from '../../../hosts/node/uplink.ts';
import { WebSocket } from '../../../hosts/node/websocket.ts';
import { WebSocketClient } from '../../../hosts/node/websocket-client.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { SUBPROTOCOL } from '../../../src/uplink/index.ts';
import type { Gateway } from '../gateway.ts';
import type { Line, Script } from './scripts.ts';
import type { SiteOptions } from './sites.ts';

/** Where and how a client connects. */
export interface Stage {
  readonly port: number;
  /** TLS with this authority. */
  readonly ca: string | undefined;
  /** The authority of a proxy in TLS. */
  readonly authority: string;
  /** The URL of a proxy. */
  readonly proxy: string | undefined;
  readonly script: Script;
  readonly gateway: Gateway;
  /** The connection is over, with this error id. */
  readonly over: (error: number) => void;
  /** Octets came. */
  readonly got: (bytes: Uint8Array) => void;
}

const LIMITS = {
  connectTimeout: 2000,
  handshakeTimeout: 2500,
  closeTimeout: 1000,
  sendTimeout: 3000,
  keepalive: 0,
};

/** More than any play sends. */
const SOURCE = Uint8Array.from({ length: 1_000_000 }, (_none, index) => index % 251);

/** What comes back is this, from its beginning. */
export const pattern = (at: number, count: number): Uint8Array => SOURCE.slice(at % 251, (at % 251) + count);

/** Octets to be sent, one piece after the other. What is refused is not sent. */
class Pattern {
  #at = 0;

  send(count: number, take: (bytes: Uint8Array) => boolean): void {
    if (take(pattern(this.#at, count))) this.#at += count;
  }
}

/** What does not fit, or comes too late, is refused; that is not what is tried here. */
function attempt(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (typeof (error as { id?: unknown }).id === 'number') return false;
    // Of the web's class.
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** The option `proxy`. */
const proxyOf = ({ proxy, authority }: Stage): ConnectOptions<unknown>['proxy'] =>
  proxy === undefined ? false : { url: proxy, tls: { ca: authority } };

const urlOf = ({ port, ca }: Stage): string =>
  ca === undefined ? `ws://localhost:${port}/` : `wss://localhost:${port}/`;

function openEndpoint(stage: Stage, more: object = {}): Line {
  const { script, ca, over, got } = stage;
  const options: ConnectOptions<OwnEndpoint> = {
    ...LIMITS,
    ...script.options,
    ...more,
    lookup: lookup as never,
    proxy: proxyOf(stage),
    tls: ca === undefined ? undefined : { ca },
    events: {
      onMessage: (_endpoint, data) => typeof data !== 'string' && got(data),
      onClose: (_endpoint, _code, error) => over(error),
    },
  };
  const endpoint = connect(urlOf(stage), options) as NodeEndpoint;
  const sent = new Pattern();
  return {
    send: (count, more = false) =>
      sent.send(count, (bytes) =>
        more ? endpoint.send(bytes, 0, bytes.length, 3) === 0 : attempt(() => endpoint.sendMessage(bytes)),
      ),
    ping: () => void endpoint.sendControl(9, new Uint8Array(4), 0, 4),
    close: () => void endpoint.close(1000),
    drop: () => endpoint.drop(),
    pause: () => endpoint.pause(),
    resume: () => endpoint.resume(),
  };
}

function openClient({ script, ca, port, over, got }: Stage): Line {
  const { ws, wss } = device.network;
  const socket = ca === undefined ? ws.socket : { ...wss.socket, tls: { ca } };
  let isPaused = false;
  let waiting = 0;
  const read = (): void => {
    if (isPaused || waiting === 0) return;
    const bytes = new Uint8Array(waiting);
    waiting = 0;
    client.read(bytes);
    got(bytes);
  };
  const options = {
    ...ws,
    socket,
    host: 'localhost',
    port,
    ...LIMITS,
    transmitBuffer: 8192,
    ...script.options,
    onReadable(count: number) {
      waiting = count;
      read();
    },
    onClose: () => over(0),
    onError: (error: { id: number }) => over(error.id),
  };
  const client = new WebSocketClient(options as unknown as WebSocketClientOptions);
  const sent = new Pattern();
  return {
    send: (count, more = false) => sent.send(count, (bytes) => attempt(() => client.write(bytes, { more }))),
    ping: () => void attempt(() => client.write(new Uint8Array(4), { opcode: 9 })),
    close: () => void attempt(() => client.write(Uint8Array.of(3, 232), { opcode: 8 })),
    drop: () => client.close(),
    pause: () => (isPaused = true),
    resume() {
      isPaused = false;
      attempt(read);
    },
  };
}

/** The WebSocket of the web: it sends whole messages, has no Pings, and does not pause. */
function openWebSocket(stage: Stage): Line {
  const { script, ca, over, got } = stage;
  const socket = new WebSocket(urlOf(stage).replace('localhost', '127.0.0.1'), {
    ...LIMITS,
    ...script.options,
    proxy: proxyOf(stage),
    tls: ca === undefined ? undefined : { ca },
  });
  socket.binaryType = 'arraybuffer';
  let error = 0;
  socket.onmessage = ({ data }) => typeof data !== 'string' && got(new Uint8Array(data as ArrayBuffer));
  socket.onerror = (event) => (error = (event.error as { id?: number } | undefined)?.id ?? -1);
  socket.onclose = () => over(error);
  const sent = new Pattern();
  return {
    send: (count) => sent.send(count, (bytes) => attempt(() => socket.send(bytes))),
    ping() {},
    close: () => socket.close(1000),
    drop: () => socket.close(),
    pause() {},
    resume() {},
  };
}

/** An uplink with an outbox. It comes back after what fails, and is over when it is stopped. */
function openUplink(stage: Stage): Line {
  const { script, ca, over, gateway } = stage;
  const outbox = new Outbox({ memory: 1 << 20, whenFull: 'refuse', keep: 'acknowledged' });
  gateway.watch(outbox);
  const uplink = new Uplink(urlOf(stage), {
    ...LIMITS,
    ...script.options,
    outbox,
    protocol: SUBPROTOCOL,
    proxy: false,
    tls: ca === undefined ? undefined : { ca },
    backoffBase: 1000,
    backoffLongest: 2000,
    stopTimeout: 1000,
    onChange({ state, loss }) {
      if (state === 'stopped') over(loss?.error ?? 0);
    },
    onAcknowledged: (upTo) => gateway.acknowledged(upTo),
  });
  uplink.start();
  return {
    send(count) {
      // Records are short.
      const bytes = new Uint8Array(Math.min(count, 3000)).fill(97);
      const before = outbox.nextNumber;
      if (attempt(() => uplink.post(bytes)) && outbox.nextNumber !== before)
        gateway.accepted(before, bytes.length);
    },
    ping() {},
    close: () => uplink.stop(),
    drop: () => uplink.stop(),
    pause: () => uplink.networkLost(),
    resume: () => uplink.networkBack(),
  };
}

/** A face, what it connects by, and what is at the other end. */
export interface Face {
  readonly open: (stage: Stage) => Line;
  readonly isSecure?: boolean;
  /** A proxy is between the two: plain, or in TLS. */
  readonly proxy?: 'plain' | 'secure';
  /** Who listens. Default: `serve`. */
  readonly server?: SiteOptions['server'];
  readonly redirects?: boolean;
  readonly isUplink?: boolean;
}

export const FACES: Readonly<Record<string, Face>> = {
  connect: { open: openEndpoint },
  'connect by TLS': { open: openEndpoint, isSecure: true },
  'connect by a proxy': { open: openEndpoint, proxy: 'plain' },
  'connect by TLS, by a proxy in TLS': { open: openEndpoint, proxy: 'secure', isSecure: true },
  'connect, redirected': { open: (stage) => openEndpoint(stage, { redirects: 3 }), redirects: true },
  'connect to an http.Server': { open: openEndpoint, server: 'http' },
  'connect to a Listener': { open: openEndpoint, server: 'Listener' },
  WebSocketClient: { open: openClient },
  'WebSocketClient by TLS': { open: openClient, isSecure: true },
  WebSocket: { open: openWebSocket },
  Uplink: { open: openUplink, isUplink: true },
};
