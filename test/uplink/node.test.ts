/** Uplinks over real sockets, on both faces. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { nodeHost } from '../../hosts/node/host.ts';
import { TCP } from '../../hosts/node/io/tcp.ts';
import { Outbox, Uplink, type Change, type UplinkOptions } from '../../hosts/node/uplink.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { RingletError } from '../../src/errors.ts';
import { ClientLink } from '../../src/uplink/client-link.ts';
import { ACKNOWLEDGEMENT, SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import { Outbox as PortableOutbox } from '../../src/uplink/outbox.ts';
import type { Uplink as PortableUplink } from '../../src/uplink/uplink.ts';
import { ScriptedUplink } from './scripted-link.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** A gateway as docs/uplink.md says, on `ws`: numbers and payloads that it has, each once. */
class Gateway {
  readonly records: [number, string][] = [];
  readonly sockets = new Set<WebSocket>();
  readonly #servers: WebSocketServer;
  readonly port: number;
  hellos = 0;
  doubles = 0;
  acknowledges = true;

  private constructor(server: Server) {
    this.port = (server.address() as AddressInfo).port;
    this.#servers = new WebSocketServer({ server: server as ReturnType<typeof createHttpServer> });
    this.#servers.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data: Buffer) => this.#take(socket, data));
    });
    cleanups.push(() => this.stop());
  }

  static async listen(port = 0): Promise<Gateway> {
    const server = createHttpServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    return new Gateway(server);
  }

  #take(socket: WebSocket, data: Buffer): void {
    if (data[0] === 1) this.hellos++;
    if (data[0] !== 2) return;
    const number = data.readUInt32LE(4);
    if (number > (this.records.at(-1)?.[0] ?? -1)) this.records.push([number, data.subarray(8).toString()]);
    else this.doubles++;
    if (!this.acknowledges) return;
    const answer = Buffer.from([ACKNOWLEDGEMENT, data[1] & 2, 0, 0, 0, 0, 0, 0]);
    answer.writeUInt32LE(this.records.at(-1)![0], 4);
    socket.send(answer);
  }

  stop(): void {
    for (const socket of this.sockets) socket.terminate();
  }
}

interface Made {
  readonly uplink: PortableUplink;
  readonly changes: Change[];
}

const faces: Record<
  string,
  (port: number, outbox: PortableOutbox | undefined, options: UplinkOptions) => Made
> = {
  'the span face': (port, outbox, options) => {
    const changes: Change[] = [];
    const uplink = new Uplink(`ws://127.0.0.1:${port}/`, {
      protocol: SUBPROTOCOL,
      outbox,
      onChange: (change) => void changes.push(change),
      ...options,
    });
    return { uplink, changes };
  },
  'the ECMA-419 face': (port, outbox, options) => {
    const changes: Change[] = [];
    const given = {
      host: '127.0.0.1',
      port,
      protocol: SUBPROTOCOL,
      socket: { io: TCP },
      ...options,
    } as unknown as WebSocketClientOptions;
    const uplink = new ScriptedUplink(
      nodeHost,
      { outbox, onChange: (change) => void changes.push(change), ...options },
      (_request, sink) => new ClientLink(WebSocketClient, given, sink),
    );
    return { uplink, changes };
  },
};

