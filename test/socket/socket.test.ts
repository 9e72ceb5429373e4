/** The socket in the shape of ECMA-419's TCP over a WebSocket, on Node: what that shape promises, against a server of others. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket as Peer, WebSocketServer } from 'ws';
import { Resolver, TCP, TLS } from '../../hosts/node/io.ts';
import { Socket, type SocketOptions } from '../../hosts/node/socket.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import { ErrorId, type RingletError } from '../../src/errors.ts';
import { makeCertificates, type Certificates } from '../hosts/support/certificates.ts';
import { until } from '../hosts/support/loopback.ts';
import { type Seen, serve } from '../websocket/servers.ts';
import { startBroker } from './broker.ts';
// @ts-expect-error -- plain JavaScript, which runs on XS as well
import MQTTClient from './mqtt-client.js';

const ws = { io: WebSocketClient, socket: { io: TCP } };

/** A socket with what it told. */
class Told {
  readonly events: string[] = [];
  readonly octets: number[] = [];
  reads = true;
  error: RingletError | undefined;
  socket!: Socket;

  static to(url: string, options: Partial<SocketOptions> = {}): Told {
    const self = new Told();
    let isInside = true;
    self.socket = new Socket({
      address: '127.0.0.1',
      port: Number(new URL(url).port),
      ws,
      onReadable(count) {
        expect([this, isInside]).toEqual([self.socket, false]);
        self.events.push(`readable ${count}`);
        if (self.reads) self.take();
      },
      onWritable(count) {
        expect(isInside).toBe(false);
        self.events.push(`writable ${count}`);
      },
      onError(error) {
        self.error = error as RingletError | undefined;
        self.events.push(`error ${self.error?.id ?? ''}`.trim());
      },
      ...options,
    });
    isInside = false;
    onTestFinished(() => self.socket.close());
    return self;
  }

  take(): void {
    this.octets.push(...new Uint8Array(this.socket.read() as ArrayBuffer));
  }

  has(event: string): Promise<void> {
    return until(() => this.events.includes(event), event);
  }
}

interface Far {
  readonly url: string;
  readonly peer: () => Promise<Peer>;
  readonly seen: Seen[];
  /** Messages that came. */
  readonly messages: Buffer[];
  readonly closes: [number, string][];
}

async function far(): Promise<Far> {
  const peers: Peer[] = [];
  const seen: Seen[] = [];
  const messages: Buffer[] = [];
  const closes: [number, string][] = [];
  const url = await serve((peer, request) => {
    peers.push(peer);
    seen.push(request);
    peer.on('message', (data: Buffer, isBinary) => {
      expect(isBinary).toBe(true);
      messages.push(data);
    });
    peer.on('close', (code, reason) => closes.push([code, String(reason)]));
    peer.on('error', () => {});
  });
  const peer = async (): Promise<Peer> => {
    await until(() => peers.length > 0, 'a connection');
    return peers[0];
  };
  return { url, peer, seen, messages, closes };
}

const thrown = (action: () => unknown): number => {
  try {
    action();
  } catch (error) {
    return (error as RingletError).id;
  }
  return 0;
};

