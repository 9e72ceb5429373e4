/** A server's half that has read its request, and been decided, before there is a connection: that one responds and opens. */
import { describe, expect, test } from 'vitest';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import { ErrorId } from '../../src/errors.ts';
import { portableProof } from '../../src/handshake/accept.ts';
import { ServerHandshake } from '../../src/handshake/server-handshake.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { Driver, type DriverOptions } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { request, SAMPLE_ACCEPT } from '../support/handshake.ts';
import { concat, splitsOf, utf8 } from '../support/octets.ts';

const LIMIT = 1024;

function newHandshake(): ServerHandshake {
  const setup = {
    random: (): number => 1,
    longestLine: LIMIT,
    limit: LIMIT,
    compression: undefined,
  };
  return new ServerHandshake([], ['chat'], portableProof, setup);
}

/** The half that has read `input` and accepts it. */
function decided(...pieces: readonly Uint8Array[]): ServerHandshake {
  const handshake = newHandshake();
  for (const piece of pieces) expect(handshake.read(piece, 0, piece.length)).toBe(piece.length);
  expect(handshake.done).toBe(true);
  expect(handshake.decide(undefined)).toBe(0);
  return handshake;
}

function continued(handshake: ServerHandshake, options: DriverOptions = {}): Driver {
  return new Driver({ role: 'server', opening: (setup) => handshake.continueIn(setup), ...options }).open();
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const nothing = new Uint8Array(0);

describe('a connection that continues', () => {
  test('opens by no octets at all, however the request came', () => {
    const input = request({ 'Sec-WebSocket-Protocol': 'mqtt, chat' });
    for (const pieces of splitsOf(input)) {
      const server = continued(decided(...pieces));
      expect([server.trace.lines, server.takeOutput().length]).toEqual([[], 0]);
      server.feed(nothing);
      expect(server.trace.lines).toEqual(['open']);
      expect(text(server.takeOutput())).toBe(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}\r\nSec-WebSocket-Protocol: chat\r\n\r\n`,
      );
      const { path, protocol, httpStatus } = server.connection;
      expect([path, protocol, httpStatus]).toEqual(['/chat', 'chat', 101]);
    }
  });

  test('delivers the octets behind the request', () => {
    const behind = concat(
      peerFrame('server', { opcode: 9, payload: [7] }),
      peerFrame('server', { opcode: 1, payload: utf8('hi') }),
    );
    for (const pieces of splitsOf(behind)) {
      const server = continued(decided(request())).feed(...pieces);
      expect(server.trace.lines).toEqual(['open', 'ping 07', 'text "hi"']);
      const output = server.takeOutput();
      expect(framesOf(output.slice(text(output).indexOf('\r\n\r\n') + 4))).toMatchObject([{ opcode: 10 }]);
    }
  });

  test('negotiates its own compression', () => {
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const handshake = decided(request(offer));
    const server = continued(handshake, { compression: permessageDeflate() }).feed(nothing);
    expect(handshake.extensions).toMatch(/^permessage-deflate;/);
    expect(handshake.kept).toMatchObject({ extensions: handshake.extensions, headers: undefined });
    expect(text(server.takeOutput())).toContain('\r\nSec-WebSocket-Extensions: permessage-deflate;');
    expect(server.trace.lines).toEqual(['open']);
  });

  test('refuses an offer that only its compression finds bad', () => {
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };
    const { memory, _create: create } = permessageDeflate();
    const compression: CompressionFactory = {
      memory,
      _create: (bytes, offset) =>
        Object.assign(create(bytes, offset), { offered: () => ErrorId.extensionInvalid }),
    };
    const server = continued(decided(request(offer)), { compression }).feed(nothing);
    expect(text(server.takeOutput())).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.transportClosed().trace.lines).toEqual(['fin', 'over 1006 extensionInvalid']);
  });
});

test('without extensions there are none, and nothing more is kept', () => {
  const handshake = decided(request());
  continued(handshake).feed(nothing);
  expect([handshake.extensions, handshake.kept]).toEqual(['', undefined]);
});

test('what is not decided does not respond', () => {
  const handshake = newHandshake();
  const input = request();
  expect(handshake.read(input, 0, input.length)).toBe(input.length);
  expect([handshake.done, handshake.next(), handshake.request?.path]).toEqual([true, -1, '/chat']);
  expect(handshake).toMatchObject({ extensions: '', protocol: '', status: 0, kept: undefined });
});
