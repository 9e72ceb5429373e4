/** The standard's bad ports, https://fetch.spec.whatwg.org/#port-blocking. */
import { describe, expect, it } from 'vitest';
import { isBlockedPort } from '../../hosts/node/blocked-ports.ts';
import { connect } from '../../hosts/node/connect.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { type ConnectionError, ErrorId } from '../../src/errors.ts';
import { next, record, serve } from './servers.ts';

describe('a port of another protocol', () => {
  it.each([22, 25, 6000, 6667, 10080])('%i is told as an error, with ws and wss', async (port) => {
    for (const scheme of ['ws', 'wss', 'http', 'https']) {
      const socket = new WebSocket(`${scheme}://127.0.0.1:${port}/`);
      const error = next<{ error: ConnectionError }>(socket, 'error');
      const { events, closed } = record(socket);
      expect(socket.readyState).toBe(WebSocket.CONNECTING);
      expect((await error).error).toMatchObject({
        name: 'ConnectionError',
        id: ErrorId.portBlocked,
        message: expect.stringContaining('belongs to another protocol') as string,
      });
      await closed;
      expect(events).toEqual(['error at 3', 'close 1006 unclean']);
    }
  });

  it('is not asked: nothing is sent there, and to close at once is no error of its own', async () => {
    const socket = new WebSocket('ws://127.0.0.1:6667/');
    const { closed } = record(socket);
    socket.close();
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  });

  it('has options that are wrong refused before that', () => {
    expect(() => new WebSocket('ws://127.0.0.1:6667/', { maxMessageSize: -1 })).toThrow(
      expect.objectContaining({ id: ErrorId.optionInvalid }) as Error,
    );
    expect(() => new WebSocket('ws://127.0.0.1:6667/', { headers: { 'bad name': 'x' } })).toThrow(
      expect.objectContaining({ id: ErrorId.headerInvalid }) as Error,
    );
  });

  it('is left to whoever connects by connect', () => {
    const endpoint = connect('ws://127.0.0.1:6667/', { lookup: () => {} });
    endpoint.drop();
    expect(endpoint.error).toBe(0);
  });
});

it('ordinary ports are none of them', async () => {
  expect([80, 443, 1024, 8080, 8443, 9001].filter(isBlockedPort)).toEqual([]);
  const socket = new WebSocket(await serve());
  await next(socket, 'open');
  socket.close();
});
