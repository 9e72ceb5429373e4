import { check, Endpoint, equal, listen, octets, pause, throws, until, withPair } from './support.ts';
import type { Clause, SocketLike } from './support.ts';

export const tcpLifeClauses: readonly Clause[] = [
  [
    'the format "number" carries single octets; formats that are none throw and change nothing',
    (host) =>
      withPair(host, async ({ near, far }) => {
        near.socket.write(octets(1, 2, 255));
        await until(host, () => far.readable.at(-1) === 3, 'onReadable');
        equal(far.socket.format, 'buffer', 'default format');
        far.socket.format = 'number';
        equal([far.socket.read(), far.socket.read()], [1, 2], 'octets');
        throws(() => (far.socket.format = 'string' as never), 'a format that is none');
        equal(
          [far.socket.format, far.socket.read(), far.socket.read()],
          ['number', 255, undefined],
          'unchanged',
        );
        far.socket.write(200);
        far.socket.write(0);
        throws(() => far.socket.write(octets(1)), 'a buffer in the format "number"');
        await until(host, () => near.readable.at(-1) === 2, 'onReadable');
        equal([...new Uint8Array(near.socket.read() as ArrayBuffer)], [200, 0], 'octets');
      }),
  ],
  [
    'target is opaque',
    (host) => {
      const target = Object.freeze({});
      return withPair(
        host,
        ({ near, far }) => {
          check(near.socket.target === target && far.socket.target === target, 'target');
        },
        { target },
      );
    },
  ],
  [
    'after close no callback comes; it may be repeated; everything else throws',
    (host) =>
      withPair(host, async ({ near, far }) => {
        far.socket.write(octets(1, 2, 3));
        near.guarded((socket) => {
          socket.write(octets(9));
          socket.close();
          socket.close();
        });
        const before = near.calls;
        await pause(host, 30);
        equal(near.calls, before, 'callbacks');
        const { socket } = near;
        const uses: [string, () => unknown][] = [
          ['read', () => socket.read()],
          ['write', () => socket.write(octets(1))],
          ['format', () => socket.format],
          ['set format', () => (socket.format = 'buffer')],
          ['remoteAddress', () => socket.remoteAddress],
          ['remotePort', () => socket.remotePort],
        ];
        for (const [name, use] of uses) throws(use, name);
      }),
  ],
  [
    'close inside a callback cancels the others',
    (host) =>
      withPair(host, async ({ near, far }) => {
        near.onReadable = () => near.socket.close();
        near.socket.write(octets(1));
        const before = near.writable.length;
        far.socket.write(octets(2));
        far.socket.close();
        await until(host, () => near.readable.length === 1, 'onReadable');
        await pause(host, 20);
        equal([near.errors, near.readable.length], [0, 1], 'callbacks');
        check(near.writable.length <= before + 1, 'no onWritable after close');
      }),
  ],
  [
    'what was written before close still arrives, then onError',
    (host) =>
      withPair(host, async ({ near, far }) => {
        const room = near.writable.at(-1)!;
        near.socket.write(new Uint8Array(room).fill(5));
        near.socket.close();
        let got = 0;
        far.onReadable = () => (got += (far.socket.read() as ArrayBuffer).byteLength);
        await until(host, () => far.errors === 1, 'onError');
        equal(got, room, 'octets');
      }),
  ],
  [
    'a disconnect is told once, by onError, after the last octet was read; then nothing can be written',
    (host) =>
      withPair(host, async ({ near, far }) => {
        far.socket.write(octets(1, 2, 3));
        far.socket.close();
        await until(host, () => near.readable.length > 0, 'onReadable');
        await pause(host, 30);
        equal(near.errors, 0, 'onError with unread data');
        near.guarded((socket) => socket.read(2));
        await pause(host, 20);
        equal(near.errors, 0, 'onError with unread data');
        equal(
          near.guarded((socket) => (socket.read(2) as ArrayBuffer).byteLength),
          1,
          'the last octet',
        );
        await until(host, () => near.errors === 1, 'onError');
        throws(() => near.socket.write(octets(1)), 'write after a disconnect');
        equal(near.socket.read(), undefined, 'read after a disconnect');
        await pause(host, 20);
        equal(near.errors, 1, 'onError calls');
      }),
  ],
  [
    'a refused connection is an onError, and close at any time is silent',
    async (host) => {
      const listener = await listen(host);
      const { port } = listener;
      const closed = new Endpoint(host, { address: '127.0.0.1', port });
      closed.socket.close();
      listener.close();
      await pause(host, 20);
      equal(closed.calls, 0, 'callbacks after close');
      // Nobody listens there; a port that was free a moment ago may be somebody else's.
      const refused = new Endpoint(host, { address: '127.0.0.1', port: 1 });
      await until(host, () => refused.errors === 1, 'onError');
      equal([refused.calls, refused.misused], [1, false], 'callbacks');
      refused.socket.close();
    },
  ],
  [
    'from takes over the connection with its unread octets, and tells about them',
    (host) =>
      withPair(host, async ({ near, far }) => {
        near.socket.write(octets(1, 2, 3));
        await until(host, () => far.readable.at(-1) === 3, 'onReadable');
        far.socket.read(1);
        const calls = far.calls;
        const heir = new Endpoint(host, { from: far.socket as SocketLike, format: 'number' });
        throws(() => far.socket.read(), 'read of a socket that was taken over');
        far.socket.close();
        await until(host, () => heir.writable.length > 0, 'onWritable');
        equal(heir.readable, [2], 'onReadable');
        equal([heir.socket.read(), heir.socket.read(), heir.socket.read()], [2, 3, undefined], 'octets');
        heir.socket.write(77);
        await until(host, () => near.readable.length > 0, 'onReadable');
        equal(far.calls, calls, 'callbacks of the closed socket');
        check(!heir.misused, 'callbacks of the heir');
        heir.socket.close();
        throws(() => new Endpoint(host, { from: heir.socket }), 'from a closed socket');
      }),
  ],
  [
    'a reader that pauses holds the sender back, and gets every octet in order',
    (host) =>
      withPair(host, async ({ near, far }) => {
        const total = 3_000_000;
        let sent = 0;
        const send = (room: number): void => {
          const bytes = new Uint8Array(Math.min(room, total - sent));
          for (let i = 0; i < bytes.length; i++) bytes[i] = (sent + i) % 251;
          sent += bytes.length;
          if (bytes.length > 0) near.socket.write(bytes);
        };
        near.onWritable = () => send(near.writable.at(-1)!);
        send(near.writable.at(-1)!);
        await until(host, () => far.readable.length > 0, 'onReadable');
        let got = 0;
        let wrong = 0;
        const read = (): void => {
          const bytes = new Uint8Array((far.socket.read() ?? new ArrayBuffer(0)) as ArrayBuffer);
          for (let i = 0; i < bytes.length; i++) if (bytes[i] !== (got + i) % 251) wrong += 1;
          got += bytes.length;
        };
        far.onReadable = read;
        read();
        await until(host, () => got === total, 'all octets');
        equal(wrong, 0, 'wrong octets');
      }),
  ],
];
