/** A proxy that makes tunnels by CONNECT, as squid does: a server of Node's, nothing of ours. */
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

export interface ProxyServer {
  /** `host:port` of each tunnel that was asked for. */
  readonly asked: string[];
  /** Headers of the last request. */
  headers: IncomingMessage['headers'];
  readonly port: number;
  /** Sockets of clients that are open. */
  readonly open: Set<Socket>;
}

export interface ProxyOptions {
  /** `user:password` that is wanted. */
  readonly credentials?: string;
  /** For TLS on the way to it. */
  readonly certificate?: Certificate;
  /** What it says in place of making a tunnel. */
  readonly answer?: string;
  /** What it says when there is a tunnel. */
  readonly established?: string;
}

/** Starts one on loopback; it is gone when the test is over. Every name leads to this machine. */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const {
    credentials,
    certificate,
    answer,
    established = 'HTTP/1.1 200 Connection established\r\n\r\n',
  } = options;
  const server = certificate === undefined ? createServer() : createTlsServer(certificate);
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  };
  const proxy = { asked: [] as string[], headers: {}, port: 0, open };
  server.on(certificate === undefined ? 'connection' : 'secureConnection', keep);
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    proxy.asked.push(request.url!);
    proxy.headers = request.headers;
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (answer !== undefined) client.end(answer);
    else if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted)
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n');
    else {
      const target = connect(Number(/:(\d+)$/.exec(request.url!)![1]), '127.0.0.1', () => {
        client.write(established);
        target.write(head);
        client.pipe(target).pipe(client);
      });
      target.on('error', () => client.destroy());
      client.on('error', () => target.destroy());
      client.on('close', () => target.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return proxy;
}
