import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { type WebSocket as Peer, WebSocketServer } from 'ws';
import { onTestFinished } from 'vitest';
import type { WebSocket } from '../../hosts/node/websocket.ts';

/** What a server saw of a request. */
export interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A server of another library on loopback; gone when the test is over. */
export async function serve(
  onConnection: (peer: Peer, seen: Seen) => void = echo,
  options: object = {},
): Promise<string> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered) => [...offered][0] ?? false,
    ...options,
  });
  server.on('connection', (peer, { url = '', headers }) => onConnection(peer, { url, headers }));
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function echo(peer: Peer): void {
  peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
}

/** A server that answers the opening handshake rightly and then does what `talk` does with the bare socket. */
export async function serveRaw(talk: (socket: Socket) => void, greeting = ''): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let head = '';
    const onData = (data: Buffer): void => {
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      const key = /sec-websocket-key: (.*)\r\n/i.exec(head)![1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        Buffer.from(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
            `Sec-WebSocket-Accept: ${accept}\r\n\r\n${greeting}`,
          'latin1',
        ),
      );
      talk(socket);
    };
    socket.on('data', onData);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Names of the events that come, with what matters of them, up to the close event. */
export function record(socket: WebSocket): { readonly events: string[]; readonly closed: Promise<string[]> } {
  const events: string[] = [];
  socket.addEventListener('open', () => events.push('open'));
  socket.addEventListener('message', ({ data }) => events.push(`message ${String(data)}`));
  socket.addEventListener('error', () => events.push(`error at ${socket.readyState}`));
  const closed = new Promise<string[]>((resolve) => {
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      events.push(`close ${code} ${wasClean ? 'clean' : 'unclean'} ${reason}`.trim());
      resolve(events);
    });
  });
  return { events, closed };
}

/** The first event of that type. */
export function next<E>(socket: WebSocket, type: string): Promise<E> {
  return new Promise((resolve) =>
    socket.addEventListener(type, (event: E) => resolve(event), { once: true }),
  );
}

/** Lets the event loop turn until `isTrue`. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
