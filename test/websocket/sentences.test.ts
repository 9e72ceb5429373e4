/** What is refused says what is wrong, in words, beside the name that the standard gives the error. */
import { expect, test } from 'vitest';
import { CloseEvent, MessageEvent, WebSocket } from '../../hosts/node/websocket.ts';
import { ErrorId } from '../../src/errors.ts';
import { next, serve } from './servers.ts';

type Call = (...all: unknown[]) => unknown;

/** A WebSocket that is open, and one that connects. */
async function sockets(): Promise<{ open: WebSocket; early: WebSocket }> {
  const open = new WebSocket(await serve());
  await next(open, 'open');
  return { open, early: new WebSocket(await serve()) };
}

test.each<[says: string, name: string, refused: (sockets: { open: WebSocket; early: WebSocket }) => unknown]>(
  [
    ['URL', 'TypeError', () => new (WebSocket as unknown as new () => WebSocket)()],
    ['URL', 'SyntaxError', () => new WebSocket('ftp://127.0.0.1/')],
    ['subprotocol', 'SyntaxError', () => new WebSocket('ws://127.0.0.1:1/', ['a', 'a'])],
    ['not open yet', 'InvalidStateError', ({ early }) => early.send('x')],
    ['argument', 'TypeError', ({ open }) => (open.send as Call)()],
    ['Symbol', 'TypeError', ({ open }) => open.send(Symbol('x') as never)],
    ['shared memory', 'TypeError', ({ open }) => open.send(new SharedArrayBuffer(1))],
    ['1000', 'InvalidAccessError', ({ open }) => open.close(1001)],
    ['123 octets', 'SyntaxError', ({ open }) => open.close(1000, 'x'.repeat(124))],
    ['type', 'TypeError', () => new (MessageEvent as unknown as new () => object)()],
    ['type', 'TypeError', () => new (CloseEvent as unknown as new () => object)()],
    ['a type and a listener', 'TypeError', ({ open }) => (open.addEventListener as Call)('x')],
    ['neither a function nor an object', 'TypeError', ({ open }) => (open.addEventListener as Call)('x', 5)],
    ['not an Event', 'TypeError', ({ open }) => open.dispatchEvent({} as never)],
  ],
)('%s: %s', async (says, name, refused) => {
  const both = await sockets();
  expect(() => refused(both)).toThrow(
    expect.objectContaining({ name, message: expect.stringContaining(says) }),
  );
  // Nothing has changed.
  expect([both.open.readyState, both.early.readyState]).toEqual([WebSocket.OPEN, WebSocket.CONNECTING]);
  both.open.close();
  both.early.close();
});

test.each(['', 'a: b', 5, [['a']], [['a', 'b', 'c']], ['ab']])('headers that are none: %j', (headers) => {
  expect(() => new WebSocket('ws://127.0.0.1:1/', { headers: headers as never })).toThrow(
    expect.objectContaining({ id: ErrorId.headerInvalid, message: expect.stringContaining('headers') }),
  );
});

test('a WebSocket that is closed while it connects says so by an error with an id', async () => {
  const socket = new WebSocket(await serve());
  const failed = next<{ error: Error; message: string }>(socket, 'error');
  socket.close();
  const { error, message } = await failed;
  expect(error).toMatchObject({
    id: ErrorId.closed,
    message: expect.stringContaining('before the connection'),
  });
  expect(message).toBe(error.message);
});
