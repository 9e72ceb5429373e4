import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { nodeHost, randomWords } from '../../hosts/node/host.ts';
import { Listener, Resolver, TCP, Timer } from '../../hosts/node/io.ts';
import { ErrorId } from '../../src/errors.ts';
import { hostContract, type HostUnderTest } from './contract.ts';

const host: HostUnderTest = {
  TCP: TCP as unknown as HostUnderTest['TCP'],
  Listener: Listener as unknown as HostUnderTest['Listener'],
  Resolver: Resolver as unknown as HostUnderTest['Resolver'],
  Timer: Timer as unknown as HostUnderTest['Timer'],
  now: nodeHost.now,
  random: nodeHost.random,
};

describe.each(hostContract)('Node host: %s', (_room, clauses) => {
  it.each(clauses)('%s', (_sentence, run) => run(host));
});

describe('Node host', () => {
  it('uses every random word once, and passes the failure of the source on', () => {
    let fills = 0;
    let broken = false;
    const random = randomWords((pool) => {
      if (broken) throw new Error('no entropy');
      fills += 1;
      for (let i = 0; i < pool.length; i++) pool[i] = fills * 100 + i;
    }, 3);
    expect(fills).toBe(0);
    expect([random(), random(), random(), random()]).toEqual([100, 101, 102, 200]);
    broken = true;
    expect([random(), random()]).toEqual([201, 202]);
    expect(random).toThrow('no entropy');
    expect(random).toThrow('no entropy');
    broken = false;
    expect(random()).toBe(300);
  });

  it('gives the engine timers that do not keep the process alive', () => {
    const active = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = active();
    const timer = nodeHost.Timer.set(() => {}, 1000, 1000);
    nodeHost.Timer.schedule(timer, 500, 1000);
    expect(active()).toBe(before);
    nodeHost.Timer.clear(timer);
    const living = Timer.set(() => {}, 1000);
    expect(active()).toBe(before + 1);
    Timer.clear(living);
    expect(active()).toBe(before);
  });

  it('re-arms a timer for later without making a new one, and for earlier with one at most', async () => {
    let fired = (): void => {};
    const hasFired = new Promise<void>((resolve) => (fired = resolve));
    const timer = nodeHost.Timer.set(() => fired(), 60_000, 60_000);
    const made = vi.spyOn(globalThis, 'setTimeout');
    for (let i = 0; i < 1000; i++) nodeHost.Timer.schedule(timer, 120_000, 60_000);
    expect(made).not.toHaveBeenCalled();
    // One that is due at the same time may have a timeout already, which it shares.
    nodeHost.Timer.schedule(timer, 20, 60_000);
    expect(made.mock.calls.length).toBeLessThanOrEqual(1);
    made.mockRestore();
    await hasFired;
    nodeHost.Timer.clear(timer);
  });

  it('waits for longer than setTimeout can', async () => {
    let calls = 0;
    const timer = nodeHost.Timer.set(() => (calls += 1), 2 ** 32, 1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(0);
    nodeHost.Timer.clear(timer);
  });

  it.each([8192, 5744, 2771])('has a send window like a device: %d octets', async (sendWindow) => {
    const listener = new Listener({ address: '127.0.0.1', onError: () => {} });
    while (listener.port === 0) await new Promise(setImmediate);
    const room = await new Promise<number>((resolve) => {
      const socket = new TCP({
        address: '127.0.0.1',
        port: listener.port,
        sendWindow,
        onWritable(bytes) {
          resolve(bytes);
          expect(() => socket.write(new Uint8Array(sendWindow + 1))).toThrow(RangeError);
          expect(socket.write(new Uint8Array(sendWindow))).toBe(0);
          socket.close();
        },
      });
    });
    expect(room).toBe(sendWindow);
    listener.close();
  });

  it('tells why a listener or a connection failed, by a stable id', async () => {
    const listener = new Listener({ port: 0 });
    const { port } = listener;
    expect(port).toBeGreaterThan(0);
    const taken = await new Promise<{ id: number }>((resolve) => new Listener({ port, onError: resolve }));
    expect(taken.id).toBe(501);
    listener.close();
    // Nobody listens there; a port that was free a moment ago may be somebody else's.
    const options = { address: '127.0.0.1', port: 1 };
    const refused = await new Promise<{ id: number } | undefined>((resolve) => {
      new TCP({ ...options, onError: resolve });
    });
    expect(refused?.id).toBe(503);
  });

  it('tells of a reset at once, though nobody has read what came before it', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('unread', () => setTimeout(() => socket.resetAndDestroy(), 30));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const told: unknown[] = [];
    const socket = new TCP({
      address: '127.0.0.1',
      port,
      onReadable: (count) => told.push(count),
      onError: (error?: unknown) => told.push((error as { id: number }).id),
    });
    await vi.waitUntil(() => told.length === 2, { timeout: 10_000 });
    expect(told).toEqual([6, ErrorId.transportReset]);
    socket.close();
    server.close();
  });

  it('answers every address of a name, in both styles', async () => {
    const dns = new Resolver({});
    const standard = await new Promise<unknown[]>((resolve) => {
      dns.resolve({ host: 'localhost' }, (...parameters) => resolve(parameters));
    });
    const moddable = await new Promise<unknown[]>((resolve) => {
      dns.resolve({ host: 'localhost', onResolved: (...parameters) => resolve(parameters) });
    });
    const [, address, host, addresses] = standard;
    expect(host).toBe('localhost');
    expect((addresses as string[])[0]).toBe(address);
    expect(moddable).toEqual([host, address, addresses]);
    dns.close();
  });

  it('keeps its state when callbacks throw', async () => {
    const listener = new Listener({});
    const caught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => caught.push(error));
    const events: string[] = [];
    const complain = (event: string): never => {
      events.push(event);
      throw new Error(event);
    };
    const near = new TCP({
      address: '127.0.0.1',
      port: listener.port,
      onReadable: () => complain('readable'),
      onWritable: () => complain('writable'),
      onError: () => complain('error'),
    });
    let far: TCP | undefined;
    while (far === undefined || !events.includes('writable')) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      far ??= listener.read();
    }
    far.write(Uint8Array.of(1, 2));
    far.close();
    while (!events.includes('readable')) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(new Uint8Array(near.read() as ArrayBuffer)).toEqual(Uint8Array.of(1, 2));
    while (!events.includes('error')) await new Promise((resolve) => setTimeout(resolve, 1));
    process.removeAllListeners('uncaughtException');
    for (const each of listeners) process.on('uncaughtException', each);
    expect(caught.length).toBe(events.length);
    near.close();
    listener.close();
  });
});
