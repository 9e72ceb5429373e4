/** A WebSocket that comes back, over WebSockets whose events a test makes: its properties, and what each attempt is made with. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ReconnectingWebSocket } from '../../hosts/node/reconnecting.ts';
import { RingletError } from '../../src/errors.ts';
import type { ReconnectingOptions } from '../../src/reconnecting/options.ts';

const FAST = { minReconnectionDelay: 1, maxReconnectionDelay: 5, minUptime: 50 };

/** A WebSocket of the web. */
class Fake extends EventTarget {
  static made: Fake[] = [];
  readonly args: unknown[];
  readonly url: string;
  readyState = 0;
  bufferedAmount = 3;
  extensions = 'x';
  protocol = 'p';
  binaryType = 'their own';
  readonly sent: unknown[] = [];
  readonly closes: unknown[][] = [];

  constructor(...args: unknown[]) {
    super();
    this.args = args;
    this.url = `${String(args[0])}#`;
    Fake.made.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(...args: unknown[]): void {
    this.closes.push(args);
  }

  open(): this {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
    return this;
  }

  ends(code: number, wasClean = true): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: 'r', wasClean }));
  }
}

function made(
  options: ReconnectingOptions = {},
  url: ConstructorParameters<typeof ReconnectingWebSocket>[0] = 'ws://x/',
  protocols?: ConstructorParameters<typeof ReconnectingWebSocket>[1],
): { socket: ReconnectingWebSocket; told: string[] } {
  Fake.made = [];
  const socket = new ReconnectingWebSocket(url, protocols, { ...FAST, WebSocket: Fake as never, ...options });
  const told: string[] = [];
  socket.onopen = () => void told.push('open');
  socket.onerror = ({ error }) => void told.push(`error ${error?.message}`);
  socket.onclose = ({ code, reason, wasClean }) => void told.push(`close ${code} ${reason} ${wasClean}`);
  onTestFinished(() => {
    socket.close();
    for (const fake of Fake.made) if (fake.readyState !== 3) fake.ends(1000);
  });
  return { socket, told };
}

const attempt = async (count: number): Promise<Fake> => {
  await expect.poll(() => Fake.made.length).toBe(count);
  return Fake.made[count - 1];
};

afterEach(() => void vi.restoreAllMocks());

test('without an argument it is no WebSocket, and nothing is no message', async () => {
  expect(() => new (ReconnectingWebSocket as unknown as new () => unknown)()).toThrow(TypeError);
  const { socket } = made();
  expect(() => (socket.send as () => void)()).toThrow(TypeError);
  (await attempt(1)).open();
  expect(() => (socket.send as () => void)()).toThrow(TypeError);
  expect(Fake.made[0].sent).toEqual([]);
});

test.each([null, 5, 'headers', true])('the option connection has to be an object: %j', (connection) => {
  expect(() => new ReconnectingWebSocket('ws://x/', [], { connection: connection as never })).toThrow(
    RingletError,
  );
});

test.each(['startClosed', 'debug'] as const)('%s is true or false', (name) => {
  expect(() => new ReconnectingWebSocket('ws://x/', [], { [name]: 1 as never })).toThrow(RingletError);
});

test.each([['maxRetry'], ['toString'], ['reconnectInterval']])('%s is no option', (name) => {
  expect(() => new ReconnectingWebSocket('ws://x/', [], { [name]: 1 } as never)).toThrow(RingletError);
});

test('before the first attempt it has no properties of a connection, then those of the last one', async () => {
  const { socket } = made({ startClosed: true });
  const all = (): unknown[] => [
    socket.url,
    socket.extensions,
    socket.protocol,
    socket.bufferedAmount,
    socket.binaryType,
  ];
  expect(all()).toEqual(['', '', '', 0, 'blob']);
  socket.send('ä');
  expect(socket.bufferedAmount).toBe(2);
  socket.reconnect();
  await attempt(1);
  expect(all()).toEqual(['ws://x/#', 'x', 'p', 5, 'their own']);
  Fake.made[0].open();
  expect(all()).toEqual(['ws://x/#', 'x', 'p', 3, 'their own']);
  expect(Fake.made[0].sent).toEqual(['ä']);
});

test('binaryType is that of every connection, and no other than the two', async () => {
  const { socket } = made();
  socket.binaryType = 'text' as never;
  expect(socket.binaryType).toBe('blob');
  const first = await attempt(1);
  expect(first.binaryType).toBe('their own');
  socket.binaryType = 'arraybuffer';
  expect(first.binaryType).toBe('arraybuffer');
  socket.binaryType = 'nonsense' as never;
  expect([socket.binaryType, first.binaryType]).toEqual(['arraybuffer', 'arraybuffer']);
  first.open().ends(1001);
  expect((await attempt(2)).binaryType).toBe('arraybuffer');
  socket.binaryType = 'blob';
  expect(Fake.made[1].binaryType).toBe('blob');
});

