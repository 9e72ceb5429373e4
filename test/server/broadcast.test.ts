/** One message for many, and the end of all. */
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { NodeEndpoint, type OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import { serve, type ListeningServer, type ServeOptions } from '../../hosts/node/serve.ts';
import { NetTransport } from '../../hosts/node/transport/net-transport.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { ErrorId } from '../../src/errors.ts';
import { visit } from './support.ts';

let server: ListeningServer<OwnEndpoint>;
const clients: WebSocket[] = [];

async function start(options: ServeOptions<OwnEndpoint> = {}): Promise<void> {
  server = await serve<OwnEndpoint>(options);
}

/** `count` clients, and what they hear. */
async function join(count: number, options?: object): Promise<Buffer[][]> {
  const heard: Buffer[][] = [];
  for (let i = 0; i < count; i++) {
    const { socket } = await visit(`ws://127.0.0.1:${server.port}/${i}`, options);
    const messages: Buffer[] = [];
    socket.on('message', (data: Buffer) => messages.push(data));
    clients.push(socket);
    heard.push(messages);
  }
  await expect.poll(() => [...server.targets()].length).toBe(clients.length);
  return heard;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await server.close();
});

describe('broadcast', () => {
  test.each([0, 10, 1024, 1025, 70_000, 3_000_000])(
    'of %i octets, in order with what else is sent',
    async (length) => {
      await start({ compression: permessageDeflate() });
      const heard = [...(await join(2)), ...(await join(1, { perMessageDeflate: false }))];
      const data = new Uint8Array(length).fill(7);
      for (const endpoint of server.targets()) endpoint.sendText('before');
      expect(server.broadcast(data)).toEqual({ sent: 3, skipped: [] });
      // The caller's octets are his again.
      data.fill(0);
      for (const endpoint of server.targets()) endpoint.sendText('after');
      await expect.poll(() => heard.map((messages) => messages.length)).toEqual([3, 3, 3]);
      for (const [before, message, after] of heard) {
        expect([String(before), String(after)]).toEqual(['before', 'after']);
        expect(message.equals(Buffer.alloc(length, 7))).toBe(true);
      }
    },
  );

  test('hands the same octets to every socket', async () => {
    await start();
    await join(3);
    const written = new Set<ArrayBufferLike>();
    const { write } = NetTransport.prototype;
    NetTransport.prototype.write = function (bytes, from, to) {
      if (to - from > 50_000) written.add(bytes.buffer);
      return write.call(this, bytes, from, to);
    };
    try {
      server.broadcast('x'.repeat(60_000));
    } finally {
      NetTransport.prototype.write = write;
    }
    expect(written.size).toBe(1);
  });

  test('to some, compressed where that was agreed on', async () => {
    await start({ compression: permessageDeflate() });
    const heard = await join(3);
    const text = 'the same words '.repeat(1000);
    const filter = ({ path }: OwnEndpoint): boolean => path !== '/1';
    const before = clients.map(octetsOf);
    expect(server.broadcast(text, { filter, compress: true }).sent).toBe(2);
    await expect.poll(() => heard.map((messages) => messages.length)).toEqual([1, 0, 1]);
    expect(String(heard[0][0])).toBe(text);
    expect(octetsOf(clients[0]) - before[0]).toBeLessThan(1000);
    server.broadcast(Buffer.from('text'), { isBinary: false });
    await expect.poll(() => heard[1].length).toBe(1);
  });

  test('skips who is too slow, and nobody waits for him; he has all that was taken', async () => {
    await start({ maxBufferedAmount: 1 << 20, keepalive: 0 });
    const [slow, fast] = await join(2);
    clients[0].pause();
    const chunk = new Uint8Array(1 << 18).fill(1);
    let taken = 0;
    let skips = 0;
    for (let i = 0; i < 200; i++) {
      const { sent, skipped } = server.broadcast(chunk);
      taken += skipped.length === 0 ? 1 : 0;
      if (skipped.length > 0) {
        skips += 1;
        expect([sent, skipped.map(({ path }) => path)]).toEqual([1, ['/0']]);
      }
      await expect.poll(() => fast.length, { interval: 1 }).toBe(i + 1);
    }
    expect(skips).toBeGreaterThan(100);
    const [endpoint] = server.targets();
    expect(endpoint.bufferedAmount).toBeLessThan(3 << 20);
    clients[0].resume();
    await expect.poll(() => slow.length).toBe(taken);
    await expect.poll(() => endpoint.bufferedAmount).toBe(0);
  });

  test('a peer that takes nothing of it is gone after sendTimeout', async () => {
    const closes: number[] = [];
    await start({
      keepalive: 0,
      sendTimeout: 200,
      events: { onClose: (_endpoint, _code, error) => closes.push(error) },
    });
    await join(1);
    clients[0].pause();
    expect(server.broadcast(new Uint8Array(32 << 20)).sent).toBe(1);
    await expect.poll(() => closes).toEqual([ErrorId.sendTimeout]);
  });

  test('refuses what is no message', async () => {
    await start();
    expect(() => server.broadcast(5 as never)).toThrow('data must be');
  });
});

/** Octets that a client has received. */
const octetsOf = (client: WebSocket): number =>
  (client as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;

describe('close', () => {
  test('sends every connection a Close, behind what waits, and drops who does not answer', async () => {
    const closes: unknown[] = [];
    await start({ events: { onClose: ({ path }, code, error) => closes.push([path, code, error]) } });
    const heard = await join(2);
    const closed = once(clients[0], 'close');
    clients[1].pause();
    for (const endpoint of server.targets()) endpoint.sendMessage(new Uint8Array(300_000));
    await server.close({ code: 4000, reason: 'wörk', timeout: 300 });
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason), heard[0][0].length]).toEqual([4000, 'wörk', 300_000]);
    expect(closes).toHaveLength(2);
    expect(closes[0]).toEqual(['/0', 4000, 0]);
    expect(server.connections).toBe(0);
    await expect(visit(`ws://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each([
    [{ code: 1006 }, ErrorId.closeCodeRefused],
    [{ code: 0 }, ErrorId.closeCodeRefused],
    [{ reason: 'x'.repeat(124) }, ErrorId.closeReasonTooLong],
    [{ reason: 5 as never }, ErrorId.optionInvalid],
    [{ timeout: -1 }, ErrorId.optionInvalid],
    ['SIGTERM' as never, ErrorId.optionInvalid],
  ])('refuses what is wrong, and nothing has changed: %j', async (options, id) => {
    await start();
    await expect(server.close(options)).rejects.toMatchObject({ id });
    const [heard] = await join(1);
    server.broadcast('still here');
    await expect.poll(() => heard.map(String)).toEqual(['still here']);
  });

  test('again without options drops what is left', async () => {
    await start();
    await join(1);
    clients[0].pause();
    const closing = server.close({ timeout: 60_000 });
    await server.close();
    await closing;
    expect(server.connections).toBe(0);
  });
});

test('an endpoint of a server is one of Node', async () => {
  await start();
  await join(1);
  const [endpoint] = server.targets();
  expect(endpoint).toBeInstanceOf(NodeEndpoint);
});
