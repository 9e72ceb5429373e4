import { createServer as createWeb } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { OwnEndpoint } from '../../../hosts/node/endpoint/node-endpoint.ts';
import { serve, type ServeOptions } from '../../../hosts/node/serve.ts';
import { serveUpgrades } from '../../../hosts/node/serve-upgrades.ts';
import type { NodeEvents } from '../../../hosts/node/events.ts';
import { SUBPROTOCOL } from '../../../src/uplink/index.ts';
import type { Certificate } from '../../hosts/support/certificates.ts';
import type { Gateway } from '../gateway.ts';
import { watchServer } from './failing-net.ts';
import { listenerSite } from './listener-site.ts';
import { NetworkFailure } from './network-failure.ts';
import type { Script } from './scripts.ts';
import { type Site, sockets } from './site.ts';

export interface SiteOptions {
  readonly script: Script;
  readonly certificate: Certificate | undefined;
  readonly gateway: Gateway | undefined;
  /** Who listens: `serve`, an `http.Server`, or the class of ECMA-419. */
  readonly server: 'serve' | 'http' | 'Listener';
  /** Requests of `/` are sent elsewhere. */
  readonly redirects: boolean;
}

const LOOPBACK = '127.0.0.1';

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
  const visits = { welcome: () => undefined, counted: () => 0 };
  return { port, ...sockets, ...rest, ...visits, over: kind === 'nobody' ? () => Promise.resolve() : close };
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const { script, certificate, gateway, redirects } = options;
  if (script.site !== undefined) return strangeSite(script.site);
  if (options.server === 'Listener') return listenerSite(script);
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
      // A gateway has no answer for what is no record; a visitor says text.
      if (typeof data === 'string') endpoint.sendText(data);
      else if (gateway === undefined) endpoint.sendMessage(data);
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
    onError(error: unknown) {
      // Of what is accepted.
      if (!(error instanceof NetworkFailure)) wrong.push(`the server says ${String(error)}`);
    },
    protocols: gateway === undefined ? [] : [SUBPROTOCOL],
    ...(redirects ? { onRequest } : {}),
    ...script.serving,
    events,
  } as ServeOptions<OwnEndpoint>;
  const web = options.server === 'http' ? createWeb() : undefined;
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
  let isClosed = false;
  return {
    port,
    ...sockets,
    pause: () => endpoints.forEach((endpoint) => endpoint.pause()),
    resume: () => endpoints.forEach((endpoint) => endpoint.resume()),
    close(how) {
      isClosed = true;
      void server.close(how);
    },
    welcome: () => (isClosed ? undefined : (script.welcome ?? 'echo')),
    counted: () => server.connections + server.handshakes,
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
