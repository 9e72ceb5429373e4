/** The socket over a client that does what a test says: its options and arguments at their bounds, and what it lends its client. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import type { SocketHost, SocketOptions } from '../../src/socket/socket-options.ts';
import { Socket } from '../../src/socket/socket.ts';
import { counting } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { made, ScriptedClient, thrown } from './scripted-client.ts';

/** What `action` throws: its id and sentence. */
function refusal(action: () => unknown): { readonly id: number; readonly message: string } | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof RingletError) return { id: error.id, message: error.message };
    throw error;
  }
  return undefined;
}

const invalid = (name: string, id: number = ErrorId.optionInvalid): object => ({
  id,
  message: expect.stringContaining(`invalid ${name}`),
});

/** How many octets a socket keeps for its reader, and takes from its writer, while nothing moves. */
function windowsOf(options: Partial<SocketOptions<Socket>>): { receive: number; send: number } {
  const { socket, client } = made(false, options);
  client.opens(0);
  const send = socket.write(new Uint8Array(0));
  const sent = 2_000_000;
  client.comes(new Uint8Array(sent));
  return { receive: sent - client.unread, send };
}

describe('windows', () => {
  test.each([64, 65, 1000, 2 ** 20])('%d octets are as many', (size) => {
    expect(windowsOf({ receiveWindow: size, sendWindow: 100 })).toEqual({ receive: size, send: 100 });
    expect(windowsOf({ receiveWindow: 100, sendWindow: size })).toEqual({ receive: 100, send: size });
  });

  test('are what the runtime says where no option does', () => {
    expect(windowsOf({})).toEqual({ receive: 1024, send: 1024 });
    expect(windowsOf({ receiveWindow: 200 })).toEqual({ receive: 200, send: 1024 });
    expect(windowsOf({ sendWindow: 200 })).toEqual({ receive: 1024, send: 200 });
  });

  test.each([63, 0, -64, 2 ** 20 + 1, 64.5, NaN, Infinity, '100', [100], null, true, 100n])(
    '%o octets are refused before a client is made',
    (size) => {
      const { client } = made(false);
      for (const name of ['receiveWindow', 'sendWindow'])
        expect(refusal(() => made(false, { [name]: size }))).toEqual(invalid(name));
      expect(ScriptedClient.last).toBe(client);
    },
  );
});

describe('callbacks', () => {
  const names = ['onReadable', 'onWritable', 'onError'];

  test.each(names)('%s that is no function is refused before a client is made', (name) => {
    const { client } = made(false);
    for (const value of [5, 'x', {}, true, [], Symbol('callback')])
      expect(refusal(() => made(false, { [name]: value }))).toEqual(invalid(name));
    expect(ScriptedClient.last).toBe(client);
  });

  test.each(names)('%s may be null, as in ECMA-419', (name) => {
    const { client, told } = made(false, { [name]: null });
    client.opens();
    client.comes(counting(1));
    client.ends(new Error('gone'));
    const all = ['writable 1024', 'readable 1', 'error gone'];
    const own = { onWritable: 0, onReadable: 1, onError: 2 }[name]!;
    expect(told).toEqual(all.filter((_, i) => i !== own));
  });

  test('are called as methods of the socket', () => {
    const selves: unknown[] = [];
    const note = function (this: unknown): void {
      selves.push(this);
    };
    const { socket, client } = made(false, { onReadable: note, onWritable: note, onError: note });
    client.opens();
    client.comes(counting(1));
    client.ends(new Error('gone'));
    expect(selves).toEqual([socket, socket, socket]);
  });
});

