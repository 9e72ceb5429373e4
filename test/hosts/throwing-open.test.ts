/** An event that throws never ends a connection: also the first one, in either role, whatever made the connection. */
import { afterEach, expect, test } from 'vitest';
import { connectPeer, peers } from '../../hosts/node/messages.ts';
import { connect, type ListeningServer, serve } from '../../hosts/node/index.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { RingletError } from '../../src/errors.ts';

let server: ListeningServer | undefined;
const uncaught: unknown[] = [];
const keep = (error: unknown): void => void uncaught.push(error);

afterEach(async () => {
  process.off('uncaughtException', keep);
  await server?.close();
  server = undefined;
  uncaught.length = 0;
});

test.each([
  ['at once', {}],
  ['after a hook that took its time', { onRequest: () => Promise.resolve(undefined) }],
  ['with compression', { compression: permessageDeflate() }],
])('of a server, %s', async (_, options) => {
  process.on('uncaughtException', keep);
  const got: string[] = [];
  server = await serve({
    ...options,
    events: {
      onOpen: () => {
        throw new Error('on purpose');
      },
      onMessage: (_target, data) => void got.push(String(data)),
    },
  });
  const client = connect(`ws://127.0.0.1:${server.port}/`);
  await client.ready;
  client.sendText('still here');
  await expect.poll(() => got).toEqual(['still here']);
  expect(uncaught).toEqual([new Error('on purpose')]);
  client.close(1000);
  await expect.poll(() => client.closeCode).toBe(1000);
});

test.each([5, null, 'x', { onClose: 5 }, { onMessage: 'x' }])(
  'handlers that are none are refused: %j',
  (handlers) => {
    expect(() => connectPeer('ws://127.0.0.1:1/', handlers as never)).toThrow(RingletError);
    expect(() => peers(handlers as never)).toThrow(RingletError);
  },
);

test('a target that is a promise is refused, by 500', async () => {
  const errors: unknown[] = [];
  server = await serve({
    events: {},
    accept: (() => Promise.resolve({})) as never,
    onError: (error) => void errors.push(error),
  });
  const client = connect(`ws://127.0.0.1:${server.port}/`);
  await expect(client.ready).rejects.toMatchObject({ httpStatus: 500 });
  expect(errors).toEqual([new TypeError('accept made a promise: what takes time belongs into onRequest')]);
});

test('a broadcast of what is none changes nothing', async () => {
  const listening = (server = await serve({ events: {} }));
  const detached = new Uint8Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const wrong: readonly (readonly unknown[])[] = [
    [5],
    [null],
    [detached],
    ['x', null],
    ['x', 'abc'],
    ['x', { filter: 5 }],
    ['x', { isBinary: 'false' }],
    ['x', { compress: 1 }],
  ];
  for (const given of wrong)
    expect(() => (listening.broadcast as (...given: readonly unknown[]) => unknown)(...given)).toThrow(
      RingletError,
    );
  expect(listening.broadcast('x')).toEqual({ sent: 0, skipped: [] });
});
