import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { acceptTransport } from '../../hosts/node/transport/accept.ts';
import { connectTransport } from '../../hosts/node/transport/connect.ts';
import { ErrorId } from '../../src/errors.ts';
import { delay, LoopbackServer, until } from './support/loopback.ts';
import { RecordingSink } from './support/recording-sink.ts';

const MEBI = 1048576;

let server: LoopbackServer | undefined;
const sinks: RecordingSink[] = [];

afterEach(async () => {
  for (const sink of sinks.splice(0)) {
    expect(sink.reentered).toBe(false);
    sink.transport.close();
  }
  await server?.close();
  server = undefined;
});

function track(sink: RecordingSink): RecordingSink {
  sinks.push(sink);
  return sink;
}

/** A transport under test and the plain socket at its other end. */
type Pair = { sink: RecordingSink; peer: Socket };

async function connected(configure?: (sink: RecordingSink) => void, sendWindow?: number): Promise<Pair> {
  server = await LoopbackServer.listen();
  const sink = track(
    new RecordingSink(connectTransport({ host: '127.0.0.1', port: server.port, sendWindow }), configure),
  );
  const peer = await server.accepted();
  await until(() => sink.opened === 1, 'transportOpened');
  return { sink, peer };
}

async function accepted(configure?: (sink: RecordingSink) => void, sendWindow?: number): Promise<Pair> {
  server = await LoopbackServer.listen();
  const peer = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
  peer.on('error', () => {});
  const sink = track(new RecordingSink(acceptTransport(await server.accepted(), sendWindow), configure));
  await until(() => sink.opened === 1, 'transportOpened');
  server.sockets.push(peer);
  return { sink, peer };
}

type Open = (configure?: (sink: RecordingSink) => void, sendWindow?: number) => Promise<Pair>;

const ways: [name: string, open: Open][] = [
  ['connected (own memory)', connected],
  ['accepted (data events)', accepted],
];

