/** The socket over a client that does what a test says, with memory that can be cut and without. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Socket } from '../../src/socket/socket.ts';
import { counting } from '../support/octets.ts';
import { made, ScriptedClient, thrown } from './scripted-client.ts';

const flat = (parts: readonly Uint8Array[]): number[] => parts.flatMap((part) => [...part]);

describe.each([
  ['views of where the octets lie', false],
  ['one view that follows the memory', true],
])('%s', (_name, resizable) => {
  test('a message longer than a view can be is taken whole, and given in any parts', () => {
    const { socket, client, told } = made(resizable);
    const message = counting(1000);
    client.comes(message);
    expect([client.unread, told]).toEqual([0, ['readable 1000']]);
    expect([...new Uint8Array(socket.read(3)!)]).toEqual([0, 1, 2]);
    const buffer = new Uint8Array(600);
    expect(socket.read(buffer)).toBe(600);
    expect(buffer).toEqual(message.subarray(3, 603));
    expect(socket.read(new Uint8Array(0))).toBe(0);
    expect([...new Uint8Array(socket.read(5000)!)]).toEqual([...message.subarray(603)]);
    expect([socket.read(), socket.read(1), socket.read(buffer)]).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ['an ArrayBuffer', () => new ArrayBuffer(4)],
    ['a SharedArrayBuffer', () => new SharedArrayBuffer(4)],
    ['a DataView', () => new DataView(new ArrayBuffer(9), 2, 4)],
    ['an Int8Array', () => new Int8Array(new ArrayBuffer(9), 3, 4)],
    ['a Uint8Array', () => new Uint8Array(new ArrayBuffer(9), 3, 4)],
  ])('reads into %s, and no octet beside it; and writes it', (_kind, make) => {
    const { socket, client } = made(resizable);
    client.opens();
    client.comes(Uint8Array.of(1, 2, 253, 4, 5));
    const given = make();
    const buffer = ArrayBuffer.isView(given) ? given.buffer : given;
    const offset = ArrayBuffer.isView(given) ? given.byteOffset : 0;
    expect(socket.read(given)).toBe(4);
    const expected = new Uint8Array(buffer.byteLength);
    expected.set([1, 2, 253, 4], offset);
    expect(new Uint8Array(buffer)).toEqual(expected);
    socket.write(given);
    expect(flat(client.written)).toEqual([1, 2, 253, 4]);
  });

  test.each([-1, 1.5, NaN, Infinity - Infinity])(
    'to read %d octets is refused, and nothing is lost',
    (count) => {
      const { socket, client } = made(resizable);
      client.comes(counting(5));
      expect(thrown(() => socket.read(count))).toBe(ErrorId.argumentInvalid);
      expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(counting(5));
    },
  );

  test('no octets are read where none are asked for', () => {
    const { socket, client } = made(resizable);
    client.comes(counting(5));
    expect(socket.read(0)!.byteLength).toBe(0);
    expect((socket.read() as ArrayBuffer).byteLength).toBe(5);
  });

  test('what does not fit into the window waits with the client, and comes in a turn of its own', () => {
    const { socket, client, host, told } = made(resizable, { receiveWindow: 64 });
    client.comes(counting(100));
    expect([client.unread, told]).toEqual([36, ['readable 64']]);
    expect(new Uint8Array(socket.read(10)!)).toEqual(counting(10));
    expect(told).toEqual(['readable 64']);
    host.turn();
    expect([client.unread, told.slice(1)]).toEqual([26, ['readable 64']]);
    expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(counting(74).slice(10));
    host.turn();
    expect([client.unread, told.slice(2)]).toEqual([0, ['readable 26']]);
    expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(counting(100).slice(74));
    host.wait(1000);
    expect(told.slice(3)).toEqual([]);
  });

  test('a client that brings the next message from inside `read` is read on', () => {
    const { socket, client, told } = made(resizable);
    client.insideRead = () => {
      if (client.unread > 0) return;
      client.insideRead = () => {};
      client.comes(Uint8Array.of(3, 4));
    };
    client.comes(Uint8Array.of(1, 2));
    expect(told).toEqual(['readable 4']);
    expect([...new Uint8Array(socket.read() as ArrayBuffer)]).toEqual([1, 2, 3, 4]);
  });

  test('a client that throws from `read` leaves no view behind that is too short', () => {
    const { socket, client } = made(resizable);
    client.insideRead = () => {
      client.insideRead = () => {};
      throw new Error('broken');
    };
    expect(() => client.comes(counting(3))).toThrow('broken');
    client.opens();
    socket.write(counting(500), { more: true });
    socket.write(new Uint8Array(0));
    expect(flat(client.written)).toEqual([...counting(500)]);
  });

  test('octet for octet, both ways', () => {
    const { socket, client } = made(resizable, { format: 'number' });
    expect(socket.format).toBe('number');
    client.opens();
    client.comes(Uint8Array.of(7, 255));
    expect([socket.read(), socket.read(), socket.read()]).toEqual([7, 255, undefined]);
    for (const octet of [0, 255, -1, -128]) expect(thrown(() => socket.write(octet))).toBe(0);
    expect(flat(client.written)).toEqual([0, 255, 255, 128]);
    for (const octet of [256, -129, 0.5])
      expect(thrown(() => socket.write(octet))).toBe(ErrorId.argumentInvalid);
    expect(flat(client.written)).toHaveLength(4);
  });

  test('the format can be changed and changed back; what is none is refused', () => {
    const { socket, client } = made(resizable);
    client.comes(counting(5));
    expect(socket.format).toBe('buffer');
    socket.format = 'number';
    expect([socket.format, socket.read()]).toEqual(['number', 0]);
    expect(() => void (socket.format = 'text' as never)).toThrow(
      expect.objectContaining({ id: ErrorId.formatUnsupported, message: 'invalid format' }),
    );
    expect([socket.format, socket.read()]).toEqual(['number', 1]);
    for (let times = 0; times < 2; times++) {
      socket.format = 'buffer';
      expect(socket.format).toBe('buffer');
    }
    expect([...new Uint8Array(socket.read() as ArrayBuffer)]).toEqual([2, 3, 4]);
    // Nothing else of its state has changed with it.
    client.opens();
    expect(socket.write(counting(3))).toBe(1024);
    expect(flat(client.written)).toEqual([0, 1, 2]);
  });

  test('octets wait while the client has little room, and go on when it has half of its most', () => {
    const { socket, client, told } = made(resizable, { sendWindow: 700 });
    client.opens(600);
    expect(socket.write(counting(600))).toBe(700);
    expect(socket.write(counting(650))).toBe(50);
    expect(flat(client.written)).toHaveLength(600);
    expect(thrown(() => socket.write(counting(51)))).toBe(ErrorId.writeTooLong);
    client.opens(299);
    expect(flat(client.written)).toHaveLength(600);
    client.opens(300);
    // Of a message of a view's length less than half of the most is left.
    const sent = resizable ? 256 : 300;
    expect(flat(client.written).slice(600)).toEqual([...counting(sent)]);
    client.opens(600);
    expect(flat(client.written).slice(600)).toEqual([...counting(650)]);
    expect(told).toEqual(['writable 700', 'writable 50', `writable ${50 + sent}`, 'writable 700']);
  });

  test('who has filled the window is told nothing before there is room', () => {
    const { socket, client, told } = made(resizable, { sendWindow: 100 });
    client.opens(64);
    expect(told).toEqual(['writable 100']);
    socket.write(counting(64));
    expect(socket.write(counting(100))).toBe(0);
    client.opens(10);
    expect(told).toEqual(['writable 100']);
  });

  test('what is held back for what follows leaves when 20 milliseconds are over, or the window is full', () => {
    const { socket, client, host } = made(resizable, { sendWindow: 64 });
    client.opens();
    expect(socket.write(counting(10), { more: true })).toBe(54);
    host.wait(10);
    socket.write(counting(10), { more: true });
    host.wait(15);
    expect(client.written).toEqual([]);
    host.wait(10);
    expect(client.written.map(({ length }) => length)).toEqual([20]);
    socket.write(counting(10), { more: true });
    socket.write(new Uint8Array(0));
    expect(client.written.map(({ length }) => length)).toEqual([20, 10]);
    socket.write(counting(60), { more: true });
    socket.write(counting(4), { more: true });
    expect(client.written.map(({ length }) => length)).toEqual([20, 10, 64]);
    host.wait(100);
    expect(client.written).toHaveLength(3);
  });

  test('what is held back does not put off what is to be read', () => {
    const { socket, client, host, told } = made(resizable, { receiveWindow: 64 });
    client.opens();
    client.comes(counting(100));
    socket.read();
    socket.write(Uint8Array.of(1), { more: true });
    host.turn();
    expect(told.at(-1)).toBe('readable 36');
    expect(flat(client.written)).toEqual([1]);
  });

  test('a client that fails to write is over, which it says by itself', () => {
    const { socket, client, told } = made(resizable);
    client.opens();
    client.throws = true;
    expect(socket.write(counting(10))).toBe(1024);
    expect(socket.write(counting(10))).toBe(1014);
    client.ends(new Error('gone'));
    expect(told).toEqual(['writable 1024', 'error gone']);
    expect(thrown(() => socket.write(counting(1)))).toBe(ErrorId.notOpen);
  });

  test('a text message closes with 1003; what comes after that, and that there is room, is not told', () => {
    const { socket, client, told } = made(resizable);
    client.opens();
    client.comes(new Uint8Array(0), false);
    expect(client.closed.map((octets) => [...octets])).toEqual([[3, 0xeb]]);
    client.comes(counting(3));
    client.opens();
    expect(told).toEqual(['writable 1024']);
    expect(thrown(() => socket.write(counting(1)))).toBe(ErrorId.notOpen);
    client.ends();
    expect(told[1]).toBe('error a text message came');
    socket.close();
    expect(client.closed).toHaveLength(1);
  });

  test('of two ends one is told, and the timer is gone', () => {
    const { socket, client, host, told } = made(resizable);
    client.opens();
    client.comes(counting(2));
    client.ends();
    expect(told).toEqual(['writable 1024', 'readable 2']);
    client.ends(new Error('late'));
    client.ends();
    expect(told.slice(2)).toEqual(['error late']);
    expect(host.timers).toBe(0);
    expect(socket.read()).toEqual(counting(2).buffer);
    expect([host.turn(), told.length]).toEqual([0, 3]);
    socket.close();
    expect(client.releases).toBe(1);
  });

  test('an end in order is told in a turn of its own, when the last octet has been read', () => {
    const { socket, client, host, told } = made(resizable, { format: 'number' });
    client.opens();
    client.comes(counting(2));
    client.ends();
    socket.read();
    host.turn();
    expect(told).toEqual(['writable 1024', 'readable 2']);
    socket.read();
    expect(told).toHaveLength(2);
    host.turn();
    expect([told[2], host.timers]).toEqual(['end', 0]);
    socket.close();
    socket.close();
    expect([client.releases, client.closed]).toEqual([1, []]);
  });

  test('closed between the last octet and its turn, nothing is told', () => {
    const { socket, client, host, told } = made(resizable);
    client.opens();
    client.comes(counting(2));
    client.ends();
    socket.read();
    socket.close();
    host.wait(100);
    expect([told.length, host.timers, client.releases]).toEqual([2, 0, 1]);
  });

  test('closed, it sends what waits, then 1000, and lets go of its timer with the connection', () => {
    const { socket, client, host, told } = made(resizable);
    client.opens(100);
    socket.write(counting(100));
    socket.write(counting(80));
    socket.close();
    expect([client.closed, client.releases, thrown(() => socket.write(counting(1)))]).toEqual([
      [],
      0,
      ErrorId.closed,
    ]);
    client.comes(counting(4));
    client.opens(100);
    expect(client.closed.map((octets) => [...octets])).toEqual([[3, 0xe8]]);
    expect(flat(client.written)).toHaveLength(180);
    host.wait(100);
    expect(host.timers).toBe(1);
    client.ends();
    expect([host.timers, told]).toEqual([0, ['writable 1024']]);
    expect(thrown(() => socket.read())).toBe(ErrorId.closed);
  });

  test('closed while octets wait for what follows, it sends them at once, and once', () => {
    const { socket, client, host, told } = made(resizable);
    client.opens();
    socket.write(counting(10), { more: true });
    socket.close();
    expect([flat(client.written).length, client.closed.length]).toEqual([10, 1]);
    host.wait(100);
    expect([flat(client.written).length, client.closed.length, told]).toEqual([10, 1, ['writable 1024']]);
    client.ends();
    expect(host.timers).toBe(0);
  });

  test('what is refused changes nothing, and says why', () => {
    for (const options of [undefined, null, 5, 'x'])
      expect(() => new Socket(options as never, {} as never)).toThrow(/options/);
    const { socket, client } = made(resizable);
    expect(() => socket.write(counting(1))).toThrow('not open');
    client.opens();
    expect(() => socket.write(counting(1025))).toThrow('would block');
    socket.write(new Uint8Array(0));
    expect(client.written).toEqual([]);
    socket.close();
    expect(() => socket.write(counting(1))).toThrow('closed');
    expect(() => socket.read()).toThrow('closed');
  });

  test('what fits at once goes as it is, in one message', () => {
    const { socket, client } = made(resizable, { sendWindow: 1024 });
    client.opens(700);
    socket.write(counting(700));
    expect(client.written.map(({ length }) => length)).toEqual([700]);
  });

  test('closed from inside an event, no further one follows', () => {
    let events = 0;
    const { socket, client } = made(resizable, {
      receiveWindow: 64,
      onReadable() {
        events += 1;
        this.read();
        this.close();
      },
    });
    client.opens();
    client.comes(counting(200));
    expect([events, client.unread]).toEqual([1, 136]);
    expect(thrown(() => socket.read())).toBe(ErrorId.closed);
  });

  test('closed twice while octets wait, it sends one Close', () => {
    const { socket, client } = made(resizable);
    client.opens(10);
    socket.write(counting(10));
    socket.write(counting(100));
    socket.close();
    client.opens(100);
    client.opens(100);
    client.opens(100);
    expect([flat(client.written).length, client.closed.length]).toEqual([110, 1]);
  });

  test('closed before there is a connection, its client and its timer are released', () => {
    const { socket, client, host, told } = made(resizable);
    socket.close();
    expect([client.releases, host.timers, client.closed, told]).toEqual([1, 0, [], []]);
  });

  test('without callbacks nothing is missed', () => {
    const none = { onReadable: undefined, onWritable: undefined, onError: undefined };
    const { socket, client } = made(resizable, none as object);
    client.opens();
    client.comes(counting(3));
    client.ends();
    expect(new Uint8Array(socket.read() as ArrayBuffer)).toEqual(counting(3));
  });

  test('whatever is read and written in whatever parts, all arrives in order, and no promise of room is broken', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('comes'), count: fc.nat(700) }),
        fc.record({ kind: fc.constant('read'), count: fc.nat(300) }),
        fc.record({ kind: fc.constant('into'), count: fc.nat(300) }),
        fc.record({ kind: fc.constant('write'), count: fc.nat(400) }),
        fc.record({ kind: fc.constant('more'), count: fc.nat(60) }),
        fc.record({ kind: fc.constant('room'), count: fc.nat(600) }),
        fc.record({ kind: fc.constant('wait'), count: fc.nat(30) }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 64, max: 600 }),
        fc.integer({ min: 64, max: 600 }),
        (all, receive, send) => {
          const { socket, client, host } = made(resizable, { receiveWindow: receive, sendWindow: send });
          let [came, wrote, free] = [0, 0, send];
          const read: number[] = [];
          const some = (from: number, count: number): Uint8Array =>
            Uint8Array.from({ length: count }, (_, i) => (from + i) * 7);
          client.opens(500);
          for (const { kind, count } of all) {
            if (kind === 'comes' && client.unread === 0) {
              client.comes(some(came, count));
              came += count;
            } else if (kind === 'read')
              read.push(...new Uint8Array(socket.read(count) ?? new ArrayBuffer(0)));
            else if (kind === 'into') {
              const buffer = new Uint8Array(count);
              read.push(...buffer.subarray(0, socket.read(buffer) ?? 0));
            } else if (kind === 'write' || kind === 'more') {
              const options = kind === 'more' ? { more: true } : undefined;
              if (count > free) {
                // More may have become free since.
                const id = thrown(() => void (free = socket.write(some(wrote, count), options)));
                if (id === 0) wrote += count;
                else expect(id).toBe(ErrorId.writeTooLong);
              } else {
                free = socket.write(some(wrote, count), options);
                wrote += count;
              }
            } else if (kind === 'room') client.opens(count);
            else host.wait(count);
          }
          client.opens(600);
          host.wait(50);
          for (let times = 0; times < 50; times++) {
            read.push(...new Uint8Array((socket.read() ?? new ArrayBuffer(0)) as ArrayBuffer));
            host.wait(50);
            client.opens(600);
          }
          expect(Buffer.compare(Buffer.from(read), Buffer.from(some(0, came)))).toBe(0);
          expect(Buffer.compare(Buffer.concat(client.written), Buffer.from(some(0, wrote)))).toBe(0);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('where it connects to', () => {
  test.each([
    [{ host: 'x' }, { host: 'x', port: 80 }],
    [
      { host: 'x', secure: true },
      { host: 'x', port: 443 },
    ],
    [
      { host: 'x', secure: false, port: 8080 },
      { host: 'x', port: 8080 },
    ],
    [
      { host: undefined, address: '192.0.2.1' },
      { host: '192.0.2.1', port: 80, dns: undefined },
    ],
    [
      { host: '192.0.2.1', address: '192.0.2.1' },
      { host: '192.0.2.1', port: 80, dns: undefined },
    ],
  ] as unknown as [{ readonly address?: string }, { readonly port: number }][])('%o', (options, expected) => {
    const { socket, client } = made(false, options);
    const { host, port, dns } = client.options;
    expect({ host, port, dns }).toEqual({ dns: undefined, ...expected });
    expect([socket.remoteAddress, socket.remotePort]).toEqual([options.address, expected.port]);
  });

  test.each([
    [{ address: '' }, ErrorId.optionInvalid, 'address'],
    [{ address: 5 }, ErrorId.optionInvalid, 'address'],
    [{ address: null }, ErrorId.optionInvalid, 'address'],
    [{ host: '' }, ErrorId.hostInvalid, 'host'],
    [{ host: 5 }, ErrorId.hostInvalid, 'host'],
    [{ host: undefined }, ErrorId.hostInvalid, 'host'],
    [{ secure: 1 }, ErrorId.optionInvalid, 'secure'],
    [{ secure: null }, ErrorId.optionInvalid, 'secure'],
  ])('not to %o: it is refused before a client is made', (options, id, name) => {
    const { client } = made(false);
    expect(() => made(false, options as object)).toThrow(
      expect.objectContaining({ id, message: expect.stringContaining(name) }),
    );
    expect(ScriptedClient.last).toBe(client);
  });

  test('the resolver of the client is for names whose address is not known', () => {
    const ws = { io: ScriptedClient, dns: { io: 'its own' } };
    expect(made(false, { ws }).client.options.dns).toBe(ws.dns);
    expect(made(false, { ws, host: undefined, address: '192.0.2.1' }).client.options.dns).toBe(undefined);
    const known = made(false, { ws, host: 'x', address: '192.0.2.1' }).client.options.dns;
    expect(known).toMatchObject({ address: '192.0.2.1' });
  });

  test('an option that is not given is as the class of the client has it', () => {
    const ws = { io: ScriptedClient, path: '/own', pingInterval: 7000, idleTimeout: 9 };
    const { client } = made(false, {
      ws,
      ...{ path: undefined, pingInterval: undefined },
      idleTimeout: 8,
    });
    expect(client.options).toMatchObject({ path: '/own', pingInterval: 7000, idleTimeout: 8 });
  });

  test('every option of the request and every limit reaches the client, and nothing else does', () => {
    const request = {
      path: '/x',
      protocol: 'p',
      headers: [['A', 'b']] as const,
      requireProtocol: true,
      receiveBuffer: 512,
      transmitBuffer: 1024,
      idleTimeout: 5,
      maxMessageSize: 6,
    };
    const { client } = made(false, { ...request, sendWindow: 64, target: 7 });
    expect(client.options).toMatchObject(request);
    expect(Object.keys(client.options)).not.toContain('sendWindow');
    expect(client.target).not.toBe(7);
  });

  test('the address of a name is given later, once, and not after the resolver is closed', () => {
    const calls: (() => void)[] = [];
    const cleared: unknown[] = [];
    const Timer = {
      set: (callback: () => void) => calls.push(callback),
      schedule: () => {},
      clear: (timer: unknown) => void cleared.push(timer),
    };
    const { client } = made(false, { address: '192.0.2.7' });
    const { io: Resolver, address } = client.options.dns as {
      io: new (options: unknown) => {
        resolve(request: { host: string; onResolved(host: string, address: string): void }): void;
        close(): void;
      };
      address: string;
    };
    const told: string[] = [];
    const request = { host: 'x.example', onResolved: (...all: string[]) => void told.push(all.join()) };
    const resolver = new Resolver({ address, Timer });
    resolver.resolve(request);
    expect(told).toEqual([]);
    calls[0]();
    expect(told).toEqual(['x.example,192.0.2.7']);
    resolver.close();
    expect(cleared).toEqual([]);
    const other = new Resolver({ address, Timer });
    other.resolve(request);
    other.close();
    expect(cleared).toEqual([2]);
    new Resolver({ address, Timer }).close();
    expect(cleared).toEqual([2]);
  });
});
