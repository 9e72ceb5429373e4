import { connect as connectTcp } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { device } from '../../hosts/node/device.ts';
import { Listener } from '../../hosts/node/io.ts';
import { RingletError } from '../../src/errors.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { next, record, type Seen, serve } from './servers.ts';

/** A refusal as the standard wants it. */
const thrownBy = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return error instanceof DOMException ? error.name : (error as Error).constructor.name;
  }
  return 'nothing';
};

/** Connects nowhere, for what is known before the connection. */
function unconnected(url: string, ...rest: [unknown?]): WebSocket {
  const socket = new WebSocket(url, ...(rest as [never?]));
  socket.close();
  return socket;
}

describe('the URL', () => {
  it.each([
    ['ws://foo bar.com/'],
    ['wss://foo bar.com/'],
    ['ftp://example.com/'],
    ['mailto:example@example.org'],
    ['about:blank'],
    ['ws://example.com/#'],
    ['ws://example.com/#test'],
    ['#test'],
    ['/echo'],
    ['//example.com/'],
    [''],
    ['ws://'],
    ['ws://example.com:65536/'],
  ])('%j is a SyntaxError', (url) => {
    expect(thrownBy(() => new WebSocket(url))).toBe('SyntaxError');
  });

  it.each([
    ['ws://127.0.0.1:1', 'ws://127.0.0.1:1/'],
    ['http://127.0.0.1:1/a', 'ws://127.0.0.1:1/a'],
    ['https://127.0.0.1:1/a', 'wss://127.0.0.1:1/a'],
    ['WSS://127.0.0.1:443/A?b=c d', 'wss://127.0.0.1/A?b=c%20d'],
    ['ws://127.0.0.1:80/?', 'ws://127.0.0.1/?'],
    ['ws://127.0.0.1:1/?test', 'ws://127.0.0.1:1/?test'],
    ['ws://127.0.0.1:1/%23/ö', 'ws://127.0.0.1:1/%23/%C3%B6'],
    ['  ws://127.0.0.1:1/\n', 'ws://127.0.0.1:1/'],
  ])('%j is told as %j', (url, told) => {
    expect(unconnected(url).url).toBe(told);
  });

  it('may be a URL object, and anything that has a text', () => {
    expect(unconnected(new URL('ws://127.0.0.1:1/x') as never).url).toBe('ws://127.0.0.1:1/x');
    expect(thrownBy(() => new WebSocket(null as never))).toBe('SyntaxError');
  });

  it('sends credentials as Basic, and keeps them out of the request line', async () => {
    let seen: Seen | undefined;
    const url = await serve((_, request) => (seen = request));
    const socket = new WebSocket(`${url.replace('//', '//us%20er:p%C3%A4ss@')}/a?b`);
    await next(socket, 'open');
    expect(seen!.headers.authorization).toBe(`Basic ${Buffer.from('us er:päss').toString('base64')}`);
    expect(seen!.url).toBe('/a?b');
    expect(seen!.headers.host).not.toContain('@');
  });

  it('with port 0 fails the connection and throws nothing', async () => {
    const { closed } = record(new WebSocket('ws://127.0.0.1:0/'));
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  });
});

describe('the subprotocols', () => {
  it.each([
    [['a', 'a']],
    [['echo', 'Echo']],
    [['']],
    [''],
    ['a b'],
    ['a,b'],
    [['a', 'b/c']],
    ['ö'],
    [['a', '\u0000']],
    [['(a)']],
  ])('%j are a SyntaxError', (protocols) => {
    expect(thrownBy(() => new WebSocket('ws://127.0.0.1:1/', protocols))).toBe('SyntaxError');
  });

  it('may be any sequence; what is no string becomes one', async () => {
    const offers: unknown[] = [];
    const url = await serve((_, { headers }) => offers.push(headers['sec-websocket-protocol']));
    for (const protocols of [undefined, [], 'one', ['one', 'two'], new Set(['x', 'y']), [1, 2], 3]) {
      await next(new WebSocket(url, protocols as never), 'open');
    }
    expect(offers).toEqual([undefined, undefined, 'one', 'one, two', 'x, y', '1, 2', '3']);
  });

  it('tells what the server chose, and nothing before', async () => {
    const socket = new WebSocket(await serve(), ['first', 'second']);
    expect(socket.protocol).toBe('');
    await next(socket, 'open');
    expect(socket.protocol).toBe('first');
    expect(socket.extensions).toBe('');
  });

  it('fails when the server chooses what was not offered', async () => {
    const url = await serve(() => {}, { handleProtocols: () => 'other' });
    const { closed } = record(new WebSocket(url, 'mine'));
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  });
});