describe.each(ways)('NetTransport, %s', (_name, open) => {
  it('carries octets both ways and reports the end once', async () => {
    const { sink, peer } = await open();
    const got: Buffer[] = [];
    peer.on('data', (data: Buffer) => got.push(data));
    const bytes = Uint8Array.of(9, 1, 2, 3, 9);
    expect(sink.guarded((transport) => transport.write(bytes, 1, 4))).toBe(3);
    bytes.fill(0);
    peer.write(Buffer.from([4, 5, 6]));
    await until(() => sink.count === 3 && got.length > 0, 'octets');
    expect(Buffer.concat(got)).toEqual(Buffer.from([1, 2, 3]));
    peer.end(Buffer.from([7]));
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.received).toEqual([4, 5, 6, 7]);
    await delay(20);
    expect(sink.closed).toEqual([ErrorId.none]);
  });

  it('keeps what was not consumed, and offers it again on resume, in order', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 3));
    const sent = Array.from({ length: 1000 }, (_, i) => i & 255);
    peer.end(Buffer.from(sent));
    while (sink.closed.length === 0) {
      const before = sink.count;
      await delay(0);
      expect(sink.count - before).toBeLessThanOrEqual(3);
      sink.guarded((transport) => transport.resume());
      sink.guarded((transport) => transport.resume());
    }
    expect(sink.received).toEqual(sent);
    expect(sink.closed).toEqual([ErrorId.none]);
  });

  it('resumes from inside transportReceived', async () => {
    const { sink, peer } = await open((s) => {
      s.take = () => 7;
      s.onReceived = () => s.transport.resume();
    });
    const sent = Array.from({ length: 500 }, (_, i) => (i * 7) & 255);
    peer.end(Buffer.from(sent));
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.received).toEqual(sent);
  });

  it('does not tell of the end before the last octet was consumed, and can still answer', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 0));
    const got: Buffer[] = [];
    peer.on('data', (data: Buffer) => got.push(data));
    peer.end(Buffer.from([1, 2, 3]));
    await delay(50);
    expect(sink.closed).toEqual([]);
    sink.take = (available) => available;
    sink.onReceived = () => sink.transport.write(Uint8Array.of(8), 0, 1);
    sink.transport.resume();
    await until(() => sink.closed.length > 0 && peer.readableEnded, 'both ends');
    expect(sink.received).toEqual([1, 2, 3]);
    expect(Buffer.concat(got)).toEqual(Buffer.from([8]));
  });

  it('holds back a peer that sends 100 MB to a sink that does not take it', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 0));
    const block = Buffer.alloc(MEBI, 0x55);
    const before = process.memoryUsage().arrayBuffers;
    let accepted = 0;
    let blocked = false;
    while (!blocked && accepted < 100 * MEBI) {
      accepted += MEBI;
      if (!peer.write(block)) {
        blocked = await Promise.race([
          new Promise<boolean>((resolve) => peer.once('drain', () => resolve(false))),
          delay(100).then(() => true),
        ]);
      }
    }
    expect(blocked).toBe(true);
    expect(sink.calls).toBeLessThan(4);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * MEBI);
    // Once it takes them, every octet arrives.
    for (let rest = 100 * MEBI - accepted; rest > 0; rest -= MEBI) peer.write(block);
    peer.end();
    sink.keep = false;
    sink.take = (available) => available;
    sink.transport.resume();
    await until(() => sink.closed.length > 0, 'all octets');
    expect(sink.count).toBe(100 * MEBI);
  });

  it('waits for a peer that does not read, then sends the rest', async () => {
    const { sink, peer } = await open();
    peer.pause();
    const block = new Uint8Array(MEBI);
    let sent = 0;
    let offered = 0;
    const write = (): void => {
      for (;;) {
        block.fill(offered & 255);
        offered += 1;
        const taken = sink.transport.write(block, 0, block.length);
        sent += taken;
        if (taken < block.length || offered === 64) return;
      }
    };
    sink.guarded(write);
    await delay(50);
    expect(offered).toBeLessThan(64);
    expect(sink.writable).toEqual([]);
    expect(sink.transport.write(block, 0, 1)).toBe(0);
    sink.onWritable = (count) => {
      sent += count;
      if (offered < 64) write();
    };
    let got = 0;
    let wrong = 0;
    peer.on('data', (data: Buffer) => {
      const expected = Math.floor(got / MEBI) & 255;
      const last = Math.floor((got + data.length - 1) / MEBI) & 255;
      if (data[0] !== expected || data[data.length - 1] !== last) wrong += 1;
      got += data.length;
    });
    peer.resume();
    await until(() => got === 64 * MEBI, 'all octets');
    expect([sent, wrong]).toEqual([64 * MEBI, 0]);
  });

  it('takes no more than a send window of one write, and says when it can take the next', async () => {
    const { sink, peer } = await open(undefined, 2771);
    let got = 0;
    peer.on('data', (data: Buffer) => (got += data.length));
    const bytes = new Uint8Array(6000);
    let sent = sink.guarded((transport) => transport.write(bytes, 0, bytes.length));
    expect(sent).toBe(2771);
    expect(sink.writable).toEqual([]);
    sink.onWritable = (count) => {
      sent += count;
      if (sent < bytes.length) sent += sink.transport.write(bytes, sent, bytes.length);
    };
    await until(() => got === bytes.length, 'all octets');
    expect(sent).toBe(bytes.length);
  });

  it('reports a reset as 505, with the error', async () => {
    const { sink, peer } = await open();
    peer.write(Buffer.from([1, 2]));
    await until(() => sink.count === 2, 'octets');
    peer.resetAndDestroy();
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.closed).toEqual([ErrorId.transportReset]);
    expect((sink.detail as { code: string }).code).toBe('ECONNRESET');
    expect(sink.transport.write(new Uint8Array(1), 0, 1)).toBe(-1);
  });

  it('tells of a failure at once, also a sink that stopped', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 0));
    const opened = sink.calls;
    peer.write(Buffer.from([1]));
    await until(() => sink.calls > opened, 'the first octet');
    peer.resetAndDestroy();
    // A stopped plain socket learns of the reset from a write only.
    const write = (): number => sink.guarded((transport) => transport.write(new Uint8Array(1), 0, 1));
    while (sink.closed.length === 0) {
      write();
      await delay(5);
    }
    expect(sink.closed).toEqual([ErrorId.transportReset]);
    expect(write()).toBe(-1);
    sink.transport.resume();
    await delay(20);
    expect(sink.received).toEqual([]);
  });

  it('end() sends FIN after what was written, discards what still arrives, and waits for the peer', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 1));
    const got: Buffer[] = [];
    peer.on('data', (data: Buffer) => got.push(data));
    peer.write(Buffer.alloc(100));
    await until(() => sink.count === 1, 'octets');
    sink.guarded((transport) => {
      transport.write(Uint8Array.of(5), 0, 1);
      transport.end();
      transport.end();
    });
    await until(() => peer.readableEnded, 'FIN');
    expect(Buffer.concat(got)).toEqual(Buffer.from([5]));
    await new Promise<void>((resolve) => peer.write(Buffer.alloc(4 * MEBI), () => resolve()));
    expect(sink.closed).toEqual([]);
    expect(sink.transport.write(new Uint8Array(1), 0, 1)).toBe(0);
    peer.end();
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect([sink.count, ...sink.closed]).toEqual([1, ErrorId.none]);
  });

  it('end() after the peer has ended lets the peer go', async () => {
    const { sink, peer } = await open((s) => (s.take = () => 0));
    peer.resume().end(Buffer.from([1]));
    await delay(30);
    sink.guarded((transport) => transport.end());
    await until(() => sink.closed.length > 0 && peer.readableEnded, 'both ends');
    expect(sink.closed).toEqual([ErrorId.none]);
  });

  it('calls nothing after close(), which may be repeated and come from any callback', async () => {
    const { sink, peer } = await open((s) => {
      s.take = () => 1;
      s.onReceived = () => {
        s.transport.resume();
        s.transport.write(new Uint8Array(10), 0, 10);
        s.transport.close();
        s.transport.close();
      };
    });
    const before = sink.calls;
    peer.write(Buffer.alloc(100000));
    await until(() => peer.destroyed || peer.readableEnded || sink.calls > before, 'the close');
    peer.write(Buffer.alloc(1000));
    await delay(30);
    expect(sink.calls).toBe(before + 1);
    sink.guarded((transport) => {
      transport.resume();
      transport.end();
      expect(transport.write(new Uint8Array(1), 0, 1)).toBe(-1);
    });
    await delay(10);
    expect(sink.calls).toBe(before + 1);
  });

  it('reports a socket that was destroyed by somebody else', async () => {
    const { sink } = await open();
    const socket = server!.sockets[0];
    // The accepted side is the transport's own socket there; on the connected side this is the peer's.
    socket.destroy();
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.closed.length).toBe(1);
  });
});

