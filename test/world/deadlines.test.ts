/**
 * Nothing hangs, nobody is cut off who talks: resets while a receiver is paused, peers that take nothing, keepalive
 * beside long frames, on simulated networks and by every face.
 */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND, type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { ErrorId } from '../../src/errors.ts';
import type { Transport, TransportSink } from '../../src/host.ts';
import { acceptOf } from '../../src/handshake/accept.ts';
import { dial } from './support/dial.ts';
import { connectEnded, serveEnded } from './support/endpoints.ts';
import { webSocketOn } from './support/world-websocket.ts';

const SEND_TIMEOUT = 406;

/** A server that opens, sends `octets`, and never reads anything more; `transport` is there once somebody came. */
function serveDeaf(host: SimulatedHost, octets: Uint8Array): { transport?: Transport } {
  const held: { transport?: Transport } = {};
  host.serveTransports(80, (connect) => {
    let head = '';
    const sink: TransportSink = {
      transportOpened() {},
      transportReceived(bytes, start, end) {
        if (head.endsWith('\r\n\r\n')) return 0;
        head += new TextDecoder().decode(bytes.slice(start, end));
        if (!head.endsWith('\r\n\r\n')) return end - start;
        const accept = acceptOf(/^sec-websocket-key: *(.*)$/im.exec(head)![1].trim());
        const response = new TextEncoder().encode(
          `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        held.transport!.write(response, 0, response.length);
        held.transport!.write(octets, 0, octets.length);
        return end - start;
      },
      transportWritable() {},
      transportClosed: () => held.transport!.close(),
    };
    held.transport = connect(sink);
  });
  return held;
}

/** A frame of 4,000 octets, of which a paused receiver leaves most. */
const FLOOD = Uint8Array.from({ length: 4004 }, (_, index) => [0x82, 126, 4000 >> 8, 4000 & 255][index] ?? 7);

describe('a reset while the receiver is paused is told at once, and everything is released', () => {
  test('server', () => {
    const world = new World();
    const server = world.host('server', { runtime: 'node' });
    const all = serveEnded(world, server, {}, (ended) => (ended.onData = () => ended.endpoint.pause()));
    const { client } = dial(world, world.host('device'), 'server');
    world.run(SECOND);
    for (let i = 0; i < 20; i++) {
      client.write(new Uint8Array(500));
      world.run(10);
    }
    expect(all[0].endpoint.paused).toBe(true);
    const before = world.now;
    world.reset('server');
    world.run(SECOND);
    expect(all[0].log.slice(1)).toEqual([{ time: before, what: `over ${ErrorId.transportReset}` }]);
    expect([server.sockets.size, server.timers.size]).toEqual([0, 0]);
  });

  test.each(['Endpoint', 'WebSocketClient'])('client, %s', (face) => {
    const world = new World();
    const server = world.host('server');
    const device = world.host('device');
    serveDeaf(server, FLOOD);
    let told: () => string[];
    if (face === 'Endpoint') {
      const ended = connectEnded(world, device, server);
      ended.onData = () => ended.endpoint.pause();
      told = () => ended.told;
    } else {
      const dialled = dial(world, device, 'server', { onReadable() {} });
      told = () => dialled.told;
    }
    world.run(SECOND);
    world.reset('device');
    world.run(SECOND);
    expect(told()).toEqual(['open', expect.stringMatching(new RegExp(`${ErrorId.transportReset}$`))]);
    expect([device.sockets.size, device.timers.size]).toEqual([0, 0]);
  });
});

test('whoever sends after a long silence is not cut off, though Node looks at the octets for a moment', () => {
  const world = new World();
  const server = world.host('server', { runtime: 'node' });
  const device = world.host('device', { runtime: 'node' });
  const all = serveEnded(world, server);
  const ended = connectEnded(world, device, server, { keepalive: 300_000, sendTimeout: 10_000 });
  world.run(2 * MINUTE);
  device.enter(() => ended.endpoint.send(new Uint8Array(100), 0, 100, 1));
  world.run(SECOND);
  expect(ended.told).toEqual(['open']);
  expect(all[0].octets).toBe(100);
});

describe('a peer that takes nothing for sendTimeout is let go', () => {
  test.each([
    ['while it is read', false],
    ['while the receiver is paused', true],
  ])('%s', (_when, isPaused) => {
    const world = new World();
    const server = world.host('server');
    const device = world.host('device');
    serveDeaf(server, FLOOD);
    const ended = connectEnded(world, device, server, { keepalive: 0, sendTimeout: 10_000 });
    if (isPaused) ended.onData = () => ended.endpoint.pause();
    world.run(SECOND);
    // More than the windows of both ends and the ring hold.
    const fill = (): void => {
      while (ended.endpoint.state === 2 && ended.endpoint.send(new Uint8Array(900), 0, 900, 1) === 0);
    };
    for (let i = 0; i < 20; i++) {
      fill();
      world.run(100);
    }
    expect(ended.told).toEqual(['open']);
    world.run(12 * SECOND);
    expect(ended.told).toEqual(['open', `over ${SEND_TIMEOUT}`]);
    expect([device.sockets.size, device.timers.size]).toEqual([0, 0]);
  });
});

describe('keepalive', () => {
  test('does not cut off a peer inside one long frame: 4.5 MB at 50,000 octets a second', () => {
    const world = new World({ link: { bandwidth: 50_000 } });
    const server = world.host('server', { runtime: 'node' });
    const all = serveEnded(world, server);
    const device = world.host('device', { runtime: 'node' });
    const frame = new Uint8Array(14 + 4_500_000);
    frame.set([0x82, 255, 0, 0, 0, 0, 0, 0x44, 0xaa, 0x20]);
    // By hand: no control frame can go into it.
    let left = 0;
    let head = '';
    const sink: TransportSink = {
      transportOpened() {
        const request = new TextEncoder().encode(
          'GET / HTTP/1.1\r\nHost: server\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        );
        transport.write(request, 0, request.length);
      },
      transportReceived(bytes, start, end) {
        head += String.fromCharCode(...bytes.subarray(start, end));
        if (left === 0 && head.includes('\r\n\r\n')) this.transportWritable(0);
        return end - start;
      },
      transportWritable(sent) {
        if (!head.includes('\r\n\r\n')) return;
        left += sent;
        while (left < frame.length) {
          const taken = transport.write(frame, left, frame.length);
          if (taken <= 0) return;
          left += taken;
        }
      },
      transportClosed: () => transport.close(),
    };
    const transport = device.transport(server.address, 80)(sink);
    // The frame takes 90 s. The Ping of the 30th and those that follow are not answered; 15 s behind the last octet that counts.
    world.run(100 * SECOND);
    expect(all[0].octets).toBe(4_500_000);
    expect(all[0].told).toEqual(['open']);
    world.run(10 * SECOND);
    expect(all[0].told).toEqual(['open', 'over 404']);
  });

  test('pings every keepalive milliseconds, also where the timeout is longer', () => {
    const world = new World({ link: { latency: 5 } });
    const all = serveEnded(world, world.host('server'), { keepalive: 0 });
    dial(world, world.host('device'), 'server', { keepalive: 300, keepaliveTimeout: 15_000 });
    world.run(SECOND);
    const before = all[0].pings;
    world.run(30 * SECOND);
    expect(all[0].pings - before).toBeGreaterThanOrEqual(99);
    expect(all[0].pings - before).toBeLessThanOrEqual(101);
  });

  test('idleTimeout is kept to its value, and not to twice that', () => {
    const world = new World({ link: { latency: 5 } });
    serveEnded(world, world.host('server'), { keepalive: 0 });
    const { log } = dial(world, world.host('device'), 'server', { keepalive: 0, idleTimeout: 10_000 });
    world.run(MINUTE);
    expect(log.map(({ what }) => what)).toEqual(['open', `error ${ErrorId.idleTimeout}`]);
    const time = log[1].time - log[0].time;
    expect(time).toBeGreaterThanOrEqual(10_000 - 50);
    expect(time).toBeLessThanOrEqual(10_000 + 50);
  });
});

const SEND_WINDOW = 8192;

test.each([1, 500, 1909, 1910, 2500, 2780, 5000, 20_000])(
  'a WebSocket on a device sends %i octets to a peer that reads no more, as far as there is room, and closes in time',
  (length) => {
    const world = new World();
    serveDeaf(world.host('deaf', { receiveWindow: 4096 }), new Uint8Array(0));
    const host = world.host('device', { sendWindow: SEND_WINDOW });
    const { socket, as } = webSocketOn(host, 'ws://deaf/', { transmitBuffer: 2048, keepalive: 0 });
    world.run(SECOND);
    expect(socket.readyState).toBe(1);
    const send = (count: number): void => {
      as(() => socket.send(new Uint8Array(count)));
      world.run(SECOND);
    };
    // Then the peer's window is full, and nothing of what is taken from now on is acknowledged.
    for (let i = 0; i < 5; i++) send(1500);
    send(length);
    expect(socket.bufferedAmount > 0).toBe(length > SEND_WINDOW);
    const closes: number[] = [];
    socket.onclose = () => closes.push(world.now);
    const begun = world.now;
    as(() => socket.close());
    world.run(MINUTE);
    expect(closes).toHaveLength(1);
    expect(closes[0] - begun).toBeLessThan(31 * SECOND);
    expect([host.sockets.size, host.timers.size]).toEqual([0, 0]);
  },
);
