/** What `connect` and `serve` refuse before there is a socket. */
import { describe, expect, test } from 'vitest';
import { connect, destinationOf } from '../../hosts/node/connect.ts';
import { serve } from '../../hosts/node/serve.ts';
import type { EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';

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

describe('events', () => {
  const lacking = (name: string): EndpointEvents<object> => ({ ...EVENTS, [name]: undefined });

  test.each(Object.keys(EVENTS))('without %s are refused when the endpoint is made', async (name) => {
    const events = lacking(name);
    const refusals = [
      await refusalOf(() => connect('ws://127.0.0.1:1/', { events, target: {} })),
      await refusalOf(() => serve({ events, accept: () => ({}) })),
    ];
    for (const { id, message } of refusals) {
      expect([id, message]).toEqual([ErrorId.optionInvalid, `events must have the method ${name}`]);
    }
  });

  test('that are none at all are refused likewise', async () => {
    const events = undefined as unknown as EndpointEvents<object>;
    expect((await refusalOf(() => serve({ events, accept: () => ({}) }))).id).toBe(ErrorId.optionInvalid);
  });

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
