import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer, type ClientOptions, type ServerOptions } from 'ws';

/** A client that runs one case at an address and resolves when its connection has ended. */
export type EchoClient = (url: string) => Promise<void>;

/** `ws` as a client that echoes. A refused or broken connection is a verdict of the tester, not an error here. */
export const wsClient =
  (options: ClientOptions = {}): EchoClient =>
  (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 }, maxPayload: 0, ...options });
      socket.on('message', (data, binary) => socket.send(data, { binary }));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });

/** The part of `websocket` that is used here; the package brings no types of its own. */
interface WebSocketPackage {
  readonly client: new (options: object) => {
    on(event: 'connect', listener: (connection: PackageConnection) => void): void;
    on(event: 'connectFailed', listener: () => void): void;
    connect(url: string): void;
  };
}

interface PackageConnection {
  on(event: 'message', listener: (message: PackageMessage) => void): void;
  on(event: 'close' | 'error', listener: () => void): void;
  sendUTF(text: string): void;
  sendBytes(octets: Buffer): void;
}

type PackageMessage =
  | { readonly type: 'utf8'; readonly utf8Data: string }
  | { readonly type: 'binary'; readonly binaryData: Buffer };

/** `websocket` as a client that echoes, with its limits raised to 64 MiB. */
export const websocketClient = (): EchoClient => {
  const { client: Client } = createRequire(import.meta.url)('websocket') as WebSocketPackage;
  const limit = 64 * 1024 * 1024;
  return (url) =>
    new Promise((resolve) => {
      const client = new Client({ maxReceivedFrameSize: limit, maxReceivedMessageSize: limit });
      client.on('connectFailed', () => resolve());
      client.on('connect', (connection) => {
        connection.on('message', (message) => {
          if (message.type === 'utf8') connection.sendUTF(message.utf8Data);
          else connection.sendBytes(message.binaryData);
        });
        connection.on('error', () => undefined);
        connection.on('close', () => resolve());
      });
      client.connect(url);
    });
};

/** Asks a fuzzing server a question that it answers with one message. */
export const ask = (url: string, options: ClientOptions = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    let answer: unknown = null;
    socket.on('message', (data: Buffer) => (answer = JSON.parse(data.toString())));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

/** `ws` as a server that echoes. */
export async function startWsServer(
  options: ServerOptions = {},
): Promise<{ url: string; server: WebSocketServer; close(): Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 0, ...options });
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    socket.on('error', () => undefined);
  });
  if (options.server === undefined) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = (options.server ?? server).address() as AddressInfo;
  return {
    url: `${options.server === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}`,
    server,
    close() {
      for (const each of server.clients) each.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