describe('the class of the client', () => {
  class Other extends ScriptedClient {}

  /** A socket whose runtime has `providers` by "secure or not". */
  function on(options: object, providerOf: SocketHost['providerOf']): ScriptedClient {
    const { Timer } = new ScriptedHost();
    void new Socket({ host: 'x.example', ...options }, { Timer, resizable: false, window: 64, providerOf });
    return ScriptedClient.last;
  }

  test('is that of the runtime, for ws or for wss', () => {
    const asked: boolean[] = [];
    const providerOf = (isSecure: boolean): never => {
      asked.push(isSecure);
      return { io: isSecure ? Other : ScriptedClient } as never;
    };
    expect(on({}, providerOf)).not.toBeInstanceOf(Other);
    expect(on({ secure: false }, providerOf)).not.toBeInstanceOf(Other);
    expect(on({ secure: true }, providerOf)).toBeInstanceOf(Other);
    expect(asked).toEqual([false, false, true]);
  });

  test('may be given; the runtime is not asked then', () => {
    const providerOf = (): never => {
      throw new Error('asked');
    };
    expect(on({ ws: { io: Other } }, providerOf)).toBeInstanceOf(Other);
  });

  test.each([undefined, null, {}, { io: 5 }, { io: {} }])('is refused where it is none: %o', (provider) => {
    expect(refusal(() => on({}, () => provider as never))).toEqual(invalid('ws'));
    if (provider) expect(refusal(() => made(false, { ws: provider as never }))).toEqual(invalid('ws'));
  });
});

describe('what the client is given', () => {
  test('is each limit, and each option of the request', () => {
    const request = ['path', 'protocol', 'headers', 'requireProtocol', 'compression'];
    const names = [...request, 'receiveBuffer', 'transmitBuffer', ...Object.keys(DEFAULT_LIMITS)];
    const options = Object.fromEntries(names.map((name) => [name, { of: name }]));
    const { client } = made(false, options);
    expect(client.options).toMatchObject(options);
    const { client: other } = made(false);
    for (const name of names) expect(other.options).not.toHaveProperty(name);
  });

  test('is the format of buffers, and the socket as its target', () => {
    const { socket, client } = made(false, { format: 'number', target: 'mine' });
    expect(client.options.format).toBe('buffer');
    expect(client.target).toBe(socket);
    expect(socket.target).toBe('mine');
    expect('target' in made(false).socket).toBe(false);
  });
});