describe('acceptTransport', () => {
  it('opens before it ends, even if the peer has gone at once', async () => {
    server = await LoopbackServer.listen();
    const log: string[] = [];
    server.server.on('connection', (socket) => {
      // Node reads the FIN before the transport is asked for anything.
      socket.once('end', () => log.push('end'));
      setImmediate(() => {
        track(
          new RecordingSink(acceptTransport(socket), (sink) => {
            sink.onOpened = () => log.push('opened');
            sink.onClosed = () => log.push(`closed ${sink.closed[0]}`);
          }),
        );
      });
    });
    connect({ host: '127.0.0.1', port: server.port })
      .on('error', () => {})
      .end();
    await until(() => sinks.length > 0 && sinks[0].closed.length > 0, 'transportClosed');
    expect(log.filter((event) => event !== 'end')).toEqual(['opened', 'closed 0']);
  });

  it('reports a socket that was destroyed before', async () => {
    server = await LoopbackServer.listen();
    connect({ host: '127.0.0.1', port: server.port }).on('error', () => {});
    const socket = await server.accepted();
    socket.destroy();
    await delay(10);
    const sink = track(new RecordingSink(acceptTransport(socket)));
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect([sink.opened, ...sink.closed]).toEqual([0, ErrorId.transportFailed]);
  });
});