describe('octets in', () => {
  test('the boundaries of messages, and of their fragments, mean nothing', async () => {
    const { url, peer } = await far();
    const told = Told.to(url);
    told.reads = false;
    const server = await peer();
    server.send(Uint8Array.of(1, 2));
    server.send(new Uint8Array(0));
    await told.has('readable 2');
    // Whoever waits for more than there is is told when it is there.
    server.send(Uint8Array.of(3), { fin: false });
    server.send(Uint8Array.of(4, 5), { fin: true });
    await told.has('readable 5');
    expect(told.socket.read(new Uint8Array(3))).toBe(3);
    expect(told.socket.read(1)).toEqual(Uint8Array.of(4).buffer);
    expect(told.socket.read(new DataView(new ArrayBuffer(9)))).toBe(1);
    expect(told.socket.read()).toBeUndefined();
    expect(told.socket.read(4)).toBeUndefined();
    expect(told.socket.read(new Uint8Array(1))).toBeUndefined();
  });

  test('by numbers, octet for octet, in turns with buffers', async () => {
    const { url, peer } = await far();
    const told = Told.to(url, { format: 'number' });
    told.reads = false;
    (await peer()).send(Uint8Array.of(0, 255, 7, 8));
    await told.has('readable 4');
    expect([told.socket.read(), told.socket.read()]).toEqual([0, 255]);
    told.socket.format = 'buffer';
    expect(told.socket.read()).toEqual(Uint8Array.of(7, 8).buffer);
    expect(told.socket.format).toBe('buffer');
  });

  test('a reader that does not read holds the server back, and loses nothing', async () => {
    const { url, peer } = await far();
    const told = Told.to(url, { receiveWindow: 64 });
    told.reads = false;
    const server = await peer();
    const all = Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * 7) ^ (i >> 11));
    for (let at = 0; at < all.length; at += 45_000) server.send(all.subarray(at, at + 45_000));
    await told.has('readable 64');
    // The kernel's buffers take some megabytes; what is left stays with the server.
    await until(() => server.bufferedAmount > 0, 'a stalled server');
    expect(told.events.filter((event) => event.startsWith('readable'))).toEqual(['readable 64']);
    told.socket.close();
    await until(() => told.events.length > 0, 'events');
  });

  test('many octets through a small window arrive as they were sent', async () => {
    const { url, peer } = await far();
    const told = Told.to(url, { receiveWindow: 100 });
    const server = await peer();
    const all = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) ^ (i >> 5));
    for (let at = 0; at < all.length; at += 333) server.send(all.subarray(at, at + 333));
    server.close();
    await told.has('error');
    expect(Buffer.from(told.octets).equals(all)).toBe(true);
  });
});

describe('octets out', () => {
  test.each([
    ['a window of 64', { sendWindow: 64 }],
    ['the smallest ring below', { sendWindow: 500, transmitBuffer: 256 }],
    ['what is there by default', {}],
  ])('what onWritable and write told can be written octet by octet: %s', async (_what, options) => {
    const { url, messages } = await far();
    const sent: number[] = [];
    let isShort = false;
    const told = Told.to(url, {
      ...options,
      format: 'number',
      onWritable(count) {
        for (let left = count; left > 0 && sent.length < 5000; left--) {
          const after = this.write(sent.length & 255, left % 3 === 0 ? { more: true } : undefined);
          isShort ||= after < left - 1;
          sent.push(sent.length & 255);
        }
      },
    });
    await until(() => Buffer.concat(messages).length >= 5000, 'all octets');
    expect(isShort).toBe(false);
    expect([...Buffer.concat(messages)]).toEqual(sent);
    told.socket.close();
  });

  test('pieces of which more follow leave together, and at last by themselves', async () => {
    const { url, messages } = await far();
    const told = Told.to(url, { sendWindow: 1000 });
    await told.has('writable 1000');
    told.socket.write(Uint8Array.of(1), { more: true });
    told.socket.write(Uint8Array.of(2, 3).buffer, { more: true });
    expect(told.socket.write(new Int8Array([4]))).toBe(1000);
    await until(() => messages.length === 1, 'a message');
    expect(messages[0]).toEqual(Buffer.of(1, 2, 3, 4));
    expect(told.socket.write(Uint8Array.of(5), { more: true })).toBe(999);
    await until(() => messages.length === 2, 'what was held back');
    expect(messages[1]).toEqual(Buffer.of(5));
  });

  test('a server that does not read holds the writer back, who is told when there is room', async () => {
    const { url, peer, messages } = await far();
    let sent = 0;
    let isFull = false;
    const block = new Uint8Array(8192);
    const told = Told.to(url, {
      onWritable(count) {
        for (let room = count; room > 0 && sent < 16_000_000;) {
          const length = Math.min(room, block.length);
          for (let i = 0; i < length; i++) block[i] = (sent + i) >> 10;
          room = this.write(block.subarray(0, length));
          sent += length;
          isFull ||= room === 0;
        }
      },
    });
    const server = await peer();
    server.pause();
    await until(() => isFull, 'a full window');
    expect(thrown(() => told.socket.write(block))).toBe(ErrorId.writeTooLong);
    server.resume();
    await until(
      () => messages.reduce((sum, { length }) => sum + length, 0) === sent && sent >= 16_000_000,
      'all octets',
    );
    const all = Buffer.concat(messages);
    expect(all.every((octet, i) => octet === ((i >> 10) & 255))).toBe(true);
  });
});

