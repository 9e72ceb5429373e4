/**
 * Rows of the catalogue in which a peer ends at a bad moment, over real TCP and TLS: while the receiver is paused, inside of
 * the greeting of TLS, or not at all after the closing handshake.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../hosts/node/index.ts';
import type { Endpoint, EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId } from '../../src/errors.ts';
import { acceptOf } from '../../src/handshake/accept.ts';
import { type Certificates, makeCertificates } from '../hosts/support/certificates.ts';
import { requestOf } from '../hosts/support/raw-client.ts';
import { TestServer } from '../hosts/support/test-server.ts';

/** No deadline helps: what is told is told because of what the peer did. */
const FAR = 600_000;
const PATIENT = { handshakeTimeout: FAR, closeTimeout: FAR, sendTimeout: 0, keepalive: 0 };
/** Of a client, masked: more than is read at once, so that some of it lies behind the pause. */
const MASKED = `\x82\xfe\xea\x60\0\0\0\0${'x'.repeat(60_000)}`.repeat(4);
const UNMASKED = `\x82\x7e\xea\x60${'x'.repeat(60_000)}`.repeat(4);
const CLOSE = '\x88\x82\0\0\0\0\x03\xe8';
/** The first octets of a TLS record. */
const GREETING = '\x16\x03\x01\x00\xc8';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const left: (() => unknown)[] = [];
afterEach(async () => {
  for (const leave of left.splice(0).reverse()) await leave();
});

interface Paused {
  endpoint?: Endpoint<Paused>;
  isPaused: boolean;
  readonly ends: [number, number][];
}

const newPaused = (): Paused => ({ isPaused: false, ends: [] });

/** Pauses at the first octets, and never goes on. */
const PAUSING: EndpointEvents<Paused> = {
  onOpen() {},
  onData(target) {
    target.isPaused = true;
    target.endpoint!.pause();
  },
  onControl() {},
  onWritable() {},
  onClose: ({ ends }, code, error) => void ends.push([code, error]),
};

async function serving(isSecure: boolean): Promise<{ server: TestServer; target: Paused }> {
  const target = newPaused();
  const tls = isSecure ? { tls: certificates.good } : {};
  const paused = { events: PAUSING, accept: () => target } as never;
  const server = await TestServer.start({ ...PATIENT, ...tls, ...(paused as object) });
  left.push(() => server.stop());
  return { server, target };
}

/** A server that is none of ours, and the first client that came to it. */
async function listening(): Promise<{ port: number; accepted: Promise<Socket> }> {
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) =>
    server.once('connection', (socket: Socket) => {
      socket.on('error', () => {});
      left.push(() => socket.destroy());
      resolve(socket);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  left.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, accepted };
}

// Node resets no socket of TLS.
test('R1 T1 a server whose receiver is paused is told of a reset at once, and holds nothing', async () => {
  const { server, target } = await serving(false);
  const client = server.client().send(requestOf());
  await expect.poll(() => client.status).toBe(101);
  client.send(MASKED);
  await expect.poll(() => target.isPaused).toBe(true);
  client.socket.resetAndDestroy();
  await expect.poll(() => target.ends.map(([code]) => code)).toEqual([1006]);
  expect([ErrorId.transportReset, ErrorId.transportFailed]).toContain(target.ends[0][1]);
  await expect.poll(() => server.server.connections).toBe(0);
});

test('R1 T1 a client whose receiver is paused is told of a reset at once', async () => {
  const { port, accepted } = await listening();
  const target = newPaused();
  const url = `ws://127.0.0.1:${port}/`;
  target.endpoint = connect(url, { ...PATIENT, target, events: PAUSING } as never) as never;
  left.push(() => target.endpoint!.drop());
  const socket = await accepted;
  const head = await new Promise<string>((resolve) =>
    socket.once('data', (data: Buffer) => resolve(String(data))),
  );
  const accept = acceptOf(/^sec-websocket-key: *(.*)$/im.exec(head)![1].trim());
  const lines = [
    'HTTP/1.1 101 x',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  socket.write([...lines, '', ''].join('\r\n'));
  socket.write(Buffer.from(UNMASKED, 'latin1'));
  await expect.poll(() => target.isPaused).toBe(true);
  socket.resetAndDestroy();
  await expect.poll(() => target.ends.map(([code]) => code)).toEqual([1006]);
});

describe.each([
  ['TCP', false],
  ['TLS', true],
])('over %s', (_name, isSecure) => {
  test('C9 R3 a server closes while a receiver is paused whose peer has ended: it is told', async () => {
    const { server, target } = await serving(isSecure);
    const client = server.client().send(requestOf());
    await expect.poll(() => client.status).toBe(101);
    const messages = '\x82\x81\0\0\0\0x'.repeat(2);
    client.send(messages);
    await expect.poll(() => target.isPaused).toBe(true);
    // Little enough that Node reads it ahead, and the end behind it: of that it tells when the receiver, that goes on for one
    // message, pauses inside of what came with it.
    client.send(messages);
    client.socket.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let times = 0; times < 2; times++) {
      target.isPaused = false;
      target.endpoint!.resume();
      await expect.poll(() => target.isPaused).toBe(true);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(target.ends).toEqual([]);
    void server.server.close();
    // Not that the peer has reset it: it has not.
    await expect.poll(() => target.ends).toEqual([[1006, ErrorId.transportFailed]]);
  });

  test('F13 C6 a peer that goes on sending after the closing handshake gets our Close, and no reset', async () => {
    const server = await TestServer.start({ ...PATIENT, ...(isSecure && { tls: certificates.good }) });
    left.push(() => server.stop());
    const client = server.client().send(requestOf());
    await expect.poll(() => client.status).toBe(101);
    client.send(CLOSE);
    await expect.poll(() => client.hasEnded).toBe(true);
    for (let times = 0; times < 20; times++) {
      client.send('x'.repeat(10_000));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect([client.errorCode, client.frames]).toEqual([undefined, '\x88\x02\x03\xe8']);
    expect(server.targets[0].events).toEqual(['open', 'control 8', 'close 1000 0']);
  });
});

test.each([
  ['nothing', ''],
  ['half a greeting', GREETING],
])('H1 R4 FIN after %s of TLS: it is let go at once, and told once', async (_name, octets) => {
  const server = await TestServer.start({ ...PATIENT, tls: certificates.good });
  left.push(() => server.stop());
  const client = server.client(false);
  if (octets !== '') client.send(octets);
  await expect.poll(() => server.server.handshakes).toBe(1);
  client.socket.end();
  await expect.poll(() => server.server.handshakes).toBe(0);
  await expect.poll(() => client.isClosed).toBe(true);
  expect([server.refusals.length, server.targets.length, server.errors]).toEqual([1, 0, []]);
});
