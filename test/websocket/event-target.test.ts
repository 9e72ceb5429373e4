import { describe, expect, it } from 'vitest';
import { CloseEvent, MessageEvent, WebSocket } from '../../hosts/node/websocket.ts';
import { next, serve } from './servers.ts';

const opened = async (): Promise<WebSocket> => {
  const socket = new WebSocket(await serve((peer) => peer.on('message', (data) => peer.send(String(data)))));
  await next(socket, 'open');
  return socket;
};

const message = (data: string): MessageEvent => new MessageEvent('message', { data });

describe('listeners', () => {
  it('are called in their order, handlers where they were first set', async () => {
    const socket = await opened();
    const calls: string[] = [];
    socket.addEventListener('message', () => calls.push('a'));
    socket.onmessage = () => calls.push('never');
    socket.addEventListener('message', () => calls.push('c'));
    socket.onmessage = () => calls.push('b');
    socket.dispatchEvent(message('x'));
    expect(calls.join('')).toBe('abc');
    socket.onmessage = null;
    socket.onmessage = () => calls.push('d');
    socket.dispatchEvent(message('x'));
    expect(calls.join('')).toBe('abcacd');
  });

  it('are there once for each function and phase', async () => {
    const socket = await opened();
    let count = 0;
    const listener = (): void => void count++;
    socket.addEventListener('x', listener);
    socket.addEventListener('x', listener, false);
    socket.addEventListener('x', listener, { once: true });
    socket.addEventListener('x', listener, true);
    socket.addEventListener('x', listener, { capture: true });
    socket.dispatchEvent(new Event('x'));
    expect(count).toBe(2);
    socket.removeEventListener('x', listener);
    socket.dispatchEvent(new Event('x'));
    expect(count).toBe(3);
    socket.removeEventListener('x', listener, true);
    socket.dispatchEvent(new Event('x'));
    expect(count).toBe(3);
  });

  it('once; by a signal; objects with handleEvent, looked up when they are called', async () => {
    const socket = await opened();
    const calls: string[] = [];
    const controller = new AbortController();
    const object = { handleEvent: () => calls.push('first') };
    socket.addEventListener('y', () => calls.push('once'), { once: true });
    socket.addEventListener('y', () => calls.push('signal'), { signal: controller.signal });
    socket.addEventListener('y', object);
    socket.addEventListener('y', () => calls.push('never'), { signal: AbortSignal.abort() });
    socket.dispatchEvent(new Event('y'));
    object.handleEvent = () => calls.push('second');
    controller.abort();
    socket.dispatchEvent(new Event('y'));
    expect(calls).toEqual(['once', 'signal', 'first', 'second']);
  });

  it.each([
    ['of the runtime', () => new Event('z')],
    ['of the library', () => new MessageEvent('z')],
  ])('that are added or removed while an event %s is dispatched', async (_, make) => {
    const socket = await opened();
    const calls: string[] = [];
    const late = (): void => void calls.push('late');
    const removed = (): void => void calls.push('removed');
    socket.addEventListener('z', () => {
      calls.push('first');
      socket.addEventListener('z', late);
      socket.removeEventListener('z', removed);
    });
    socket.addEventListener('z', removed);
    socket.dispatchEvent(make());
    expect(calls).toEqual(['first']);
    socket.dispatchEvent(make());
    expect(calls).toEqual(['first', 'first', 'late']);
  });

  it('have this, target and currentTarget, and stopImmediatePropagation', async () => {
    const socket = await opened();
    const seen: unknown[] = [];
    for (const event of [message('m'), new Event('message')]) {
      socket.addEventListener(
        'message',
        function (this: unknown, e: { target?: unknown; currentTarget?: unknown }) {
          seen.push(this === socket && e.target === socket && e.currentTarget === socket);
          (e as Event).stopImmediatePropagation();
        } as never,
        { once: true },
      );
      const never = (): void => void seen.push('not stopped');
      socket.addEventListener('message', never);
      socket.dispatchEvent(event);
      socket.removeEventListener('message', never);
      expect(event.target === (socket as unknown)).toBe(true);
      expect(event.currentTarget).toBeNull();
    }
    expect(seen).toEqual([true, true]);
  });

  it('that are none are refused or ignored', async () => {
    const socket = await opened();
    expect(() => socket.addEventListener('x', 5 as never)).toThrow(TypeError);
    expect(() => (socket.addEventListener as () => void)()).toThrow(TypeError);
    const noSignal = new TypeError('signal is not an AbortSignal');
    for (const signal of [null, 5, {}])
      expect(() => socket.addEventListener('x', () => {}, { signal: signal as never })).toThrow(noSignal);
    socket.addEventListener('x', null);
    socket.removeEventListener('x', undefined);
    // Options that are null are a dictionary without members (Web IDL §3.2.17).
    let count = 0;
    socket.addEventListener('x', () => count++, null);
    socket.dispatchEvent(new Event('x'));
    expect(count).toBe(1);
    expect(() => socket.dispatchEvent({} as never)).toThrow(TypeError);
    expect(() => socket.dispatchEvent(null as never)).toThrow(TypeError);
  });

  it.each(['open', 'error', 'close', 'message'])('on%s takes what is no object for null', async (name) => {
    const socket = (await opened()) as unknown as Record<string, unknown>;
    expect(socket[`on${name}`]).toBeNull();
    const handler = (): void => {};
    socket[`on${name}`] = handler;
    expect(socket[`on${name}`]).toBe(handler);
    socket[`on${name}`] = 2;
    expect(socket[`on${name}`]).toBeNull();
    const object = {};
    socket[`on${name}`] = object;
    expect(socket[`on${name}`]).toBe(object);
  });
});

describe('events', () => {
  it('are those of the web', () => {
    const close = new CloseEvent('close', { code: 3000, reason: 'r', wasClean: true, cancelable: true });
    expect(close).toMatchObject({ type: 'close', code: 3000, reason: 'r', wasClean: true, cancelable: true });
    expect(close).toBeInstanceOf(Event);
    expect(new CloseEvent('x')).toMatchObject({ code: 0, reason: '', wasClean: false, isTrusted: false });
    expect(new MessageEvent('x')).toMatchObject({ data: null, origin: '' });
    close.preventDefault();
    expect(close.defaultPrevented).toBe(true);
    expect(() => new (CloseEvent as never as new () => object)()).toThrow(TypeError);
  });

  it('that a connection makes are trusted, those of programs not', async () => {
    const socket = await opened();
    const own = next<Event>(socket, 'message');
    socket.send('x');
    expect((await own).isTrusted).toBe(true);
    const event = message('y');
    socket.dispatchEvent(event);
    expect(event.isTrusted).toBe(false);
    expect(socket.dispatchEvent(message('z'))).toBe(true);
  });

  it('go on after a listener that throws, which is reported', async () => {
    const socket = await opened();
    const reported = new Promise<unknown>((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error);
      });
    });
    const error = new Error('of the listener');
    socket.onmessage = () => {
      throw error;
    };
    const after = next<{ data: string }>(socket, 'message');
    socket.send('still here');
    expect((await after).data).toBe('still here');
    expect(await reported).toBe(error);
    expect(socket.readyState).toBe(1);
  });
});