describe('the end', () => {
  test('in order is told behind the last octet, without an error', async () => {
    const { url, peer } = await far();
    const told = Told.to(url);
    told.reads = false;
    const server = await peer();
    server.send(Uint8Array.of(1, 2, 3));
    server.close(1001);
    await told.has('readable 3');
    await until(() => server.readyState === server.CLOSED, 'the closing handshake');
    expect(told.events).not.toContain('error');
    expect(thrown(() => told.socket.write(Uint8Array.of(1)))).toBe(ErrorId.notOpen);
    told.take();
    expect(told.events).not.toContain('error');
    await told.has('error');
    expect([told.error, told.octets]).toEqual([undefined, [1, 2, 3]]);
  });

  test('by a text message is an error with an id, and 1003 for the server', async () => {
    const { url, peer, closes } = await far();
    const told = Told.to(url);
    const server = await peer();
    server.send(Uint8Array.of(1));
    server.send('text');
    server.send(Uint8Array.of(2));
    await told.has(`error ${ErrorId.textUnexpected}`);
    expect(told.octets).toEqual([1]);
    await until(() => closes.length === 1, 'a close');
    expect(closes[0][0]).toBe(1003);
    expect(told.events.filter((event) => event.startsWith('error'))).toHaveLength(1);
  });

  test('by a loss, a refusal, a name that nobody has is told with what is known', async () => {
    const { url, peer } = await far();
    const lost = Told.to(url);
    (await peer()).terminate();
    await until(() => lost.error !== undefined, 'an error');
    expect([ErrorId.transportEnded, ErrorId.transportReset]).toContain(lost.error!.id);
    const web = createServer((_request, response) => response.writeHead(401).end()).listen(0, '127.0.0.1');
    await once(web, 'listening');
    onTestFinished(() => void web.close());
    const refused = Told.to(`ws://x:${(web.address() as AddressInfo).port}`);
    await until(() => refused.error !== undefined, 'an error');
    expect(refused.error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: 401 });
    const unknown = Told.to(url, {
      address: undefined,
      host: 'nobody.invalid',
      ws: { ...ws, dns: { io: Resolver } },
    });
    await until(() => unknown.error !== undefined, 'an error');
    expect(unknown.error!.id).toBe(ErrorId.resolveFailed);
  });

  test('by close: what was written arrives, then 1000; nothing is told any more', async () => {
    const { url, peer, messages, closes } = await far();
    const told = Told.to(url, { sendWindow: 100_000, transmitBuffer: 256 });
    await told.has('writable 100000');
    const server = await peer();
    const all = Uint8Array.from({ length: 50_000 }, (_, i) => i >> 3);
    told.socket.write(all);
    const before = told.events.length;
    told.socket.close();
    told.socket.close();
    server.send(Uint8Array.of(9));
    await until(() => closes.length === 1, 'a close');
    expect(closes[0][0]).toBe(1000);
    expect(Buffer.concat(messages).equals(all)).toBe(true);
    expect(told.events).toHaveLength(before);
    for (const use of [() => told.socket.read(), () => told.socket.write(all)])
      expect(thrown(use)).toBe(ErrorId.closed);
  });

  test('by close before there is a connection', async () => {
    const { url } = await far();
    const told = Told.to(url);
    expect(thrown(() => told.socket.write(Uint8Array.of(1)))).toBe(ErrorId.notOpen);
    expect(told.socket.read()).toBeUndefined();
    told.socket.close();
    expect(told.events).toEqual([]);
  });
});