describe('the constructor', () => {
  it('needs new and a URL, and does not mind more arguments', () => {
    expect(thrownBy(() => new (WebSocket as never as new () => WebSocket)())).toBe('TypeError');
    expect(thrownBy(() => (WebSocket as never as () => void)())).toBe('TypeError');
    const Loose = WebSocket as never as new (...all: unknown[]) => WebSocket;
    const socket = new Loose('ws://127.0.0.1:1/', 'echo', 'Stray argument');
    socket.close();
    expect(socket).toBeInstanceOf(WebSocket);
  });

  it.each(['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'])(
    '%s is a constant on it and on the prototype',
    (name) => {
      const value = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].indexOf(name);
      const socket = unconnected('ws://127.0.0.1:1/');
      expect((socket as never)[name]).toBe(value);
      for (const owner of [WebSocket, WebSocket.prototype] as object[]) {
        expect((owner as never)[name]).toBe(value);
        expect(() => Object.assign(owner, { [name]: 9 })).toThrow(TypeError);
        expect(thrownBy(() => Object.defineProperty(WebSocket.prototype, name, { get: () => 9 }))).toBe(
          'TypeError',
        );
      }
    },
  );

  it('has the members of the interface, and refuses to read them of anything else', () => {
    for (const name of ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType']) {
      expect(
        thrownBy(() => (WebSocket.prototype as never)[name]),
        name,
      ).toBe('TypeError');
    }
    const names: string[] = [];
    for (const name in unconnected('ws://127.0.0.1:1/')) names.push(name);
    for (const name of ['url', 'send', 'close', 'onopen', 'onmessage', 'CLOSED', 'addEventListener']) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
    expect(Object.prototype.toString.call(unconnected('ws://127.0.0.1:1/'))).toBe('[object WebSocket]');
    expect(WebSocket.name).toBe('WebSocket');
    for (const name of ['url', 'onopen', 'send', 'close']) {
      expect(Object.getOwnPropertyDescriptor(WebSocket.prototype, name), name).toMatchObject({
        enumerable: true,
      });
    }
    const { send, close, addEventListener } = WebSocket.prototype;
    expect([WebSocket, send, close, addEventListener].map(({ length }) => length)).toEqual([1, 1, 0, 2]);
  });

  it('begins as the standard says', () => {
    const socket = new WebSocket('ws://127.0.0.1:1/');
    const { readyState, bufferedAmount, extensions, protocol, binaryType } = socket;
    expect({ readyState, bufferedAmount, extensions, protocol, binaryType }).toEqual({
      readyState: 0,
      bufferedAmount: 0,
      extensions: '',
      protocol: '',
      binaryType: 'blob',
    });
    socket.close();
  });

  it('ignores a binaryType that there is not', () => {
    const socket = unconnected('ws://127.0.0.1:1/');
    socket.binaryType = 'arraybuffer';
    socket.binaryType = 'notBlobOrArrayBuffer' as never;
    expect(socket.binaryType).toBe('arraybuffer');
    socket.binaryType = 'blob';
    expect(socket.binaryType).toBe('blob');
  });
});

