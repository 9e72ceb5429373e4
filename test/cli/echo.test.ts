import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import { connect } from '../../hosts/node/connect.ts';
import { type ListeningServer, serve } from '../../hosts/node/serve.ts';

let server: ListeningServer | undefined;

afterEach(() => server?.close());

async function echoServer(): Promise<string> {
  server = await serve<Echo>({
    events: echoEvents,
    accept: () => new Echo(),
    transmitBuffer: Echo.transmitBuffer,
  });
  return `ws://127.0.0.1:${server.port}`;
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** The next `count` messages. */
function messages(socket: WebSocket, count: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      if (received.push(data) === count) resolve(received);
    });
  });
}

test('messages come back as they are: empty, small, and larger than any ring', async () => {
  const socket = await open(await echoServer());
  const sent = [0, 1, 125, 126, 65535, 65536, 1_000_000].map((length) => Buffer.alloc(length, length % 251));
  const replies = messages(socket, sent.length);
  for (const message of sent) socket.send(message);
  (await replies).forEach((reply, i) => expect(reply.equals(sent[i])).toBe(true));
  socket.close(1000);
  const code = await new Promise((resolve) => socket.once('close', resolve));
  expect(code).toBe(1000);
});

test('a flood of small messages from a peer that does not read is held back, and all of it comes in the end', async () => {
  const socket = await open(await echoServer());
  // Several times what the kernel's own buffers grow to.
  const count = 400_000;
  const message = Buffer.alloc(100, 7);
  socket.pause();
  for (let i = 0; i < count; i++) socket.send(message);
  await new Promise((resolve) => setTimeout(resolve, 500));
  // Beside what the kernel buffers for both, which is its business, the flood stays on the other side.
  expect(socket.bufferedAmount).toBeGreaterThan(0);
  const replies = messages(socket, count);
  socket.resume();
  expect((await replies).length).toBe(count);
  socket.terminate();
}, 60_000);

test('in the role of a client, where an echo is longer than what it answers, nothing is lost either', async () => {
  const peer = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  const count = 50_000;
  const replies = new Promise<number>((resolve) => {
    peer.once('connection', (socket) => {
      let received = 0;
      socket.on('message', () => {
        if (++received < count) return;
        resolve(received);
        socket.close();
      });
      for (let i = 0; i < count; i++) socket.send('');
    });
  });
  await new Promise((resolve) => peer.once('listening', resolve));
  const { port } = peer.address() as AddressInfo;
  const echo = new Echo();
  const end = new Promise<number>((resolve) => (echo.onEnd = (_code, error) => resolve(error)));
  echo.endpoint = connect(`ws://127.0.0.1:${port}`, {
    events: echoEvents,
    target: echo,
    transmitBuffer: Echo.transmitBuffer,
  });
  expect(await replies).toBe(count);
  expect(await end).toBe(0);
  peer.close();
});
