/** What stands around the programs of the pages: an echo server that speaks ws and wss on one port. */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import { WebSocketServer } from 'ws';

/** First octet of a TLS connection. */
const HANDSHAKE = 0x16;

export interface World {
  readonly port: number;
  /** The authority that has signed the server's certificate: a file in PEM. */
  readonly authority: string;
  close(): Promise<void>;
}

/** Every name that the pages connect to. */
const NAMES = ['localhost', 'gateway.example', '*.example.com', 'example.com', 'gateway.local'];

async function certificates(): Promise<{ ca: string; cert: string; key: string }> {
  const basics = { keyType: 'ec', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: 'Authority of the pages' }], {
    ...basics,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const names = NAMES.map((value) => ({ type: 2 as const, value }));
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...basics,
    ca: { cert: ca.cert, key: ca.private },
    extensions: [{ name: 'subjectAltName', altNames: [...names, { type: 7, ip: '127.0.0.1' }] }],
  });
  return { ca: ca.cert, cert: made.cert, key: made.private };
}

function echoOn(server: Server): void {
  const echo = new WebSocketServer({
    server,
    perMessageDeflate: true,
    // The gateway's subprotocol is for gateways: whoever echoes does not speak it.
    handleProtocols: (offered) => [...offered].find((name) => name !== 'outbox.ringlet') ?? false,
  });
  echo.on('connection', (peer) => {
    peer.on('error', () => {});
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
  });
}

/** Starts the echo server; the authority's certificate is written into `folder`. */
export async function startWorld(folder: string): Promise<World> {
  const { ca, cert, key } = await certificates();
  mkdirSync(folder, { recursive: true });
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, ca);
  const plain = createServer();
  const secure = createSecureServer({ cert, key });
  echoOn(plain);
  echoOn(secure);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', (octets) => {
      socket.pause();
      socket.unshift(octets);
      const isSecure = octets[0] === HANDSHAKE;
      (isSecure ? secure : plain).emit('connection', socket);
      // TLS takes by itself what is there, and goes on below the socket.
      if (!isSecure) process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    authority,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