describe('options', () => {
  it('stand in the place of the subprotocols', async () => {
    let seen: Seen | undefined;
    const url = await serve((_, request) => (seen = request));
    const socket = new WebSocket(url, {
      protocols: ['a', 'b'],
      headers: { 'X-One': '1', authorization: 'Bearer t' },
    });
    await next(socket, 'open');
    expect(seen!.headers).toMatchObject({ 'x-one': '1', authorization: 'Bearer t' });
    expect(socket.protocol).toBe('a');
  });

  it("may hold the URL, as Moddable's do", async () => {
    let seen: Seen | undefined;
    const url = await serve((_, request) => (seen = request));
    const socket = new WebSocket({
      url,
      protocol: 'a, b',
      headers: new Map([['X-Two', '2']]),
      keepalive: 500,
    });
    await next(socket, 'open');
    expect(seen!.headers['x-two']).toBe('2');
    expect(socket.protocol).toBe('a');
  });

  it("may bring the ECMA-419 client, or a connected stream, as Moddable's do", async () => {
    const url = await serve();
    const socket = new WebSocket({ url, ws: device.network.ws, protocol: 'a' });
    await next(socket, 'open');
    expect(socket.protocol).toBe('a');
    for (const text of ['', 'ä'.repeat(20_000), 'x']) {
      socket.send(text);
      expect((await next<{ data: string }>(socket, 'message')).data).toBe(text);
    }
    socket.close(3000, 'done');
    expect(await next(socket, 'close')).toMatchObject({ code: 3000, reason: 'done', wasClean: true });
    expect(() => new WebSocket({ url, ws: {} })).toThrow(RingletError);

    // Two ends of one stream that is past its handshake: the other end has the client's role.
    const attached = new Promise<unknown>((resolve) => {
      const listener = new Listener({
        port: 0,
        onReadable() {
          const server = new WebSocket({ attach: listener.read() as object });
          server.onmessage = ({ data }) => resolve(data);
        },
      } as never);
      onTestFinished(() => listener.close());
      const raw = connectTcp(listener.port, '127.0.0.1');
      raw.on('error', () => {});
      onTestFinished(() => void raw.destroy());
      raw.write(Uint8Array.of(0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2));
    });
    expect(await attached).toBe('hi');
  });

  it('that are wrong are said at once', () => {
    const url = 'ws://127.0.0.1:1/';
    const wrong: object[] = [
      { maxMessageSize: -1 },
      { handshakeTimeout: NaN },
      { transmitBuffer: 1000 },
      { maxBufferedAmount: -1 },
      { maxBufferedAmount: NaN },
      { headers: { 'a b': '1' } },
      { headers: { a: '1\r\nb: 2' } },
      { headers: { 'Sec-WebSocket-Key': 'x' } },
    ];
    for (const options of wrong) {
      expect(() => new WebSocket(url, options), JSON.stringify(options)).toThrow(RingletError);
      expect(() => new WebSocket('ws://127.0.0.1:0/', options), JSON.stringify(options)).toThrow(
        RingletError,
      );
    }
  });

  it('bound the messages that come', async () => {
    const url = await serve((peer) => peer.send('x'.repeat(11)));
    const { closed } = record(new WebSocket(url, { maxMessageSize: 10 }));
    expect(await closed).toEqual(['open', 'error at 3', 'close 1006 unclean']);
  });

  it('offer compression, and `extensions` tells what came of it', async () => {
    const { permessageDeflate } = await import('../../src/deflate/permessage-deflate.ts');
    const url = await serve(undefined, { perMessageDeflate: { threshold: 0 } });
    const socket = new WebSocket(url, { compression: permessageDeflate() });
    await next(socket, 'open');
    expect(socket.extensions).toMatch(/^permessage-deflate/);
    const text = 'again and again '.repeat(1000);
    socket.send(text);
    expect(socket.bufferedAmount).toBe(text.length);
    expect((await next<{ data: string }>(socket, 'message')).data).toBe(text);
    expect(socket.bufferedAmount).toBe(0);
  });
});
