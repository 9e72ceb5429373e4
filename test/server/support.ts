import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';

/** Has `server` listen on loopback, and says where. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What becomes of a client: the status of a refusal, or the first message and its open connection. */
export async function visit(url: string, options?: object): Promise<{ status: number; socket: WebSocket }> {
  const socket = new WebSocket(url, options);
  const messages: Buffer[] = [];
  received.set(socket, messages);
  // The first may come with the response.
  socket.on('message', (data: Buffer) => messages.push(data));
  const status = await new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
  return { status, socket };
}

/** What a socket has received and nobody has asked for. */
const received = new WeakMap<WebSocket, Buffer[]>();

/** The next message that `socket` has. */
export async function messageOf(socket: WebSocket): Promise<string> {
  const messages = received.get(socket)!;
  if (messages.length === 0) await once(socket, 'message');
  return String(messages.shift());
}
