import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` holds; fails after `timeout` milliseconds, more than any machine needs. */
export async function until(condition: () => boolean, what = 'condition', timeout = 50_000): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await delay(2);
  }
}

export { delay };

/** A TCP server on loopback that hands out the sockets it accepted, and releases all of them on `close`. */
export class LoopbackServer {
  readonly server: Server;
  readonly sockets: Socket[] = [];

  private constructor(server: Server) {
    this.server = server;
  }

  static async listen(
    host = '127.0.0.1',
    server = createServer({ allowHalfOpen: true }),
  ): Promise<LoopbackServer> {
    const loopback = new LoopbackServer(server);
    const accept = (socket: Socket): void => {
      socket.on('error', () => {});
      loopback.sockets.push(socket);
    };
    server.on('connection', (socket) => socket.on('error', () => {}));
    server.on('tlsClientError', () => {});
    server.on(isTls(server) ? 'secureConnection' : 'connection', accept);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return loopback;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next accepted socket. */
  async accepted(index = 0): Promise<Socket> {
    await until(() => this.sockets.length > index, 'a connection');
    return this.sockets[index];
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function isTls(server: Server): boolean {
  return 'setSecureContext' in server;
}
