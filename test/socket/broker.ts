/** A broker of MQTT behind a WebSocket server: libraries of others, unmodified. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Certificate } from '../hosts/support/certificates.ts';

export interface Broker {
  readonly port: number;
  /** Cuts every connection. */
  readonly cut: () => void;
  /** What is known of the last connection. */
  readonly seen: { host?: string | undefined; path?: string | undefined; protocol?: string; clean?: boolean };
}

/** On loopback; gone when the test is over. */
export async function startBroker(certificate?: Certificate): Promise<Broker> {
  const broker = await Aedes.createBroker();
  const web = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  const server = new WebSocketServer({ server: web });
  const seen: Broker['seen'] = {};
  server.on('connection', (peer, { url, headers }) => {
    Object.assign(seen, { host: headers.host, path: url, protocol: peer.protocol });
    // After DISCONNECT our Close comes, which says that all was in order.
    peer.on('close', (code) => (seen.clean = code === 1000));
    const stream = createWebSocketStream(peer);
    stream.on('error', () => {});
    broker.handle(stream);
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  const cut = (): void => {
    for (const peer of server.clients) peer.terminate();
  };
  onTestFinished(() => {
    cut();
    web.close();
    broker.close();
  });
  return { port: (web.address() as AddressInfo).port, cut, seen };
}
