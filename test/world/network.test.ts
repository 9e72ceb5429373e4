/** How octets travel in a world, and what its faults do to them. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, World } from '../../hosts/simulated/index.ts';
import { ErrorId } from '../../src/errors.ts';
import { dial } from './support/dial.ts';

/** A server that echoes and a machine, with the same way between them. */
function setup(link: object = { latency: 100 }, seed: string | number = 'network') {
  const world = new World({ seed, link });
  const server = world.host('server');
  server.serve({ onMessage: (peer, data) => peer.send(data) });
  return { world, server, device: world.host('device') };
}

test('names are found in any letter case, with and without .local, and links of names with blanks are different', () => {
  const world = new World({ link: { latency: 10 } });
  for (const name of ['Gateway', 'hub.local', 'b', 'b c']) world.host(name).serve();
  world.name('Cloud.Example', 'b');
  const device = world.host('a');
  const wanted = ['gateway', 'GATEWAY.local', 'hub.LOCAL', 'cloud.example'];
  const logs = wanted.map((name) => dial(world, device, name).log);
  world.run(SECOND);
  for (const log of logs) expect(log).toMatchObject([{ what: 'open' }]);
  // Both links were called "a b c" once.
  world.link('a', 'b c', { latency: 100 });
  world.host('c').serve();
  const { log } = dial(world, world.host('a b'), 'c');
  world.run(SECOND);
  expect(log).toMatchObject([{ time: SECOND + 60, what: 'open' }]);
});

describe('the way', () => {
  test('a connection takes 1 round trip, the handshake another, a message half of one', () => {
    const { world, device } = setup();
    const { log, send } = dial(world, device, '10.0.0.2');
    world.run(399);
    expect(log).toEqual([]);
    world.run(1);
    expect(log).toEqual([{ time: 400, what: 'open' }]);
    send('hello');
    world.run(99);
    expect(world.delivered()).toEqual([]);
    world.run(1);
    expect(world.delivered()).toEqual([{ time: 500, peer: 1, data: 'hello' }]);
  });

  test('bandwidth delays what is long: 1,000 octets, a header of 8 and headers of TCP at 1,000 a second', () => {
    const { world, device } = setup({ latency: 0, bandwidth: 1000 });
    const { send } = dial(world, device, 'server');
    world.run(MINUTE);
    const sent = world.now;
    send('x'.repeat(1000));
    world.run(MINUTE);
    expect(world.delivered()[0].time - sent).toBeCloseTo(1000 + 8 + 40, 6);
  });

  test.each([
    ['octet by octet', 1],
    ['in segments of any length', [1, 2000]],
  ] as const)('%s, everything arrives as it was sent', (_how, segment) => {
    const { world, device } = setup({ latency: 5, jitter: 50, loss: 0.05, segment });
    const dialled = dial(world, device, 'server', { transmitBuffer: 4096 });
    world.run(10 * MINUTE);
    const text = Array.from({ length: 700 }, (_, index) => `${index},`).join('');
    dialled.send(text);
    world.run(10 * MINUTE);
    expect(dialled.received).toBe(text);
    expect(dialled.told).toEqual(['open']);
  });

  test('what the server does not read stays with the sender, whose window fills', () => {
    const world = new World({ seed: 1 });
    const server = world.host('server', { receiveWindow: 2000 });
    server.serve({ onOpen: (peer) => peer.endpoint.pause() });
    const device = world.host('device', { sendWindow: 3000 });
    const { client } = dial(world, device, 'server', { keepalive: 0 });
    world.run(SECOND);
    let sent = 0;
    for (let second = 0; second < 100; second++) {
      // As much as there is room for, by single octets at the end.
      for (let count = 500; count > 0;) {
        try {
          client.write(new Uint8Array(count));
          sent += count;
        } catch {
          count = count >> 1;
        }
      }
      world.run(SECOND);
    }
    // At the most: what the ring, the send window and the receive window hold, and one read that the server keeps.
    expect(sent).toBeLessThanOrEqual(2048 + 3000 + 2000 + 2000);
    expect(sent).toBeGreaterThan(3000);
    expect(world.delivered()).toEqual([]);
  });
});

