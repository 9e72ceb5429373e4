/** A peer floods, never reads, and resets while our receiver is paused: it is told, and all is released (hostile input R1). */
import { setTimeout as delay } from 'node:timers/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import { connect } from '../../hosts/node/connect.ts';
import { nodeHost } from '../../hosts/node/host.ts';
import { type ListeningServer, serve } from '../../hosts/node/serve.ts';
import type { Endpoint } from '../../src/client/endpoint.ts';
import { ErrorId } from '../../src/errors.ts';
import { RawClient, requestOf } from './support/raw-client.ts';

/** Payload of a frame, octets, and as many frames as fill what is between two ends that do not read. */
const PAYLOAD = 60_000;
const FRAMES = 300;

/** How often in a row it has to be seen paused. */
const STUCK = 30;

const ends: { close(): unknown }[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end.close();
});

function frame(isMasked: boolean): Buffer {
  const header = [
    0x82,
    isMasked ? 0xfe : 126,
    PAYLOAD >> 8,
    PAYLOAD & 255,
    ...(isMasked ? [0, 0, 0, 0] : []),
  ];
  return Buffer.concat([Buffer.from(header), Buffer.alloc(PAYLOAD)]);
}

/** Writes until nothing more is taken, and then resets. */
async function floodAndReset(socket: Socket, isMasked: boolean, echo: () => Echo): Promise<void> {
  const octets = frame(isMasked);
  socket.pause();
  for (let i = 0; i < FRAMES; i++) socket.write(octets);
  // It pauses and resumes until the kernels are full.
  for (let times = 0; times < STUCK; times++) {
    await delay(10);
    if (!echo().endpoint.paused) times = 0;
  }
  socket.resetAndDestroy();
}

test('of a server', async () => {
  const over: [number, number][] = [];
  let echo!: Echo;
  const server: ListeningServer = await serve<Echo>({
    events: echoEvents,
    accept: () => {
      echo = new Echo();
      echo.onEnd = (code, error) => over.push([code, error]);
      return echo;
    },
    transmitBuffer: Echo.transmitBuffer,
  });
  ends.push(server);
  for (let i = 0; i < 5; i++) {
    const client = new RawClient(server.port).send(requestOf());
    await expect.poll(() => client.status).toBe(101);
    await floodAndReset(client.socket, true, () => echo);
    await expect.poll(() => over.length).toBe(i + 1);
    expect(over[i][0]).toBe(1006);
    expect([ErrorId.transportReset, ErrorId.transportFailed]).toContain(over[i][1]);
    await expect.poll(() => server.connections).toBe(0);
  }
});

test('of a server that has nothing to send, with octets that nobody reads behind the pause', async () => {
  const over: [number, number][] = [];
  let isPaused = false;
  const server = await serve<{ endpoint?: Endpoint<object> }>({
    events: {
      onOpen() {},
      onData({ endpoint }: { endpoint?: Endpoint<object> }) {
        isPaused = true;
        endpoint!.pause();
      },
      onControl() {},
      onWritable() {},
      onClose: (_target, code, error) => over.push([code, error]),
    },
    accept: () => ({}),
    // No Ping and no silence would ever show it.
    keepalive: 0,
  });
  ends.push(server);
  const client = new RawClient(server.port).send(requestOf());
  await expect.poll(() => client.status).toBe(101);
  for (let i = 0; i < 4; i++) client.socket.write(frame(true));
  await expect.poll(() => isPaused).toBe(true);
  client.socket.resetAndDestroy();
  await expect.poll(() => over).toEqual([[1006, ErrorId.transportReset]]);
});

test('of a client', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => {
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request.toString('latin1'))![1];
      const accept = nodeHost.proof.acceptOf(key);
      socket.write(
        `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    });
  });
  ends.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const echo = new Echo();
  const over: [number, number][] = [];
  let isOpen = false;
  echo.onEnd = (code, error) => over.push([code, error]);
  echo.endpoint = connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    events: { ...echoEvents, onOpen: () => (isOpen = true) },
    target: echo,
    transmitBuffer: Echo.transmitBuffer,
  });
  await expect.poll(() => isOpen).toBe(true);
  await floodAndReset(sockets[0], false, () => echo);
  await expect.poll(() => over.length).toBe(1);
  expect(over[0][0]).toBe(1006);
});
