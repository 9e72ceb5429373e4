/** How a server closes: a peer that still sends gets no reset after a whole closing handshake. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { requestOf } from './support/raw-client.ts';
import { TestServer } from './support/test-server.ts';

let running: TestServer | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A masked Close with the code 1000. */
const CLOSE = '\x88\x82\0\0\0\0\x03\xe8';

test('the side of the server is ended, what still comes is discarded', async () => {
  const test = (running = await TestServer.start());
  const client = test.client().send(requestOf());
  await expect.poll(() => client.status).toBe(101);
  client.send(CLOSE);
  await expect.poll(() => client.hasEnded).toBe(true);
  for (let i = 0; i < 20; i++) {
    client.send('x'.repeat(10_000));
    await delay(5);
  }
  expect([client.errorCode, client.isClosed]).toEqual([undefined, false]);
  expect(client.frames).toBe('\x88\x02\x03\xe8');
  expect(test.targets[0].events).toEqual(['open', 'control 8', 'close 1000 0']);
  client.socket.end();
  await expect.poll(() => [client.isClosed, test.server.connections]).toEqual([true, 0]);
  expect(client.errorCode).toBe(undefined);
});

test('a peer that does not end is left in bounded time', async () => {
  const test = (running = await TestServer.start());
  const client = test.client().send(requestOf() + CLOSE);
  await expect.poll(() => client.hasEnded).toBe(true);
  await expect.poll(() => test.server.connections).toBe(0);
});

test('drop() drops at once', async () => {
  const test = (running = await TestServer.start());
  const client = test.client().send(requestOf());
  await expect.poll(() => client.status).toBe(101);
  test.targets[0].endpoint.drop();
  client.socket.end();
  await expect.poll(() => [client.isClosed, test.server.connections]).toEqual([true, 0]);
});

test('a request whose client has ended its side opens, and then ends', async () => {
  const test = (running = await TestServer.start());
  const client = test.client().send(requestOf());
  client.socket.end();
  await expect.poll(() => test.targets[0]?.events).toEqual(['open', 'close 1006 506']);
  expect(client.status).toBe(101);
});