describe('faults', () => {
  test('a partition stops everything, and a repair lets it go on', () => {
    const { world, device } = setup();
    const dialled = dial(world, device, 'server');
    world.run(SECOND);
    world.partition('device', 'server');
    dialled.send('late');
    world.run(20 * SECOND);
    expect(world.delivered()).toEqual([]);
    world.repair('device', 'server');
    world.run(10 * SECOND);
    expect(dialled.received).toBe('late');
    expect(dialled.told).toEqual(['open']);
  });

  test('in a partition that lasts, TCP gives up after its patience', () => {
    const { world, device } = setup();
    const dialled = dial(world, device, 'server', { keepalive: 0 });
    world.run(SECOND);
    world.partition('device', 'server');
    dialled.send('lost');
    world.run(119 * SECOND);
    expect(dialled.told).toEqual(['open']);
    world.run(3 * SECOND);
    expect(dialled.told).toEqual(['open', `error ${ErrorId.transportFailed}`]);
    expect(world.connections('device')[0].how).toBe('timeout');
  });

  test('what is held back is delivered when it is released, in order', () => {
    const { world, device } = setup();
    const dialled = dial(world, device, 'server', { keepalive: 0 });
    world.run(SECOND);
    world.hold('device', 'server');
    for (const text of ['a', 'b', 'c']) dialled.send(text);
    world.run(30 * SECOND);
    expect(world.delivered()).toEqual([]);
    const released = world.now;
    world.release('device', 'server');
    world.run(SECOND);
    // It arrives at once, and comes back over the link.
    expect(world.delivered().map(({ time }) => time)).toEqual([released, released, released]);
    expect(dialled.received).toBe('abc');
  });

  test.each(['partition', 'hold'] as const)(
    'a connection that its client gives up in a %s is over, and the server hears nothing of it',
    (fault) => {
      const { world, device } = setup();
      world[fault]('device', 'server');
      const never = dial(world, device, 'server', { connectTimeout: 15_000 });
      world.run(MINUTE);
      expect(never.told).toEqual([`error ${ErrorId.connectTimeout}`]);
      expect(world.connections('device')).toMatchObject([
        { opened: NaN, ended: never.log[0].time, how: 'dropped' },
      ]);
    },
  );

  test('a reset is told to both ends at once', () => {
    const closes: number[] = [];
    const world = new World();
    world.host('server').serve({ onClose: (_peer, _code, error) => closes.push(error) });
    const device = world.host('device');
    const { told } = dial(world, device, 'server');
    world.run(SECOND);
    world.reset('device');
    world.run(1);
    expect(told).toEqual(['open', `error ${ErrorId.transportReset}`]);
    expect(closes).toEqual([ErrorId.transportReset]);
    expect(device.sockets.size + device.timers.size).toBe(0);
  });

  test('a silent connection is noticed within keepalive and its timeout', () => {
    const { world, device } = setup();
    const { log } = dial(world, device, 'server', { keepalive: 10_000, keepaliveTimeout: 5000 });
    world.run(SECOND);
    world.silence('device');
    world.run(MINUTE);
    expect(log.map(({ what }) => what)).toEqual(['open', `error ${ErrorId.pongTimeout}`]);
    expect(log[1].time - log[0].time).toBeLessThanOrEqual(10_000 + 5000);
  });

  test('nobody listens, nobody has the name, nobody has the address, no network', () => {
    const { world, device, server } = setup();
    const refused = dial(world, device, 'server', { port: 81 });
    const nameless = dial(world, device, 'nowhere.example');
    const silent = dial(world, device, '10.9.9.9', { connectTimeout: 5000 });
    world.run(MINUTE);
    expect(refused.log).toEqual([{ time: 220, what: `error ${ErrorId.connectFailed}` }]);
    expect(nameless.told).toEqual([`error ${ErrorId.resolveFailed}`]);
    expect(silent.told).toEqual([`error ${ErrorId.connectTimeout}`]);
    // The engine counts from its first tick.
    expect(Math.abs(silent.log[0].time - 5000)).toBeLessThanOrEqual(5);
    // A connection that leads to nobody leads to that address, and not back to the device.
    const ways = world.connections(device).map(({ from, to }) => `${from} to ${to}`);
    expect(ways).toEqual(['device to 10.9.9.9', 'device to server']);
    expect(world.connections(device, device)).toEqual([]);
    device.online(false);
    const offline = dial(world, device, server.address);
    world.run(SECOND);
    expect(offline.told).toEqual([`error ${ErrorId.connectFailed}`]);
    expect(device.sockets.size + device.timers.size).toBe(0);
  });

  test('who loses power tells nobody; once it is back it resets what it does not know', () => {
    const { world, device, server } = setup();
    const dialled = dial(world, device, 'server', { keepalive: 0 });
    world.run(SECOND);
    server.powerCycle(10 * SECOND);
    world.run(9 * SECOND);
    dialled.send('anybody there?');
    world.run(500);
    expect(dialled.told).toEqual(['open']);
    world.run(5 * SECOND);
    expect(dialled.told).toEqual(['open', `error ${ErrorId.transportReset}`]);
  });

  test('a program that is restarted resets its connections, and is run again', () => {
    const world = new World();
    let starts = 0;
    world.host('server', {
      main: (host) => {
        starts += 1;
        host.serve();
      },
    });
    const device = world.host('device');
    const first = dial(world, device, 'server');
    world.run(SECOND);
    world.hosts.get('server')!.restart(5 * SECOND);
    world.run(SECOND);
    expect(first.told).toEqual(['open', `error ${ErrorId.transportReset}`]);
    const second = dial(world, device, 'server');
    world.run(SECOND);
    expect(second.told).toEqual([`error ${ErrorId.connectFailed}`]);
    world.run(5 * SECOND);
    const third = dial(world, device, 'server');
    world.run(SECOND);
    expect([third.told, starts]).toEqual([['open'], 2]);
  });

  test('a captive portal answers for everybody, and has no certificate for anybody', () => {
    const { world, device } = setup();
    world.portal(device, true);
    const plain = dial(world, device, 'server');
    const secure = dial(world, device, 'server', {}, 'wss');
    world.run(MINUTE);
    expect(plain.error).toMatchObject({
      id: ErrorId.httpStatus,
      httpStatus: 302,
      location: 'http://portal.local/sign-in',
    });
    expect(secure.told).toEqual([`error ${ErrorId.tlsFailed}`]);
    world.portal(device, false);
    const free = dial(world, device, 'server');
    world.run(MINUTE);
    expect(free.told).toEqual(['open']);
  });
});

