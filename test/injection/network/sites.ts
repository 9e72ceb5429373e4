import { createServer as createWeb } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { OwnEndpoint } from '../../../hosts/node/endpoint/node-endpoint.ts';
import { serve, type CloseOptions, type ServeOptions } from '../../../hosts/node/serve.ts';
import { serveUpgrades } from '../../../hosts/node/serve-upgrades.ts';
import type { NodeEvents } from '../../../hosts/node/events.ts';
import { SUBPROTOCOL } from '../../../src/uplink/index.ts';
import type { Certificate } from '../../hosts/support/certificates.ts';
import type { Gateway } from '../gateway.ts';
import { accepted, watchServer } from './failing-net.ts';
import type { Script } from './scripts.ts';

/** Where a client connects to. */
export interface Site {
  readonly port: number;
  /** Resets, or ends, every socket. */
  reset(): void;
  end(): void;
  /** Its receivers stop, and go on. */
  pause(): void;
  resume(): void;
  close(how?: CloseOptions): void;
  /** Connects some who say nothing. */
  crowd(): void;
  broadcast(): void;
  /** Closes all; fulfilled when that is done. */
  over(): Promise<void>;
  /** Connections that were opened and not closed, or closed twice. */
  wrong(): string[];
}

export interface SiteOptions {
  readonly script: Script;
  readonly certificate: Certificate | undefined;
  readonly gateway: Gateway | undefined;
  /** An `http.Server` listens. */
  readonly isUpgrade: boolean;
  /** Requests of `/` are sent elsewhere. */
  readonly redirects: boolean;
}

const LOOPBACK = '127.0.0.1';

/** What every site does to its sockets. */
const sockets = {
  reset() {
    for (const socket of accepted()) socket.resetAndDestroy();
  },
  end() {
    for (const socket of accepted()) socket.end();
  },
};

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return (server.address() as AddressInfo).port;
}

/** Somebody who is no WebSocket server. */
async function strangeSite(kind: NonNullable<Script['site']>): Promise<Site> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    if (kind === 'nonsense') socket.end('220 mail.example ESMTP\r\n');
  });
  watchServer(server);
  const port = await listening(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of open) socket.destroy();
      server.close(() => resolve());
    });
  if (kind === 'nobody') await close();
  const idle = (): void => {};
  const rest = { pause: idle, resume: idle, close: idle, crowd: idle, broadcast: idle, wrong: () => [] };
  return { port, ...sockets, ...rest, over: kind === 'nobody' ? () => Promise.resolve() : close };
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const { script, certificate, gateway, isUpgrade, redirects } = options;
  if (script.site !== undefined) return strangeSite(script.site);
  const endpoints = new Set<OwnEndpoint>();
  const opened = new Set<OwnEndpoint>();
  const closed = new Set<OwnEndpoint>();
  const wrong: string[] = [];
  const events: NodeEvents<OwnEndpoint> = {
    onOpen(endpoint) {
      opened.add(endpoint);
      endpoints.add(endpoint);
    },
    onMessage(endpoint, data) {
      if (gateway === undefined) endpoint.sendMessage(data as Uint8Array);
      else
        gateway.service.onMessage!(
          { send: (answer: Uint8Array) => endpoint.sendMessage(answer) } as never,
          data as never,
        );
    },
    onClose(endpoint) {
      if (closed.has(endpoint)) wrong.push('the server closes a connection twice');
      closed.add(endpoint);
      endpoints.delete(endpoint);
    },
  };
  const onRequest: ServeOptions<OwnEndpoint>['onRequest'] = (request) =>
    request.path === '/' ? { status: 302, headers: { Location: '/there' } } : undefined;
  const serving = {
    closeTimeout: 1000,
    handshakeTimeout: 3000,
    sendTimeout: 3000,
    keepalive: 0,
    protocols: gateway === undefined ? [] : [SUBPROTOCOL],
    ...(redirects ? { onRequest } : {}),
    ...script.serving,
    events,
  } as ServeOptions<OwnEndpoint>;
  const web = isUpgrade ? createWeb() : undefined;
  const server =
    web === undefined
      ? await serve({ ...serving, host: LOOPBACK, tls: certificate })
      : serveUpgrades(serving);
  let port = 'port' in server ? server.port : 0;
  if (web !== undefined && 'attach' in server) {
    watchServer(web);
    server.attach(web);
    port = await listening(web);
  }
  const crowd = new Set<Socket>();
  return {
    port,
    ...sockets,
    pause: () => endpoints.forEach((endpoint) => endpoint.pause()),
    resume: () => endpoints.forEach((endpoint) => endpoint.resume()),
    close: (how) => void server.close(how),
    crowd() {
      for (let i = 0; i < 3; i++) crowd.add(connect(port, LOOPBACK).on('error', () => {}));
    },
    broadcast: () => void server.broadcast(''),
    async over() {
      for (const socket of crowd) socket.destroy();
      await server.close();
      if (web !== undefined) await new Promise((resolve) => web.close(resolve));
    },
    wrong: () =>
      [...opened].every((endpoint) => closed.has(endpoint))
        ? wrong
        : [...wrong, 'the server opened a connection, and did not close it'],
  };
}
