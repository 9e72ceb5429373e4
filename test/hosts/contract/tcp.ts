import { check, Endpoint, equal, listen, octets, pause, throws, until, withPair } from './support.ts';
import type { Clause, HostUnderTest, SocketLike } from './support.ts';

function construct(host: HostUnderTest, options?: unknown): SocketLike {
  return new (host.TCP as new (options: unknown) => SocketLike)(options);
}

const arrayOf = (data: ArrayBuffer | number | undefined): number[] => [
  ...new Uint8Array(data as ArrayBuffer),
];

export const tcpClauses: readonly Clause[] = [
  [
    'the constructor wants good options before it acquires anything, and reads each once',
    async (host) => {
      const good = { address: '127.0.0.1', port: 9 };
      for (const bad of [undefined, null, 1, 'options']) throws(() => construct(host, bad), `options ${bad}`);
      for (const bad of [
        { port: 9 },
        { ...good, address: 'localhost' },
        { ...good, address: '1.2.3' },
        { ...good, address: 1 },
        { address: '127.0.0.1' },
        { ...good, port: -1 },
        { ...good, port: 65536 },
        { ...good, port: 1.5 },
        { ...good, format: 'string' },
        { ...good, onReadable: 1 },
        { ...good, onWritable: {} },
        { ...good, onError: 'no' },
        { ...good, keepAlive: -1 },
        { from: {} },
      ]) {
        throws(() => construct(host, bad), JSON.stringify(bad));
      }
      const listener = await listen(host);
      const reads: Record<string, number> = {};
      const options = new Proxy({ address: '127.0.0.1', port: listener.port } as Record<string, unknown>, {
        get(target, name: string) {
          reads[name] = (reads[name] ?? 0) + 1;
          return target[name];
        },
        set: () => false,
        defineProperty: () => false,
        deleteProperty: () => false,
      });
      construct(host, options).close();
      listener.close();
      check(
        Object.values(reads).every((count) => count === 1),
        `options read once: ${JSON.stringify(reads)}`,
      );
    },
  ],
  [
    'onWritable comes first and means connected; nothing can be written before',
    async (host) => {
      const listener = await listen(host);
      const near = new Endpoint(host, { address: '127.0.0.1', port: listener.port });
      throws(() => near.socket.write(octets(1)), 'write before the connection');
      equal(near.socket.read(), undefined, 'read before the connection');
      await until(host, () => near.writable.length === 1, 'onWritable');
      equal([near.readable.length, near.errors], [0, 0], 'other callbacks');
      check(near.writable[0] > 0, 'room to write');
      equal([near.socket.remoteAddress, near.socket.remotePort], ['127.0.0.1', listener.port], 'the peer');
      near.socket.close();
      listener.close();
    },
  ],
  [
    'octets arrive in order, and onReadable tells once how many can be read',
    (host) =>
      withPair(host, async ({ near, far }) => {
        near.guarded((socket) => {
          socket.write(octets(1, 2));
          socket.write(octets(3));
        });
        await until(host, () => far.readable.at(-1) === 3, 'onReadable');
        await pause(host, 20);
        // Two segments may be told of one after the other.
        equal(far.readable.slice(-1), [3], 'onReadable calls');
        check(
          far.readable.length === 1 || far.readable.join() === '2,3',
          'onReadable calls without more to read',
        );
        equal(arrayOf(far.guarded((socket) => socket.read(2))), [1, 2], 'read(2)');
        equal(arrayOf(far.socket.read(100)), [3], 'read(100)');
        equal(far.socket.read(1), undefined, 'read of nothing');
        equal(far.socket.read(), undefined, 'read of nothing');
      }),
  ],
  [
    'read(buffer) fills a buffer exactly, and throws for a longer one without taking anything',
    (host) =>
      withPair(host, async ({ near, far }) => {
        near.socket.write(octets(10, 11, 12, 13, 14, 15, 16, 17, 18, 19));
        await until(host, () => far.readable.at(-1) === 10, 'onReadable');
        throws(() => far.socket.read(new Uint8Array(11)), 'a buffer that is too long');
        throws(() => far.socket.read(new Uint8Array(0)), 'an empty buffer');
        throws(() => far.socket.read(0), 'no octets');
        throws(() => far.socket.read({} as ArrayBuffer), 'not a buffer');
        throws(() => far.socket.read(new Uint16Array(2) as never), 'not octets');
        const memory = new ArrayBuffer(8);
        equal(far.socket.read(new Uint8Array(memory, 1, 2)), 2, 'read(Uint8Array)');
        equal(far.socket.read(new DataView(memory, 4, 2)), 2, 'read(DataView)');
        equal(far.socket.read(new Int8Array(memory, 7, 1)), 1, 'read(Int8Array)');
        equal(arrayOf(memory), [0, 10, 11, 0, 12, 13, 0, 14], 'offsets');
        const whole = new ArrayBuffer(2);
        far.socket.read(whole);
        const shared = new SharedArrayBuffer(3);
        far.socket.read(shared);
        equal([...arrayOf(whole), ...new Uint8Array(shared)], [15, 16, 17, 18, 19], 'whole buffers');
      }),
  ],
  [
    'write takes every Byte Buffer with its offset, and copies it',
    (host) =>
      withPair(host, async ({ near, far }) => {
        const memory = octets(0, 1, 2, 3, 4, 5, 6, 7).buffer as ArrayBuffer;
        const shared = new SharedArrayBuffer(1);
        near.socket.write(new Uint8Array(memory, 1, 2));
        near.socket.write(new Int8Array(memory, 3, 1));
        near.socket.write(new DataView(memory, 6, 2));
        near.socket.write(memory);
        near.socket.write(shared);
        new Uint8Array(memory).fill(255);
        await until(host, () => far.readable.at(-1) === 14, 'onReadable');
        equal(arrayOf(far.socket.read()), [1, 2, 3, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0], 'octets');
        for (const bad of [undefined, 'text', {}, new Uint16Array(1), 1]) {
          throws(() => near.socket.write(bad as never), `write(${String(bad)})`);
        }
      }),
  ],
  [
    'write is all or nothing, counts down, and onWritable tells when there is room again',
    (host) =>
      withPair(host, async ({ near, far }) => {
        const room = near.writable.at(-1)!;
        const before = near.writable.length;
        equal(near.socket.write(new Uint8Array(room - 1)), 1, 'room after a write');
        throws(() => near.socket.write(octets(1, 2)), 'a write that does not fit');
        equal(near.socket.write(octets(7)), 0, 'room after the last octet');
        throws(() => near.socket.write(octets(1)), 'a write without room');
        equal(near.socket.write(new Uint8Array(0)), 0, 'an empty write');
        let got = 0;
        far.onReadable = () => (got += (far.socket.read() as ArrayBuffer).byteLength);
        await until(host, () => got === room && near.writable.length > before, 'all octets and onWritable');
        equal(near.writable.at(-1), room, 'room');
      }),
  ],
];