describe('TLS', () => {
  const date = Date.UTC(2026, 0, 1);
  function secured(certificate: object) {
    const world = new World({ date });
    world.host('server').serve({ certificate });
    return { world, device: world.host('device') };
  }

  test('a certificate for the name, within its time, is accepted', () => {
    const { world, device } = secured({ names: ['server'], notBefore: date - DAY, notAfter: date + DAY });
    const { told, send } = dial(world, device, 'server', {}, 'wss');
    world.run(MINUTE);
    send('secret');
    world.run(MINUTE);
    expect([told, world.delivered()[0].data]).toEqual([['open'], 'secret']);
  });

  test.each([
    ['for another name', { names: ['other'] }, 'the certificate is not for server'],
    ['not valid yet', { notBefore: date + HOUR }, 'the certificate is not valid yet'],
    ['not valid any more', { notAfter: date - HOUR }, 'the certificate is no longer valid'],
    [
      'of an authority that nobody knows',
      { isTrusted: false },
      'no authority that is known signed the certificate',
    ],
  ])('a certificate %s is refused, and the server sees no connection', (_what, certificate, why) => {
    const { world, device } = secured(certificate);
    const { told } = dial(world, device, 'server', {}, 'wss');
    world.run(MINUTE);
    expect(told).toEqual([`error ${ErrorId.tlsFailed}`]);
    expect(world.hosts.get('server')!.sockets.size).toBe(0);
    expect(world.events('tls failed').map(({ text }) => text)).toEqual([why]);
  });

  test('a device that believes it is 1970 can connect once its clock is set', () => {
    const { world, device } = secured({ notBefore: date - DAY });
    device.jump(-date);
    const before = dial(world, device, 'server', {}, 'wss');
    world.run(MINUTE);
    device.jump(date);
    const after = dial(world, device, 'server', {}, 'wss');
    world.run(MINUTE);
    expect([before.told, after.told]).toEqual([[`error ${ErrorId.tlsFailed}`], ['open']]);
  });

  test('TLS where there is none, and none where there is TLS', () => {
    const { world, device } = setup();
    const secure = dial(world, device, 'server', { port: 80 }, 'wss');
    world.run(MINUTE);
    expect(secure.told).toEqual([`error ${ErrorId.tlsFailed}`]);
    expect(world.events('tls failed')[0].text).toBe('the server speaks no TLS');
    const other = secured({});
    const plain = dial(other.world, other.device, 'server', { port: 443 });
    other.world.run(MINUTE);
    expect(plain.told).toHaveLength(1);
    expect(plain.error!.id).toBeLessThan(200);
    expect(other.world.events('tls failed')[0].text).toBe('the client speaks no TLS');
    expect(other.device.sockets.size).toBe(0);
  });
});
