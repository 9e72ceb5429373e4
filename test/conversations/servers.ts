import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { onTestFinished } from 'vitest';
import { type MessageHandlers, MessagePeer, peers } from '../../hosts/node/messages.ts';
import { serve, type ServeOptions } from '../../hosts/node/serve.ts';
import { serveUpgrades } from '../../hosts/node/serve-upgrades.ts';

/** Our server, gone when the test is over; returns its URL. */
export async function serveMessages(
  handlers: MessageHandlers,
  options: Partial<ServeOptions<MessagePeer>> = {},
): Promise<string> {
  const { port, close } = await serve({ ...peers(handlers), ...options, port: 0 });
  onTestFinished(() => close());
  return `ws://127.0.0.1:${port}/`;
}

/** The same attached to the HTTP server of an Express app, which has a page at the same path. */
export async function serveInApp(
  handlers: MessageHandlers,
  options: Partial<ServeOptions<MessagePeer>> = {},
): Promise<string> {
  const app = express();
  app.get('/', (_request, response) => void response.send('a page'));
  const { server, port } = await listen(createServer(app));
  const sockets = serveUpgrades({ ...peers(handlers), ...options });
  sockets.attach(server);
  onTestFinished(() => sockets.close());
  return `ws://127.0.0.1:${port}/`;
}

/** Where our server can be. */
export const PLACES: readonly (readonly [string, typeof serveMessages])[] = [
  ['at our server', serveMessages],
  ['at our server in an Express app', serveInApp],
];

/** An HTTP server of Node's on loopback, for libraries that bring a server of their own. */
export async function listen(server: Server = createServer()): Promise<{ server: Server; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}