describe.each(Object.keys(faces))('over %s', (face) => {
  const start = (port: number, options: UplinkOptions = {}): Made & { outbox: PortableOutbox } => {
    const outbox = new PortableOutbox({ memory: 16_384, keep: 'acknowledged', whenFull: 'refuse' }, nodeHost);
    const made = faces[face](port, outbox, { backoffBase: 20, backoffLongest: 50, ...options });
    cleanups.push(() => made.uplink.stop());
    made.uplink.start();
    return { ...made, outbox };
  };
  const state = (uplink: PortableUplink, wanted: string) =>
    vi.waitFor(() => expect(uplink.state).toBe(wanted), { timeout: 20_000, interval: 5 });

  test('records arrive as they were posted, short ones and longer than any ring', async () => {
    const gateway = await Gateway.listen();
    const { uplink, outbox } = start(gateway.port, { transmitBuffer: 512 });
    const payloads = ['', 'a', 'b'.repeat(116), 'c'.repeat(117), 'd'.repeat(118), 'e'.repeat(5000), 'f'];
    for (const payload of payloads) uplink.post(Buffer.from(payload));
    await vi.waitFor(() => expect(outbox.kept).toBe(0), { timeout: 20_000 });
    expect(gateway.records).toEqual(payloads.map((payload, i) => [i, payload]));
    expect(uplink.protocol).toBe(SUBPROTOCOL);
    uplink.stop();
    await state(uplink, 'stopped');
    expect(uplink.loss).toMatchObject({ error: 0, closeCode: 1000 });
  });

  test('3,000 records through 30 cuts: each once, in order, to the octet', { timeout: 60_000 }, async () => {
    const gateway = await Gateway.listen();
    const { uplink, outbox } = start(gateway.port);
    const sent: [number, string][] = [];
    let cuts = 0;
    while (sent.length < 3000) {
      const text = `${sent.length} ${'x'.repeat(sent.length % 200)}`;
      const number = uplink.post(Buffer.from(text));
      if (number >= 0) sent.push([number, text]);
      if (sent.length >= (cuts + 1) * 95 && gateway.sockets.size > 0 && cuts < 30) {
        cuts++;
        for (const socket of gateway.sockets) socket.terminate();
      }
      if (number < 0 || sent.length % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(outbox.kept).toBe(0), { timeout: 30_000 });
    expect(gateway.records).toEqual(sent);
    expect(cuts).toBe(30);
    expect(gateway.hellos).toBeGreaterThan(5);
  });

  test('a peer that has stopped is noticed within keepalive and its timeout', async () => {
    // It answers the opening handshake, and nothing more.
    const gateway = await Gateway.listen();
    const { uplink, changes } = start(gateway.port, { keepalive: 50, keepaliveTimeout: 50 });
    await state(uplink, 'open');
    const [socket] = gateway.sockets as unknown as { _socket: Socket }[];
    socket._socket.pause();
    await vi.waitFor(() => expect(changes.some(({ loss }) => loss?.error === 404)).toBe(true), {
      timeout: 20_000,
    });
  });

  test('nobody listens: it comes back until somebody does', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { uplink, outbox, changes } = start(port);
    uplink.post(Buffer.from('kept'));
    await vi.waitFor(
      () => expect(changes.filter(({ state }) => state === 'waiting').length).toBeGreaterThan(2),
      { timeout: 20_000 },
    );
    expect(changes.at(-1)?.loss?.error ?? 503).toBe(503);
    const gateway = await Gateway.listen(port);
    await vi.waitFor(() => expect(outbox.kept).toBe(0), { timeout: 20_000 });
    expect(gateway.records).toEqual([[0, 'kept']]);
  });

  test('a refusal that is final stops it; Retry-After is heard', async () => {
    let status = 503;
    const server = createHttpServer().on('upgrade', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\nRetry-After: 100\r\nContent-Length: 0\r\n\r\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { uplink, changes } = start(port);
    await state(uplink, 'waiting');
    expect(changes.at(-1)?.delay).toBeGreaterThanOrEqual(100_000);
    uplink.stop();
    await state(uplink, 'stopped');
    status = 401;
    uplink.start();
    await vi.waitFor(() => expect(uplink.loss?.httpStatus).toBe(401), { timeout: 20_000 });
    expect(uplink.state).toBe('stopped');
  });
});

describe('on Node', () => {
  test('the hook gives another URL, headers and subprotocols for each attempt', async () => {
    const seen: unknown[] = [];
    const server = createHttpServer();
    new WebSocketServer({ server }).on('connection', (socket, { url, headers }) => {
      seen.push([url, headers.authorization, socket.protocol]);
      socket.close(1000);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    let count = 0;
    const uplink = new Uplink('ws://127.0.0.1:1/', {
      backoffBase: 1,
      prepare: async () => {
        count++;
        return {
          url: `ws://127.0.0.1:${port}/${count}`,
          headers: [['Authorization', `Bearer ${count}`]],
          protocol: `p${count}`,
        };
      },
    });
    cleanups.push(() => uplink.stop());
    uplink.start();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), { timeout: 20_000 });
    expect(seen.slice(0, 2)).toEqual([
      ['/1', 'Bearer 1', 'p1'],
      ['/2', 'Bearer 2', 'p2'],
    ]);
  });

  test('a hook that gives nonsense is a failed attempt', async () => {
    const uplink = new Uplink('ws://127.0.0.1:1/', { prepare: () => ({ url: 'nonsense' }) });
    cleanups.push(() => uplink.stop());
    uplink.start();
    await vi.waitFor(() => expect(uplink.state).toBe('waiting'), { timeout: 20_000 });
    expect(uplink.loss?.error).toBe(601);
  });

  test.each<unknown>([
    'wss://gateway.example/',
    7,
    { header: [['Authorization', 'Bearer 1']] },
    { host: 'h' },
  ])('a hook that gives %j, in which nothing would be looked at, is a failed attempt', async (answer) => {
    const uplink = new Uplink('ws://127.0.0.1:1/', { prepare: () => answer as object });
    cleanups.push(() => uplink.stop());
    uplink.start();
    await vi.waitFor(() => expect(uplink.state).toBe('waiting'), { timeout: 20_000 });
    expect(uplink.loss).toMatchObject({
      error: 602,
      reason: { message: expect.stringContaining('prepare') },
    });
  });

  test.each<[string, UplinkOptions]>([
    ['nonsense', {}],
    ['http//x', {}],
    ['ws://h/', { protocol: 'a b' }],
    ['ws://h/', { headers: [['Upgrade', 'x']] }],
    ['ws://h/', { keepalive: -1 }],
    ['ws://h/', { transmitBuffer: 100 }],
  ])('%s %j is refused at once', (url, options) => {
    expect(() => new Uplink(url, options)).toThrow(RingletError);
  });

  test('an outbox has a session of its own', () => {
    const sessions = [1, 2, 3].map(() => Buffer.from(new Outbox({ memory: 256 }).session).toString('hex'));
    expect(new Set(sessions).size).toBe(3);
  });
});
