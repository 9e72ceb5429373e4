/** Blobs, whose octets come later than they are sent, and buffers of another realm. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { ErrorId } from '../../src/errors.ts';
import { next, record, serve } from './servers.ts';

/** A Blob whose octets come, or do not, when a test says so. */
class LateBlob extends Blob {
  settle!: (buffer: ArrayBuffer) => void;
  fail!: (error: Error) => void;
  readonly #octets = new Promise<ArrayBuffer>((resolve, reject) => {
    this.settle = resolve;
    this.fail = reject;
  });

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#octets;
  }
}

test('a Blob that cannot be read ends the connection, and says why', async () => {
  const socket = new WebSocket(await serve());
  await next(socket, 'open');
  const { closed } = record(socket);
  const failed = next<{ error: Error }>(socket, 'error');
  const blob = new LateBlob(['abc']);
  socket.send(blob);
  blob.fail(new Error('the file has gone'));
  expect((await failed).error).toMatchObject({
    id: ErrorId.argumentInvalid,
    message: expect.stringContaining('Blob'),
  });
  expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
});

test('one that cannot be read after the end changes nothing', async () => {
  const socket = new WebSocket(await serve((peer) => peer.on('message', () => peer.terminate())));
  await next(socket, 'open');
  const { events, closed } = record(socket);
  socket.send('end it');
  const blob = new LateBlob(['abc']);
  socket.send(blob);
  await closed;
  const before = events.length;
  blob.fail(new Error('the file has gone'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toHaveLength(before);
  expect(socket.readyState).toBe(WebSocket.CLOSED);
});

test('one that is longer than may wait is not even read to its end', async () => {
  const socket = new WebSocket(await serve(), { maxBufferedAmount: 10 });
  await next(socket, 'open');
  const { closed } = record(socket);
  const failed = next<{ error: Error }>(socket, 'error');
  const blob = new LateBlob(['x'.repeat(11)]);
  socket.send(blob);
  blob.fail(new Error('nobody listens'));
  expect((await failed).error).toMatchObject({
    id: ErrorId.writeTooLong,
    message: expect.stringContaining('maxBufferedAmount'),
  });
  expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  expect(socket.bufferedAmount).toBe(11);
});

test('an ArrayBuffer of another realm is octets', async () => {
  const socket = new WebSocket(await serve());
  socket.binaryType = 'arraybuffer';
  await next(socket, 'open');
  const came = next<{ data: ArrayBuffer }>(socket, 'message');
  socket.send(runInNewContext('Uint8Array.of(1, 2, 3).buffer') as ArrayBuffer);
  expect([...new Uint8Array((await came).data)]).toEqual([1, 2, 3]);
  socket.close();
});

test('no URL at all is a SyntaxError', () => {
  expect(() => new WebSocket({} as never)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
});
