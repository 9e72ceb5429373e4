/** What `connect` and `serve` refuse before there is a socket. */
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import { connect, type ConnectOptions, destinationOf } from '../../hosts/node/connect.ts';
import { device } from '../../hosts/node/device.ts';
import { nodeHost } from '../../hosts/node/host.ts';
import { serve, type ServeOptions } from '../../hosts/node/serve.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import type { EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { portableProof } from '../../src/handshake/accept.ts';
import type { ServerRequest } from '../../src/handshake/server.ts';

const EVENTS: EndpointEvents<object> = {
  onOpen() {},
  onData() {},
  onControl() {},
  onWritable() {},
  onClose() {},
};

/** The RingletError that `call` throws or fails with. */
async function refusalOf(call: () => unknown): Promise<RingletError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(RingletError);
    return error as RingletError;
  }
  throw new Error('nothing was refused');
}

describe('a URL', () => {
  test.each([
    ['ws://a.example', { secure: false, host: 'a.example', port: 80, path: '/' }],
    ['wss://[::1]:8443/x?y=me@b', { secure: true, host: '::1', port: 8443, path: '/x?y=me@b' }],
  ])('%s', (url, destination) => expect(destinationOf(url)).toEqual(destination));

  test('may be an object', () =>
    expect(destinationOf(new URL('ws://a.example/x'))).toMatchObject({ host: 'a.example', path: '/x' }));

  test.each([undefined, null, 5, {}, 'a.example', 'ftp://a.example/', 'ws://a.example/#'])(
    'that is none is refused: %s',
    async (url) => {
      const { id } = await refusalOf(() => connect(url as string, { events: EVENTS, target: {} }));
      expect(id).toBe(ErrorId.argumentInvalid);
    },
  );

  test.each(['ws://user:secret@a.example/', 'wss://user@a.example/', 'ws://:secret@a.example/'])(
    'with credentials is refused, and they are not told: %s',
    async (url) => {
      for (const call of [() => destinationOf(url), () => connect(url, { events: EVENTS, target: {} })]) {
        const { id, message } = await refusalOf(call);
        expect(id).toBe(ErrorId.argumentInvalid);
        expect(message).toContain('Authorization header');
        expect(message).not.toMatch(/secret|user@|user:/);
      }
    },
  );
});

describe('options', () => {
  const connecting = (options: unknown) => () =>
    connect('ws://127.0.0.1:1/', options as ConnectOptions<object>);
  const serving = (options: unknown) => () => serve(options as ServeOptions<object>);

  test.each([null, 5, 'events', true])('that are none are refused: %j', async (options) => {
    const refusals = [await refusalOf(connecting(options)), await refusalOf(serving(options))];
    expect(refusals.map(({ id, message }) => [id, message])).toEqual([
      [ErrorId.optionInvalid, 'connect needs an object of options'],
      [ErrorId.optionInvalid, 'serve needs an object of options'],
    ]);
  });

  test.each(['header', 'protocols', 'onMessage', 'maxPayload', 'agent', 'toString', 'port', 'host'])(
    'that connect does not have are refused by name: %s',
    async (name) => {
      const { id, message } = await refusalOf(connecting({ events: EVENTS, target: {}, [name]: undefined }));
      expect([id, message]).toEqual([ErrorId.optionInvalid, `connect has no option "${name}"`]);
    },
  );

  test.each(['protocol', 'headers', 'target', 'cert', 'maxPayload', 'backlog'])(
    'that serve does not have are refused by name: %s',
    async (name) => {
      const { id, message } = await refusalOf(
        serving({ events: EVENTS, accept: () => ({}), [name]: undefined }),
      );
      expect([id, message]).toEqual([ErrorId.optionInvalid, `serve has no option "${name}"`]);
    },
  );

  test.each([
    [{ headers: 'Cookie: secret' }, 605],
    [{ headers: 5 }, 605],
    [{ headers: [['secret']] }, 605],
    [{ protocol: 5 }, 606],
    [{ protocol: ['a', 'a'] }, 606],
    [{ requireProtocol: 'yes' }, 602],
    [{ tls: 'yes' }, 602],
    [{ compression: true }, 602],
    [{ maxHeadSize: -1 }, 602],
    [{ handshakeTimeout: '5' }, 602],
    [{ receiveBuffer: 1000 }, 602],
    [{ events: null }, 602],
    [{ signal: {} }, 602],
    [{ responseHeaders: 'set-cookie' }, 602],
    [{ maxBufferedAmount: -1 }, 602],
  ])('of connect that are wrong: %o', async (options, id) => {
    const refusal = await refusalOf(connecting({ events: EVENTS, target: {}, ...options }));
    expect(refusal.id).toBe(id);
    expect(refusal.message).not.toMatch(/secret|iterable|undefined/);
  });

  test.each([
    { maxBufferedAmount: '5' },
    { takesSpans: true, accept: undefined },
    { accept: {} },
    { port: -1 },
    { port: 65536 },
    { port: '80' },
    { port: 1.5 },
    { host: 5 },
    { tls: true },
    { tls: null },
    { protocols: 'chat' },
    { protocols: ['a b'] },
    { requestHeaders: 'cookie' },
    { requestHeaders: [5] },
    { onRequest: {} },
    { onRefused: 5 },
    { onError: 'log' },
    { maxConnections: -1 },
    { maxConnections: 1.5 },
    { maxHandshakes: Infinity },
    { compression: true },
    { maxHeadSize: NaN },
    { transmitBuffer: 1000 },
  ])('of serve that are wrong: %o', async (options) => {
    const { id, message } = await refusalOf(serving({ events: EVENTS, accept: () => ({}), ...options }));
    expect(id).toBe(ErrorId.optionInvalid);
    expect(message).not.toMatch(/iterable|undefined/);
  });

  test('headers as an object and subprotocols as an array reach the server', async () => {
    const seen: ServerRequest[] = [];
    const server = await serve({
      events: EVENTS,
      accept: () => ({}),
      requestHeaders: ['X-Name'],
      onRequest: (request) => void seen.push(request),
    });
    const endpoint = connect(`ws://127.0.0.1:${server.port}/`, {
      events: EVENTS,
      target: {},
      headers: { 'X-Name': 'value' },
      protocol: ['a', 'b'],
    });
    await expect.poll(() => seen.length).toBe(1);
    expect([seen[0].protocols, seen[0].headers.get('x-name')]).toEqual([['a', 'b'], 'value']);
    endpoint.drop();
    await server.close();
  });
});

