import { once } from 'node:events';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { listen } from './servers.ts';

describe("socket.io's server by its websocket transport", () => {
  it('is spoken to in its own protocol over our WebSocket', async () => {
    const { server, port } = await listen();
    const sockets = new Server(server, { transports: ['websocket'] });
    onTestFinished(() => void sockets.close());
    sockets.on('connection', (socket) =>
      socket.on('double', (n: number, answer: (n: number) => void) => answer(2 * n)),
    );
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    const packets: string[] = [];
    socket.onmessage = ({ data }) => {
      packets.push(String(data));
      if (String(data).startsWith('0')) socket.send('40');
      if (String(data).startsWith('40')) socket.send('421["double",21]');
    };
    await expect.poll(() => packets.at(-1)).toBe('431[42]');
    socket.close();
    await once(socket as never, 'close');
  });

  it('is used by its client, which finds our WebSocket as the global', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    await import('../../hosts/node/websocket/global.ts');
    onTestFinished(
      () =>
        void (before === undefined
          ? Reflect.deleteProperty(globalThis, 'WebSocket')
          : Object.defineProperty(globalThis, 'WebSocket', before)),
    );
    expect(globalThis.WebSocket as unknown).toBe(WebSocket);
    const { server, port } = await listen();
    const sockets = new Server(server);
    onTestFinished(() => void sockets.close());
    sockets.on('connection', (socket) =>
      socket.on('binary', (data: Buffer, answer: (data: Buffer) => void) => answer(data)),
    );
    const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false });
    onTestFinished(() => void client.close());
    await new Promise<void>((resolve, reject) => {
      client.on('connect', resolve);
      client.on('connect_error', reject);
    });
    const data = Buffer.alloc(100_000, 1);
    const answer = (await client.emitWithAck('binary', data)) as Uint8Array;
    expect(Buffer.from(answer).equals(data)).toBe(true);
  });
});
