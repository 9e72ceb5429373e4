/** What is used wrongly, or throws, leaves a connection as good as before: the next message arrives as it was sent. */
import { describe, expect, test } from 'vitest';
import { SECOND, World } from '../../hosts/simulated/index.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { dial } from './support/dial.ts';
import { connectEnded, serveEnded } from './support/endpoints.ts';

/** Two connected endpoints, and what the server got: octets of whole messages. */
function pair(options: object = {}) {
  const world = new World();
  const server = world.host('server', { runtime: 'node' });
  const got: number[][] = [];
  const all = serveEnded(world, server, options, (ended) => {
    let parts: number[] = [];
    ended.onData = (octets, isLast) => {
      parts.push(...octets);
      if (!isLast) return;
      got.push(parts);
      parts = [];
    };
  });
  const near = connectEnded(world, world.host('device', { runtime: 'node' }), server, options);
  world.run(SECOND);
  return { world, near, all, got };
}

describe('send refuses what is none of it, and nothing of that is in the ring', () => {
  const ten = Uint8Array.from({ length: 10 }, (_, index) => index);
  test.each<[string, unknown, unknown, unknown]>([
    ['a range beyond the end', ten, 0, 20],
    ['a range that is reversed', ten, 5, 2],
    ['a negative start', ten, -1, 5],
    ['no integers', ten, 0.5, 2.5],
    ['NaN', ten, NaN, 5],
    ['a string', 'text', 0, 4],
    ['nothing', undefined, 0, 0],
    ['an array', [1, 2, 3], 0, 3],
    ['an ArrayBuffer', new ArrayBuffer(4), 0, 4],
  ])('%s', (_what, bytes, start, end) => {
    const { world, near, all, got } = pair();
    let fault: unknown;
    try {
      fault = near.endpoint.send(bytes as Uint8Array, start as number, end as number, 1);
    } catch (error) {
      fault = error;
    }
    expect(fault).not.toBe(0);
    expect(near.endpoint.bufferedAmount).toBe(0);
    expect(near.endpoint.send(ten, 2, 5, 1)).toBe(0);
    world.run(SECOND);
    expect(got).toEqual([[2, 3, 4]]);
    expect([near.told, all[0].told]).toEqual([['open'], ['open']]);
  });
});

test('WebSocketClient.write refuses a string', () => {
  const world = new World();
  world.host('server').serve();
  const { client, told } = dial(world, world.host('device'), 'server');
  world.run(SECOND);
  expect(() => client.write('text' as unknown as Uint8Array)).toThrow();
  client.write(Uint8Array.of(1));
  world.run(SECOND);
  expect(world.delivered().map(({ data }) => data)).toEqual([Uint8Array.of(1)]);
  expect(told).toEqual(['open']);
});

test.each([
  ['without compression', {}],
  ['with compression', { compression: permessageDeflate() }],
])('an event that throws for every span ends nothing, %s', (_how, options) => {
  const errors: string[] = [];
  const world = new World({ onUncaught: (_host, error) => errors.push((error as Error).message) });
  const server = world.host('server', { runtime: 'node' });
  let octets = 0;
  const all = serveEnded(world, server, options, (ended) => {
    ended.onData = (span) => {
      octets += span.length;
      throw new Error('thrown by an event');
    };
  });
  const near = connectEnded(world, world.host('device', { runtime: 'node' }), server, options);
  world.run(SECOND);
  const text = new TextEncoder().encode('a message that is long enough to be worth compressing. '.repeat(20));
  for (let i = 0; i < 50; i++) {
    expect(near.endpoint.send(text, 0, text.length, 0)).toBe(0);
    world.run(SECOND);
  }
  expect(octets).toBe(50 * text.length);
  expect(errors.length).toBeGreaterThanOrEqual(50);
  expect([near.told, all[0].told]).toEqual([['open'], ['open']]);
});

test('a stream that has lost what it told of gives no octets of before', () => {
  const world = new World();
  const gateway = world.host('server');
  gateway.serve({
    onOpen: (peer) => peer.send('first'.repeat(100)),
    onMessage: (peer) => peer.send('other'.repeat(100)),
  });
  const device = world.host('device', { losesUnread: true });
  let got = '';
  const read = (count: number): void => {
    got += new TextDecoder().decode(client.read(count) as ArrayBuffer);
  };
  let waiting = 0;
  const { client, told } = dial(world, device, 'server', {
    onReadable(count) {
      if (got === '') read(count);
      else waiting = count;
    },
  });
  world.run(SECOND);
  client.write(Uint8Array.of(1));
  world.run(SECOND);
  client.write(Uint8Array.of(2));
  world.run(SECOND);
  world.reset('device');
  world.run(SECOND);
  // What was delivered can be read; what the stream held is gone, and nothing stands in for it.
  try {
    read(waiting);
  } catch {
    // It may be over already.
  }
  world.run(SECOND);
  const sent = 'first'.repeat(100) + 'other'.repeat(200);
  expect(sent.startsWith(got)).toBe(true);
  expect(told).toHaveLength(2);
});