describe('misuse', () => {
  test.each([
    [undefined, ErrorId.optionInvalid],
    [null, ErrorId.optionInvalid],
    [{}, ErrorId.hostInvalid],
    [{ address: '' }, ErrorId.optionInvalid],
    [{ address: 7 }, ErrorId.optionInvalid],
    [{ host: '' }, ErrorId.hostInvalid],
    [{ address: '127.0.0.1', port: 0 }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', port: 65536 }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', path: 'x' }, ErrorId.pathInvalid],
    [{ address: '127.0.0.1', protocol: 'a b' }, ErrorId.protocolInvalid],
    [{ address: '127.0.0.1', headers: [['Upgrade', 'x']] }, ErrorId.headerInvalid],
    [{ address: '127.0.0.1', secure: 1 }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', ws: {} }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', format: 'text' }, ErrorId.formatUnsupported],
    [{ address: '127.0.0.1', sendWindow: 63 }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', receiveWindow: 2 ** 21 }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', receiveWindow: '64' }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', onReadable: 'x' }, ErrorId.optionInvalid],
    [{ address: '127.0.0.1', idleTimeout: -1 }, ErrorId.optionInvalid],
  ])('options %o: %i', (options, id) => {
    expect(thrown(() => new Socket(options as unknown as SocketOptions))).toBe(id);
  });

  test('arguments are refused before anything has changed', async () => {
    const { url, messages } = await far();
    const told = Told.to(url, { target: 'mine' });
    await told.has('writable 8192');
    const { socket } = told;
    expect([socket.target, socket.remoteAddress, socket.remotePort]).toEqual([
      'mine',
      '127.0.0.1',
      Number(new URL(url).port),
    ]);
    for (const data of ['text', 7, null, undefined, {}, [1], new Uint16Array(2)])
      expect(
        thrown(() => socket.write(data as Uint8Array)),
        String(data),
      ).toBe(ErrorId.argumentInvalid);
    expect(thrown(() => socket.write(new Uint8Array(8193)))).toBe(ErrorId.writeTooLong);
    for (const count of [-1, 1.5, NaN]) {
      socket.format = 'buffer';
      expect(thrown(() => (socket.format = 'text' as 'buffer'))).toBe(ErrorId.formatUnsupported);
      expect(socket.read(count)).toBeUndefined();
    }
    socket.format = 'number';
    for (const data of [-129, 256, 1.5, NaN, '1', Uint8Array.of(1)])
      expect(
        thrown(() => socket.write(data as number)),
        String(data),
      ).toBe(ErrorId.argumentInvalid);
    socket.format = 'buffer';
    socket.write(Uint8Array.of(1));
    await until(() => messages.length === 1, 'a message');
    expect(messages[0]).toEqual(Buffer.of(1));
  });
});

describe('a client of MQTT', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });

  test.each(['ws', 'wss'])('talks to a broker by %s, and knows of no WebSocket', async (scheme) => {
    const isSecure = scheme === 'wss';
    const { port, seen } = await startBroker(isSecure ? certificates.good : undefined);
    const got: string[] = [];
    await new Promise<void>((resolve, reject) => {
      new MQTTClient({
        // As Moddable's: the name is resolved before, and both are handed on.
        address: '127.0.0.1',
        host: 'localhost',
        port,
        id: 'desk',
        socket: {
          io: Socket,
          path: '/mqtt?x=1',
          protocol: 'mqtt',
          ...(isSecure && {
            ws: {
              io: WebSocketClient,
              socket: { io: TLS, tls: { ca: certificates.ca.cert, host: 'localhost' } },
            },
          }),
        },
        onReady(this: { subscribe(topic: string): void }) {
          this.subscribe('a/b');
        },
        onControl(this: { publish(topic: string, payload: Uint8Array): void }, operation: number) {
          if (operation === 9) for (const text of ['one', 'two']) this.publish('a/b', Buffer.from(text));
        },
        onMessage(this: { disconnect(): void }, topic: string, payload: Uint8Array) {
          got.push(`${topic} ${Buffer.from(payload).toString()}`);
          if (got.length < 2) return;
          this.disconnect();
          resolve();
        },
        onError: reject,
      });
    });
    expect(got).toEqual(['a/b one', 'a/b two']);
    await until(() => seen.clean !== undefined, 'a close');
    expect(seen).toEqual({ host: `localhost:${port}`, path: '/mqtt?x=1', protocol: 'mqtt', clean: true });
  });

  test('the class of the device is the default, for both schemes', async () => {
    const web = createHttpsServer(certificates.good);
    new WebSocketServer({ server: web });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    onTestFinished(() => void web.close());
    const told = new Told();
    told.socket = new Socket({
      host: 'localhost',
      port: (web.address() as AddressInfo).port,
      secure: true,
      onError: (error) => (told.error = error as RingletError),
    });
    onTestFinished(() => told.socket.close());
    // Nobody told it to trust that authority.
    await until(() => told.error !== undefined, 'an error');
    expect(told.error!.id).toBe(ErrorId.certificateUntrusted);
  });
});
