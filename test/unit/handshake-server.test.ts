/** The server's half of the opening handshake (hostile inputs S1), each request at every split. */
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import type { ServerPolicy, ServerRequest } from '../../src/handshake/server.ts';
import type { Driver } from '../support/driver.ts';
import { closePayload, framesOf, head, peerFrame } from '../support/frames.ts';
import { newServer, request, SAMPLE_ACCEPT } from '../support/handshake.ts';
import { concat, latin1, splitsOf, utf8 } from '../support/octets.ts';

const ACCEPTED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}\r\n`;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The server after the request, and its response; the same at every split, or it fails here. */
function serve(input: Uint8Array, policy: Partial<ServerPolicy> = {}): { server: Driver; answer: string } {
  let first: { server: Driver; answer: string } | undefined;
  for (const pieces of input.length < 400 ? splitsOf(input) : [[input]]) {
    const server = newServer(policy).feed(...pieces);
    const answer = text(server.takeOutput());
    first ??= { server, answer };
    expect(answer).toBe(first.answer);
    expect(server.trace.lines).toEqual(first.server.trace.lines);
  }
  return first!;
}

function refused(
  input: Uint8Array,
  status: number,
  error: string,
  policy: Partial<ServerPolicy> = {},
): string {
  const { server, answer } = serve(input, policy);
  expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
  expect(answer).toContain('\r\nConnection: close\r\n');
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
  expect(nameOfError(server.connection.error)).toBe(error);
  // The transport is ended after the response, and what follows is discarded.
  expect(server.trace.lines).toEqual(['fin']);
  server.feed(utf8('more'), peerFrame('server', { opcode: 1 })).transportClosed();
  expect(server.trace.lines).toEqual(['fin', `over 1006 ${error}`]);
  return answer;
}

function accepted(input: Uint8Array, policy: Partial<ServerPolicy> = {}, more = ''): Driver {
  const { server, answer } = serve(input, policy);
  expect(answer).toBe(`${ACCEPTED}${more}\r\n`);
  expect(server.trace.lines).toEqual(['open']);
  return server;
}

describe('accepted', () => {
  test('the example of RFC 6455 §1.2', () => {
    const server = accepted(
      request({ Origin: 'http://example.com', 'Sec-WebSocket-Protocol': 'chat, superchat' }),
    );
    expect([server.connection.path, server.connection.httpStatus, server.connection.protocol]).toEqual([
      '/chat',
      101,
      '',
    ]);
  });

  test.each([
    [
      'names and tokens in other letters',
      request({ Upgrade: 'WebSocket', Connection: 'keep-alive, UPGRADE' }),
    ],
    ['Upgrade with more tokens', request({ Upgrade: 'h2c, websocket' })],
    ['an absolute target', request({}, 'GET http://server.example.com/chat HTTP/1.1')],
    ['a body of no octets', request({ 'Content-Length': '0' })],
    ['a header in other octets', request({ 'X-Name': '\u00e9\u00ff' })],
    [
      'an extension offer',
      request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }),
    ],
  ])('%s', (_name, input) => void accepted(input));

  test('the first offered subprotocol that the server speaks', () => {
    const input = request({ 'Sec-WebSocket-Protocol': 'mqtt, superchat,chat' });
    const server = accepted(
      input,
      { protocols: ['chat', 'superchat'] },
      'Sec-WebSocket-Protocol: superchat\r\n',
    );
    expect(server.connection.protocol).toBe('superchat');
  });

  test('frames in the same segment, answered after the response', () => {
    const input = concat(
      request(),
      peerFrame('server', { opcode: 9, payload: [7] }),
      peerFrame('server', { opcode: 1, payload: utf8('hi') }),
    );
    for (const pieces of splitsOf(input)) {
      const server = newServer().feed(...pieces);
      expect(server.trace.lines).toEqual(['open', 'ping 07', 'text "hi"']);
      const output = server.takeOutput();
      expect(text(output).startsWith(`${ACCEPTED}\r\n`)).toBe(true);
      expect(framesOf(output.slice(ACCEPTED.length + 2))).toMatchObject([{ opcode: 10 }]);
    }
  });

  test('what onOpen sends follows the response, however long that is', () => {
    const headers: [string, string][] = [['X-Long', 'x'.repeat(600)]];
    const server = newServer(
      { onRequest: () => ({ headers }) },
      { transmitBuffer: 256 },
      {
        onOpen: (self) => void self.connection.close(1001),
      },
    ).feed(request());
    const output = server.takeOutput();
    const headEnd = ACCEPTED.length + 'X-Long: '.length + 600 + 4;
    expect(text(output.slice(headEnd - 4, headEnd))).toBe('\r\n\r\n');
    expect(framesOf(output.slice(headEnd))).toMatchObject([{ payload: closePayload(1001) }]);
  });
});

describe('refused', () => {
  test.each([
    ['POST', request({}, 'POST /chat HTTP/1.1'), 405, 'requestMethod'],
    ['HTTP/1.0', request({}, 'GET /chat HTTP/1.0'), 400, 'httpVersion'],
    ['HTTP/2.0', request({}, 'GET /chat HTTP/2.0'), 400, 'httpVersion'],
    ['no version', request({}, 'GET /chat'), 400, 'headMalformed'],
    ['nothing but a version', request({}, 'HTTP/1.1'), 400, 'headMalformed'],
    ['a version right behind the method', request({}, 'GETHTTP/1.1'), 400, 'headMalformed'],
    ['a version right behind a character', request({}, 'GHTTP/1.1'), 400, 'headMalformed'],
    ['no method', request({}, ' /chat HTTP/1.1'), 400, 'headMalformed'],
    ['another protocol', request({}, 'GET /chat ICY/1.1'), 400, 'headMalformed'],
    ['a method that is no token', request({}, 'G(T /chat HTTP/1.1'), 400, 'headMalformed'],
    ['no target', request({}, 'GET  HTTP/1.1'), 400, 'requestTarget'],
    ['a target with spaces', request({}, 'GET /a b HTTP/1.1'), 400, 'requestTarget'],
    ['a target with a tab', request({}, 'GET /a\tb HTTP/1.1'), 400, 'requestTarget'],
    ['a target that is no path', request({}, 'GET chat HTTP/1.1'), 400, 'requestTarget'],
    ['a target with a fragment', request({}, 'GET /chat#x HTTP/1.1'), 400, 'requestTarget'],
    [
      'an absolute target with a fragment',
      request({}, 'GET http://server.example.com/chat# HTTP/1.1'),
      400,
      'requestTarget',
    ],
    ['no Host', request({ Host: undefined }), 400, 'hostMissing'],
    ['an empty Host', request({ Host: '' }), 400, 'hostMissing'],
    ['two Hosts', request({ Host: ['a', 'a'] }), 400, 'hostMissing'],
    ['no Upgrade', request({ Upgrade: undefined }), 426, 'upgradeMissing'],
    ['Upgrade: h2c', request({ Upgrade: 'h2c' }), 426, 'upgradeMissing'],
    ['no Connection', request({ Connection: undefined }), 400, 'connectionMissing'],
    ['Connection: keep-alive', request({ Connection: 'keep-alive' }), 400, 'connectionMissing'],
    ['no key', request({ 'Sec-WebSocket-Key': undefined }), 400, 'keyInvalid'],
    ['a key of 15 octets', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j' }), 400, 'keyInvalid'],
    ['a key that is no base64', request({ 'Sec-WebSocket-Key': '!'.repeat(24) }), 400, 'keyInvalid'],
    [
      'two keys',
      request({ 'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] }),
      400,
      'keyInvalid',
    ],
    [
      'no version of the protocol',
      request({ 'Sec-WebSocket-Version': undefined }),
      426,
      'versionUnsupported',
    ],
    ['version 8', request({ 'Sec-WebSocket-Version': '8' }), 426, 'versionUnsupported'],
    ['versions 13, 8', request({ 'Sec-WebSocket-Version': ['13', '8'] }), 426, 'versionUnsupported'],
    ['a body', concat(request({ 'Content-Length': '5' }), utf8('hello')), 400, 'requestBody'],
    ['a body in chunks', request({ 'Transfer-Encoding': 'chunked' }), 400, 'requestBody'],
    ['a length that is no number', request({ 'Content-Length': '0, 5' }), 400, 'requestBody'],
    ['a line without a colon', head('GET / HTTP/1.1', 'Host'), 400, 'headMalformed'],
    ['a space before the colon', head('GET / HTTP/1.1', 'Host : a'), 400, 'headMalformed'],
    ['a folded line', head('GET / HTTP/1.1', 'Host: a', ' b'), 400, 'headMalformed'],
    ['a TLS greeting', latin1('\x16\x03\x01\x02\x00\x01'), 400, 'headMalformed'],
  ])('%s', (_name, input, status, error) => void refused(input, status, error));

  test('426 tells the version that is spoken', () => {
    const answer = refused(request({ 'Sec-WebSocket-Version': '7' }), 426, 'versionUnsupported');
    expect(answer).toContain('\r\nSec-WebSocket-Version: 13\r\n');
  });

  test('405 tells the method that is allowed', () => {
    expect(refused(request({}, 'PUT / HTTP/1.1'), 405, 'requestMethod')).toContain('\r\nAllow: GET\r\n');
  });

  test('a head that is too large, a target that is too long', () => {
    refused(latin1('GET / HTTP/1.1\r\nX: ' + 'x'.repeat(9000)), 431, 'headTooLarge');
    refused(latin1('GET / HTTP/1.1\r\n' + 'X: x\r\n'.repeat(2000)), 431, 'headTooLarge');
    refused(request({ Host: 'h'.repeat(300) }), 431, 'headTooLarge');
    refused(request({}, `GET /${'x'.repeat(300)} HTTP/1.1`), 414, 'headTooLarge');
    // It may end nowhere, and be longer than the whole head may be.
    refused(latin1(`GET /${'x'.repeat(20_000)}`), 414, 'headTooLarge');
  });

  test('the end of the transport before the request is whole', () => {
    const input = request();
    for (let count = 0; count < input.length; count++) {
      const server = newServer().feed(input.slice(0, count)).transportClosed();
      expect(server.trace.lines).toEqual(['over 1006 handshakeEnded']);
      expect(server.takeOutput().length).toBe(0);
    }
  });

  test('a peer that keeps the transport open is left at the close deadline', () => {
    const server = newServer({}, { closeTimeout: 3000 }).feed(request({ Upgrade: 'h2c' }));
    expect(server.wait(2999).trace.lines).toEqual(['fin']);
    expect(server.wait(1).trace.lines).toEqual(['fin', 'over 1006 upgradeMissing']);
  });
});

describe('the hook', () => {
  const onRequest = (answer: ReturnType<NonNullable<ServerPolicy['onRequest']>>): Partial<ServerPolicy> => ({
    onRequest: () => answer,
  });

  test('sees the request', () => {
    let seen: ServerRequest | undefined;
    const input = request({
      Origin: 'http://a.example',
      'Sec-WebSocket-Protocol': 'a,  b',
      Cookie: 'k=v',
      'X-Other': '1',
    });
    newServer({ requestHeaders: ['cookie'], onRequest: (each) => void (seen = each) }).feed(input);
    const { path, host, origin, protocols } = seen!;
    expect({ path, host, origin, protocols }).toEqual({
      path: '/chat',
      host: 'server.example.com',
      origin: 'http://a.example',
      protocols: ['a', 'b'],
    });
    expect([seen!.headers.get('cookie'), seen!.headers.get('x-other')]).toEqual(['k=v', undefined]);
  });

  test('refuses, with a status and headers of its own', () => {
    const policy = onRequest({ status: 401, headers: [['WWW-Authenticate', 'Basic realm="x"']] });
    expect(refused(request(), 401, 'requestRefused', policy)).toContain(
      '\r\nWWW-Authenticate: Basic realm="x"\r\n',
    );
    refused(request(), 403, 'requestRefused', onRequest({ status: 403 }));
  });

  test('chooses the subprotocol and adds headers', () => {
    const input = request({ 'Sec-WebSocket-Protocol': 'a, b' });
    const policy = onRequest({ protocol: 'b', headers: new Map([['Set-Cookie', 's=1']]) });
    expect(
      accepted(input, policy, 'Sec-WebSocket-Protocol: b\r\nSet-Cookie: s=1\r\n').connection.protocol,
    ).toBe('b');
    refused(input, 500, 'subprotocolUnexpected', onRequest({ protocol: 'c' }));
  });

  test.each([
    ['X-Name', 'a\r\nSet-Cookie: evil=1'],
    ['X-Name', 'a\nb'],
    ['X-Name', '\0'],
    ['X-Name', '\u20ac'],
    ['X\r\nY', 'a'],
    ['', 'a'],
  ])('adds no header %j: %j', (name, value) => {
    for (const status of [101, 403]) {
      const answer = refused(
        request(),
        500,
        'headerInvalid',
        onRequest({ status, headers: [[name, value]] }),
      );
      expect(answer).not.toContain('evil');
    }
  });

  test('throws: the client is told 500, whoever drives the connection the exception', () => {
    const server = newServer({
      onRequest: () => {
        throw new Error('database');
      },
    }).feed(request());
    expect(text(server.takeOutput())).toMatch(/^HTTP\/1\.1 500 /);
    expect(server.thrown).toEqual([new Error('database')]);
    expect(server.transportClosed().trace.lines).toEqual(['fin', 'over 1006 requestRefused']);
  });
});
