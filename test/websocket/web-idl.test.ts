/** How arguments and receivers are read, https://webidl.spec.whatwg.org. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressOf } from '../../hosts/node/websocket/address.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { next, serve } from './servers.ts';

describe('a Symbol is no text', () => {
  it('in the arguments of the constructor', () => {
    expect(() => new WebSocket(Symbol('x') as never)).toThrow(TypeError);
    expect(() => new WebSocket('ws://127.0.0.1:2/', Symbol('x') as never)).toThrow(TypeError);
    expect(() => new WebSocket('ws://127.0.0.1:2/', [Symbol('x')] as never)).toThrow(TypeError);
  });

  it('in those of send and close, which then have done nothing', async () => {
    const socket = new WebSocket(await serve());
    await next(socket, 'open');
    expect(() => socket.send(Symbol('x') as never)).toThrow(TypeError);
    expect(() => socket.close(1000, Symbol('x') as never)).toThrow(TypeError);
    expect([socket.bufferedAmount, socket.readyState]).toEqual([0, WebSocket.OPEN]);
    socket.close();
  });
});

describe('on what is no WebSocket', () => {
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'binaryType')!;

  it('close throws a TypeError, whatever its arguments', () => {
    for (const other of [null, undefined, {}, WebSocket.prototype]) {
      expect(() => WebSocket.prototype.close.call(other as never, 7)).toThrow(TypeError);
      expect(() => WebSocket.prototype.close.call(other as never)).toThrow(TypeError);
    }
  });

  it.each(['blob', 'arraybuffer', 'neither', undefined])('binaryType cannot be set to %s', (type) => {
    expect(() => set!.call({}, type)).toThrow(TypeError);
  });
});

describe('event handlers', () => {
  it.each(['onopen', 'onmessage', 'onerror', 'onclose'])('%s is an attribute of the prototype', (name) => {
    const attribute = Object.getOwnPropertyDescriptor(WebSocket.prototype, name)!;
    expect(attribute).toMatchObject({ enumerable: true, configurable: true });
    expect([attribute.get!.name, attribute.set!.name]).toEqual([`get ${name}`, `set ${name}`]);
    expect(() => attribute.get!.call({}) as unknown).toThrow(TypeError);
  });
});

describe('a relative URL', () => {
  it('is none where there is no base', () => {
    for (const text of ['echo', '/echo', '?', '//example.com/']) expect(addressOf(text)).toBe(undefined);
  });

  it.each([
    ['http://example.com/a/b', 'echo?x', 'ws://example.com/a/echo?x'],
    ['https://example.com/a/b', '/echo', 'wss://example.com/echo'],
    ['https://example.com/a/b', '//other.example', 'wss://other.example/'],
    ['ws://example.com/a/b', '', 'ws://example.com/a/b'],
    ['https://example.com/', 'ws://other.example/', 'ws://other.example/'],
    ['https://example.com/', '#x', undefined],
    ['file:///a/b', 'c', undefined],
    ['nonsense', 'c', undefined],
  ])('at %s: %j is %s', (href, text, url) => {
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'location'));
    Object.defineProperty(globalThis, 'location', { value: { href }, configurable: true });
    expect(addressOf(text)?.url).toBe(url);
  });
});