describe('the head of a response', () => {
  const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';

  /** A server that answers with a head of `octets`. */
  async function answering(octets: number): Promise<Server> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (request: Buffer) => {
        const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request.toString('latin1'))![1];
        const rest = `Sec-WebSocket-Accept: ${nodeHost.proof.acceptOf(key)}\r\nX: `;
        const filling = 'x'.repeat(octets - HEAD.length - rest.length - 4);
        socket.write(`${HEAD}${rest}${filling}\r\n\r\n`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  test.each([
    [16_384, true],
    [16_385, false],
  ])('of %d octets', async (octets, isAccepted) => {
    const server = await answering(octets);
    const { port } = server.address() as AddressInfo;
    const { ws } = device.network;
    const told: unknown[] = [];
    const client = new ws.io({
      ...ws,
      host: '127.0.0.1',
      port,
      onWritable: () => told.push('open'),
      onError: ({ id }) => told.push(id),
    });
    const events: unknown[] = [];
    const endpoint = connect(`ws://127.0.0.1:${port}/`, {
      events: {
        ...EVENTS,
        onOpen: () => events.push('open'),
        onClose: (_, _code, error) => events.push(error),
      },
      target: {},
    });
    const expected = isAccepted ? 'open' : ErrorId.headTooLarge;
    await expect.poll(() => [told[0], events[0]]).toEqual([expected, expected]);
    client.close();
    endpoint.drop();
    server.close();
  });
});

test('a WebSocketClient without options is refused in a sentence', () => {
  for (const options of [undefined, null, 5])
    expect(() => new WebSocketClient(options as never)).toThrow(RingletError);
});

test('the proof of the opening handshake is the natives\u2019', () => {
  const { keyOf, acceptOf } = nodeHost.proof;
  expect(acceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  for (let i = 0; i < 50; i++) {
    const words = new Int32Array(randomBytes(16).buffer.slice(0, 16));
    expect(keyOf(words)).toBe(portableProof.keyOf(words));
    expect(acceptOf(keyOf(words))).toBe(portableProof.acceptOf(keyOf(words)));
  }
  expect(nodeHost.proof).not.toBe(portableProof);
});

describe('events', () => {
  test.each([
    ...Object.keys(EVENTS).map((name) => [{ [name]: 5 }, `events.${name} must be a function`]),
    [{ onMessage: null }, 'events.onMessage must be a function'],
    [{ onward() {}, onClosed() {} }, 'there is no event "onClosed"'],
    [{ onmessage() {} }, 'there is no event "onmessage"'],
    ['none', 'events must be an object'],
  ] as [EndpointEvents<object>, string][])(
    'that are wrong are refused when the endpoint is made: %j',
    async (events, must) => {
      const refusals = [
        await refusalOf(() => connect('ws://127.0.0.1:1/', { events, target: {} })),
        await refusalOf(() => serve({ events, accept: () => ({}) })),
      ];
      for (const { id, message } of refusals) expect([id, message]).toEqual([ErrorId.optionInvalid, must]);
    },
  );

  test('and so are limits and sizes of a server, before anybody connects', async () => {
    for (const wrong of [{ maxMessageSize: -1 }, { closeTimeout: Infinity }, { receiveBuffer: 1000 }]) {
      const { id } = await refusalOf(() => serve({ events: EVENTS, accept: () => ({}), ...wrong }));
      expect(id).toBe(ErrorId.optionInvalid);
    }
  });

  test('may have their methods from a class', async () => {
    class Events implements EndpointEvents<object> {
      onOpen(): void {}
      onData(): void {}
      onControl(): void {}
      onWritable(): void {}
      onClose(): void {}
    }
    const server = await serve({ events: new Events(), accept: () => ({}) });
    connect(`ws://127.0.0.1:${server.port}/`, { events: new Events(), target: {} }).drop();
    await server.close();
  });
});