test('states are those of a WebSocket', async () => {
  const { socket } = made();
  expect(socket.readyState).toBe(0);
  const first = await attempt(1);
  expect(socket.readyState).toBe(0);
  first.open();
  expect(socket.readyState).toBe(1);
  first.readyState = 2;
  expect(socket.readyState).toBe(2);
  first.ends(1001);
  expect(socket.readyState).toBe(3);
  (await attempt(2)).open();
  socket.close();
  expect([socket.readyState, Fake.made[1].closes]).toEqual([2, [[1000, undefined]]]);
  Fake.made[1].ends(1000);
  expect(socket.readyState).toBe(3);
});

describe('each attempt is made with', () => {
  test.each([
    [undefined, ['ws://x/']],
    [[], ['ws://x/']],
    ['one', ['ws://x/', 'one']],
    [
      ['one', 'two'],
      ['ws://x/', ['one', 'two']],
    ],
  ])('the subprotocols %j', async (protocols, args) => {
    made({ connection: { headers: [['A', 'b']] } }, 'ws://x/', protocols as never);
    expect((await attempt(1)).args).toEqual(args);
  });

  test.each([null, undefined, ''])('the answer %j of a function is no subprotocol', async (answer) => {
    made({}, 'ws://x/', (() => answer) as never);
    expect((await attempt(1)).args).toEqual(['ws://x/']);
  });

  test.each([
    [undefined, undefined],
    [['mine'], 'mine'],
  ])(
    'the options of `connection`, which ours takes, and the subprotocols %j',
    async (protocols, expected) => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      const seen = new Promise<unknown[]>((resolve) => {
        server.on('connection', (_peer, { headers }) =>
          resolve([headers['x-key'], headers['sec-websocket-protocol']]),
        );
      });
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const { socket } = made(
        { WebSocket: undefined, connection: { headers: [['X-Key', 'b']] } },
        url,
        protocols,
      );
      onTestFinished(() => {
        for (const peer of server.clients) peer.terminate();
        server.close();
      });
      expect(await seen).toEqual(['b', expected]);
      socket.close();
    },
  );
});

test('an end is told once for each attempt, with what is known', async () => {
  const { socket, told } = made();
  (await attempt(1)).ends(1006, false);
  expect(told).toEqual([expect.stringMatching(/^error error \d+$/), 'close 1006 r false']);
  (await attempt(2)).open().ends(1012);
  expect(told.slice(2)).toEqual(['open', 'close 1012 r true']);
  const third = (await attempt(3)).open();
  third.dispatchEvent(Object.assign(new Event('error'), { error: new Error('broken') }));
  third.ends(1006, false);
  expect(told.slice(4)).toEqual(['open', 'error broken', 'close 1006 r false']);
  const fourth = (await attempt(4)).open();
  socket.close(4000, 'done');
  expect(fourth.closes).toEqual([[4000, 'done']]);
  fourth.dispatchEvent(Object.assign(new Event('error'), { error: new Error('late') }));
  fourth.ends(1006, false);
  // Of its own close nobody is told an error.
  expect(told.slice(7)).toEqual(['open', 'close 1006 r false']);
});

test('what is no Error has one made of it, with the id that is known', async () => {
  const answers: unknown[] = ['text', undefined];
  const { told } = made({}, () => {
    if (answers.length > 0) throw answers.shift();
    return 'ws://x/';
  });
  await attempt(1);
  expect(told.filter((line) => line.startsWith('error'))).toEqual([
    expect.stringMatching(/^error error \d+$/),
    expect.stringMatching(/^error error \d+$/),
  ]);
});

test('debug says each change of state to the console, with the error and the delay', async () => {
  const lines: unknown[][] = [];
  vi.spyOn(console, 'debug').mockImplementation((...values: unknown[]) => void lines.push(values));
  made({ debug: false });
  (await attempt(1)).open();
  expect(lines).toEqual([]);
  const { socket, told } = made({ debug: true });
  (await attempt(1)).open().ends(1006, false);
  await attempt(2);
  expect(told).toHaveLength(3);
  expect(lines.map(([, state]) => state)).toEqual(['connecting', 'open', 'waiting', 'connecting']);
  expect(lines.every(([name]) => name === 'reconnecting:')).toBe(true);
  expect(lines.map(([, , error]) => (error as number) > 0)).toEqual([false, false, true, true]);
  expect(lines[2][3]).toBeGreaterThan(0);
  socket.close();
});
