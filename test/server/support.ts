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

/** The next message that `socket` has. */
export const messageOf = async (socket: WebSocket): Promise<string> =>
  String((await once(socket, 'message'))[0]);
