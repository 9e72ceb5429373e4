/** A proxy that makes tunnels by CONNECT: of Node's, nothing of ours, and nothing of what is tried. */
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Certificate } from '../../hosts/support/certificates.ts';

export async function openProxy(certificate?: Certificate): Promise<{ url: string; close(): void }> {
  const server = certificate === undefined ? createServer() : createSecure(certificate);
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const target = connect({
      port: Number(request.url!.split(':').at(-1)),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    target.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      client.pipe(target).pipe(client);
    });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: () => void server.close(),
  };
}