describe.each([true, false])('arguments, with memory that can be cut: %s', (resizable) => {
  const nothing = { id: ErrorId.argumentInvalid, message: expect.stringContaining('invalid data') };

  test.each([['text'], [7], [null], [undefined], [{}], [[1]], [new Uint16Array(2)], [new Float32Array(1)]])(
    '%o is not written in buffers, nor read into',
    (data) => {
      const { socket, client } = made(resizable);
      client.opens();
      client.comes(counting(3));
      expect(refusal(() => socket.write(data as never))).toEqual(nothing);
      if (data !== undefined && data !== 7)
        expect(refusal(() => socket.read(data as never))).toEqual(nothing);
      expect([client.written, socket.read()]).toEqual([[], counting(3).buffer]);
    },
  );

  test.each([[-129], [256], [1.5], [NaN], [Infinity], ['1'], [null], [undefined], [Uint8Array.of(1)], [1n]])(
    '%o is not written in numbers',
    (data) => {
      const { socket, client } = made(resizable, { format: 'number' });
      client.opens();
      expect(refusal(() => socket.write(data as never))).toEqual(nothing);
      expect(client.written).toEqual([]);
      expect(socket.write(5)).toBe(1024);
    },
  );

  test('a count that is none is refused with its id, also where the format is that of numbers', () => {
    const { socket, client } = made(resizable);
    client.comes(counting(3));
    const wrong = { id: ErrorId.argumentInvalid, message: expect.stringContaining('invalid count') };
    for (const count of [-1, 0.5, NaN, -Infinity]) expect(refusal(() => socket.read(count))).toEqual(wrong);
    expect(socket.read(3)).toEqual(counting(3).buffer);
  });

  test('a buffer is read into in number format, too', () => {
    const { socket, client } = made(resizable, { format: 'number' });
    client.comes(counting(5));
    const buffer = new Uint8Array(3);
    expect([socket.read(buffer), [...buffer], socket.read()]).toEqual([3, [0, 1, 2], 3]);
  });

  test('after close each method says so, before it looks at what it is given', () => {
    const { socket } = made(resizable);
    socket.close();
    const closed = { id: ErrorId.closed, message: expect.stringContaining('closed') };
    expect(refusal(() => socket.read(-1))).toEqual(closed);
    expect(refusal(() => socket.write('x' as never))).toEqual(closed);
    expect(thrown(() => socket.close())).toBe(0);
  });

  test('the end by a text message has an id', () => {
    const failures: (Error | undefined)[] = [];
    const { client } = made(resizable, { onError: (error) => void failures.push(error) });
    client.opens();
    client.comes(new Uint8Array(0), false);
    client.ends(new Error('of the closing handshake'));
    expect(failures).toEqual([expect.objectContaining({ id: ErrorId.textUnexpected })]);
  });

  test('whoever has read all asks for no turn, and a turn that nothing needs is not asked for', () => {
    const { socket, client, host } = made(resizable, { receiveWindow: 64 });
    client.opens();
    host.turn();
    client.comes(counting(64));
    socket.read();
    expect(host.turn()).toBe(0);
    client.comes(counting(65));
    socket.read(1);
    socket.read(1);
    expect(host.turn()).toBe(1);
    expect(host.turn()).toBe(0);
  });

  test('whoever has read a part of what came before an end asks for no turn', () => {
    const { socket, client, host } = made(resizable);
    client.opens();
    host.turn();
    client.comes(counting(3));
    client.ends();
    socket.read(2);
    expect(host.turn()).toBe(0);
    socket.read(1);
    expect(host.turn()).toBe(1);
  });

  test('no octets, of which more follow, neither send what waits nor put it off', () => {
    const { socket, client, host } = made(resizable);
    client.opens();
    socket.write(counting(10), { more: true });
    host.wait(15);
    socket.write(new Uint8Array(0), { more: true });
    expect(client.written).toEqual([]);
    host.wait(5);
    expect(client.written).toEqual([counting(10)]);
  });

  test('a client that has no room when it opens is given nothing, not even an empty message', () => {
    for (const room of [0, 1]) {
      const { socket, client } = made(resizable);
      client.opens(room);
      socket.write(counting(room));
      socket.write(counting(5));
      expect(client.written.map(({ length }) => length)).toEqual(room === 0 ? [] : [1]);
      client.opens(5);
      expect(client.written.at(-1)).toEqual(counting(5));
    }
  });

  test('what waits is moved to the front of the window when there is no room behind it, each octet once', () => {
    const { socket, client } = made(resizable, { receiveWindow: 100, sendWindow: 64 });
    client.opens(40);
    socket.write(counting(40));
    expect(socket.write(counting(60))).toBe(4);
    client.opens(40);
    // 20 wait at the end of the window, and 44 more fit.
    expect(socket.write(counting(44))).toBe(0);
    expect(thrown(() => socket.write(counting(1)))).toBe(ErrorId.writeTooLong);
    client.opens(64);
    expect(client.written.slice(2)).toEqual([Uint8Array.of(...counting(60).subarray(40), ...counting(44))]);
    client.comes(counting(90));
    socket.read(80);
    client.comes(counting(90));
    expect(socket.read()).toEqual(Uint8Array.of(...counting(90).subarray(80), ...counting(90)).buffer);
  });

  test('all that waits leaves as soon as it fits, however little that is', () => {
    const { socket, client } = made(resizable);
    client.opens(600);
    socket.write(counting(600));
    socket.write(counting(100));
    client.opens(99);
    expect(client.written).toHaveLength(1);
    client.opens(100);
    expect(client.written[1]).toEqual(counting(100));
  });
});

test.each([undefined, null, 5, 'x', true])('options that are none are refused by their id: %o', (options) => {
  expect(refusal(() => new Socket(options as never, {} as never))).toEqual(invalid('options'));
});