describe('connectTransport', () => {
  it('reports a refused connection as 503', async () => {
    // Nobody listens there; a port that was free a moment ago may be somebody else's.
    for (const host of ['127.0.0.1', 'localhost']) {
      const sink = track(new RecordingSink(connectTransport({ host, port: 1 })));
      await until(() => sink.closed.length > 0, 'transportClosed');
      expect([sink.opened, ...sink.closed]).toEqual([0, ErrorId.connectFailed]);
    }
  });

  it('reports a name without an address as 502', async () => {
    // No name server is asked about a label that is too long.
    const sink = track(new RecordingSink(connectTransport({ host: `${'x'.repeat(64)}.invalid`, port: 80 })));
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.closed).toEqual([ErrorId.resolveFailed]);
  });

  it('tries every address of a name', async () => {
    server = await LoopbackServer.listen('127.0.0.1');
    const sink = track(new RecordingSink(connectTransport({ host: 'localhost', port: server.port })));
    (await server.accepted()).end('ab');
    await until(() => sink.closed.length > 0, 'transportClosed');
    expect(sink.received).toEqual([97, 98]);
  });

  it('throws for a port that is none', () => {
    expect(() => connectTransport({ host: '127.0.0.1', port: 65536 })).toThrow('port must be');
  });

  it('calls nothing when it is closed while connecting', async () => {
    server = await LoopbackServer.listen();
    const sink = track(new RecordingSink(connectTransport({ host: '127.0.0.1', port: server.port })));
    sink.transport.close();
    await delay(30);
    expect(sink.calls).toBe(0);
  });

  it('tells a sink that stopped of its socket being destroyed behind the end of the peer', async () => {
    server = await LoopbackServer.listen();
    const peer = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
    peer.on('error', () => {});
    const socket = await server.accepted();
    const sink = track(new RecordingSink(acceptTransport(socket), (made) => (made.take = () => 0)));
    peer.write('x');
    await until(() => sink.calls === 2, 'an octet that is not taken');
    // Node says so when it has read that far ahead.
    socket.emit('end');
    expect(sink.closed).toEqual([]);
    socket.destroy();
    await until(() => sink.closed.length > 0, 'the end');
    expect(sink.closed).toEqual([ErrorId.transportFailed]);
    peer.destroy();
  });

  it.each(['write', 'end', 'pause'] as const)('fails, later, where %s of its socket throws', async (name) => {
    const { sink, peer } = await accepted((made) => (made.take = () => 0));
    const { socket } = sink.transport as unknown as { socket: Socket };
    socket[name] = () => {
      throw Object.assign(new Error('no'), { code: 'EPIPE' });
    };
    if (name === 'write')
      expect(sink.guarded((transport) => transport.write(Buffer.from('y'), 0, 1))).toBe(0);
    else if (name === 'end') sink.guarded((transport) => transport.end());
    else peer.write('x');
    await until(() => sink.closed.length > 0, 'the failure');
    expect([sink.closed, (sink.detail as Error).message]).toEqual([[ErrorId.transportReset], 'no']);
    expect(socket.destroyed).toBe(true);
  });

  it('goes on after a sink that threw', async () => {
    server = await LoopbackServer.listen();
    const sink = track(new RecordingSink(connectTransport({ host: '127.0.0.1', port: server.port })));
    const peer = await server.accepted();
    await until(() => sink.opened === 1, 'transportOpened');
    const caught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => caught.push(error));
    sink.onReceived = () => {
      sink.onReceived = () => {};
      throw new Error('the sink is broken');
    };
    peer.write(Buffer.from([1, 2]));
    await until(() => caught.length > 0, 'the exception');
    peer.write(Buffer.from([3]));
    await until(() => sink.count === 3, 'the next octet');
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(sink.received).toEqual([1, 2, 3]);
  });
});
