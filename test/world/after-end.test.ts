/** Whoever still holds an endpoint that is over may call every method of it, on every runtime: nothing throws or happens. */
import { describe, expect, test } from 'vitest';
import { SECOND, type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import type { Endpoint } from '../../src/client/endpoint.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { ErrorId } from '../../src/errors.ts';
import { dial } from './support/dial.ts';
import { connectEnded, type Ended, serveEnded } from './support/endpoints.ts';

const OCTETS = new Uint8Array(4);

/** Calls every method, in an order in which each could wake something up. */
function callAll(endpoint: Endpoint<Ended>): void {
  endpoint.resume();
  endpoint.pause();
  expect(endpoint.send(OCTETS, 0, 4, 1)).toBe(ErrorId.notOpen);
  expect(endpoint.sendControl(9, OCTETS, 0, 4)).toBe(ErrorId.notOpen);
  endpoint.close(1000);
  endpoint.resume();
  endpoint.drop();
  endpoint.resume();
}

/** Nothing is left, and nothing follows. */
function expectNothing(world: World, host: SimulatedHost, ended: Ended): void {
  const told = ended.told.length;
  callAll(ended.endpoint);
  world.run(SECOND);
  expect(ended.told).toHaveLength(told);
  expect([host.sockets.size, host.timers.size, host.misuses]).toEqual([0, 0, []]);
}

describe.each(['node', 'device'] as const)('on a runtime like that of %s', (runtime) => {
  const open = () => {
    const world = new World();
    const server = world.host('server', { runtime });
    const client = world.host('client', { runtime });
    const accepted = serveEnded(world, server);
    const own = connectEnded(world, client, server);
    world.run(SECOND);
    expect([own.told, accepted[0].told]).toEqual([['open'], ['open']]);
    return { world, server, client, own, accepted: accepted[0] };
  };

  test('after drop', () => {
    const { world, server, client, own, accepted } = open();
    own.endpoint.drop();
    expectNothing(world, client, own);
    world.run(SECOND);
    expectNothing(world, server, accepted);
  });

  test('after the closing handshake', () => {
    const { world, server, client, own, accepted } = open();
    own.endpoint.close(1000);
    world.run(60 * SECOND);
    expectNothing(world, client, own);
    expectNothing(world, server, accepted);
  });

  test('after a reset', () => {
    const { world, server, client, own, accepted } = open();
    world.reset(client);
    world.run(SECOND);
    expectNothing(world, client, own);
    expectNothing(world, server, accepted);
  });

  test('a client of ECMA-419', () => {
    const world = new World();
    serveEnded(world, world.host('server', { runtime }));
    const host = world.host('client', { runtime });
    const { client } = dial(world, host, 'server');
    world.run(SECOND);
    client.close();
    const closed = expect.objectContaining({ id: ErrorId.closed });
    expect(() => client.write(OCTETS)).toThrow(closed);
    expect(() => client.read()).toThrow(closed);
    client.close();
    world.run(SECOND);
    expect([host.sockets.size, host.timers.size, host.misuses]).toEqual([0, 0, []]);
  });

  test('dropped by an event that resume brought', () => {
    const world = new World();
    const server = world.host('server', { runtime });
    const client = world.host('client', { runtime });
    const compression = permessageDeflate({ profile: 'device' });
    let spans = 0;
    // What is left of a message needs no more input: resume delivers it from the connection's own memory.
    const accepted = serveEnded(world, server, { compression }, (ended) => {
      ended.onData = () => {
        spans += 1;
        if (spans === 1) ended.endpoint.pause();
        else ended.endpoint.drop();
      };
    });
    const own = connectEnded(world, client, server, { compression, transmitBuffer: 32_768 });
    world.run(SECOND);
    expect(own.endpoint.send(new Uint8Array(8000), 0, 8000, 1)).toBe(0);
    world.run(SECOND);
    expect([spans, accepted[0].endpoint.paused]).toEqual([1, true]);
    accepted[0].endpoint.resume();
    world.run(SECOND);
    expect(spans).toBe(2);
    expect([server.sockets.size, server.timers.size, server.misuses]).toEqual([0, 0, []]);
  });
});
