/**
 * The catalogue of hostile opening handshakes against endpoints on a network: every face, whole, in two pieces at each
 * position, and octet by octet.
 */
import { describe, expect, test } from 'vitest';
import { head } from '../support/frames.ts';
import { concat, cutAt, latin1 } from '../support/octets.ts';
import { FACES, heldBy } from './support/faces.ts';
import { meet } from './support/visit.ts';

type Lines = Readonly<Record<string, string | readonly string[] | undefined>>;

function linesOf(first: string, lines: Lines): Uint8Array {
  const all = Object.entries(lines).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => `${name}: ${each}`),
  );
  return head(first, ...all);
}

const OK = 'HTTP/1.1 101 Switching Protocols';
const response =
  (changes: Lines = {}, first = OK, behind: Uint8Array = new Uint8Array(0)) =>
  (accept: string): Uint8Array => {
    const lines = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept, ...changes };
    return concat(linesOf(first, lines), behind);
  };
/** The Accept changed by `change`. */
const accepting = (change: (accept: string) => string) => (accept: string) => response()(change(accept));

type Answer = (accept: string) => Uint8Array;

/** Whole, in two pieces at up to 40 positions, and octet by octet where that is not thousands. */
function piecesOf(octets: Uint8Array): Uint8Array[][] {
  const step = Math.max(1, Math.floor(octets.length / 40));
  const all = [[octets]];
  for (let at = 1; at < octets.length; at += step) all.push(cutAt(octets, [at]));
  if (octets.length < 600) all.push(Array.from(octets, (octet) => Uint8Array.of(octet)));
  return all;
}

describe('what a client refuses: no Close is sent, one end is told, the transport is let go', () => {
  test.each<[string, Answer, string, number?]>([
    ['H2 200 with all that a 101 has', response({}, 'HTTP/1.1 200 OK'), 'httpStatus', 200],
    ['H3 no Upgrade', response({ Upgrade: undefined }), 'upgradeMissing'],
    ['H3 Upgrade: h2c', response({ Upgrade: 'h2c' }), 'upgradeMissing'],
    ['H4 no Connection', response({ Connection: undefined }), 'connectionMissing'],
    ['H4 Connection: close', response({ Connection: 'close' }), 'connectionMissing'],
    ['H5 no Accept', response({ 'Sec-WebSocket-Accept': undefined }), 'acceptMissing'],
    ['H5 an empty Accept', accepting(() => ''), 'acceptMissing'],
    ['H5 a blank Accept', accepting(() => ' \t'), 'acceptMissing'],
    ['H6 a prefix', accepting((accept) => accept.slice(0, -1)), 'acceptMismatch'],
    ['H6 one character more', accepting((accept) => `${accept}=`), 'acceptMismatch'],
    ['H6 other letter case', accepting((accept) => accept.toLowerCase()), 'acceptMismatch'],
    ['H8 an Accept for another key', accepting(() => 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='), 'acceptMismatch'],
    ['H10 HTTP/1.0', response({}, 'HTTP/1.0 101 x'), 'httpVersion'],
    ['H10 HTTP/2.0', response({}, 'HTTP/2.0 101 x'), 'httpVersion'],
    ['H10 no version', response({}, 'ICY 101 x'), 'headMalformed'],
    ['H13 a line without a colon', response({}, `${OK}\r\nnothing`), 'headMalformed'],
    ['H13 a space before the colon', response({}, `${OK}\r\nX : y`), 'headMalformed'],
    [
      'H14 a subprotocol, and none was offered',
      response({ 'Sec-WebSocket-Protocol': 'chat' }),
      'subprotocolUnexpected',
    ],
    [
      'H17 an extension, and none was offered',
      response({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
      'extensionUnexpected',
    ],
    [
      'H18 403 with a body of 8 KiB',
      response({ 'Content-Length': '8192' }, 'HTTP/1.1 403 Forbidden', new Uint8Array(8192).fill(65)),
      'httpStatus',
      403,
    ],
    ['H19 503', response({ 'Retry-After': '120' }, 'HTTP/1.1 503 x'), 'httpStatus', 503],
    ['H26 302', response({ Location: 'http://other.example/' }, 'HTTP/1.1 302 Found'), 'httpStatus', 302],
    ['H28 TLS', () => Uint8Array.of(0x15, 3, 1, 0, 2, 2, 40, 13, 10, 13, 10), 'headMalformed'],
  ])('%s', (_what, answer, error, status) => {
    for (const face of FACES.client) {
      const count = piecesOf(answer('x'.repeat(28))).length;
      for (let split = 0; split < count; split++) {
        const pieces = (accept: string): Uint8Array[] => piecesOf(answer(accept))[split] ?? [answer(accept)];
        const { told, frames, left, misuses } = meet({ face, role: 'client', pieces });
        expect(
          [told.ends, told.trace.lines, told.closeCode, frames, left, misuses],
          `${face}, split ${split}`,
        ).toEqual([[error], [], 1006, [], 0, []]);
        if (status !== undefined) expect(told.httpStatus).toBe(status);
      }
    }
  });

  test.each([
    ['H25 nothing', [] as Uint8Array[]],
    ['H24 an octet every so often, for ever', Array.from(latin1(OK), (octet) => Uint8Array.of(octet))],
  ])('%s: refused at the deadline of the whole handshake', (_what, pieces) => {
    for (const face of FACES.client) {
      const { told, left } = meet({
        face,
        role: 'client',
        pieces: () => pieces,
        limits: { handshakeTimeout: 600 },
      });
      expect([told.ends, told.trace.lines, left]).toEqual([['handshakeTimeout'], [], 0]);
    }
  });

  test('H20 an endless header line, and endless headers', () => {
    for (const face of FACES.client)
      for (const endless of [
        latin1(`${OK}\r\nX: ${'y'.repeat(20_000)}`),
        latin1(`${OK}\r\n${'X: y\r\n'.repeat(4000)}`),
      ]) {
        const { told, left } = meet({ face, role: 'client', pieces: () => [endless] });
        expect([told.ends, left], face).toEqual([['headTooLarge'], 0]);
      }
  });
});

describe('what a client accepts', () => {
  test.each<[string, Answer]>([
    ['as it should be', response()],
    ['H4 keep-alive, Upgrade', response({ Connection: 'keep-alive, Upgrade' })],
    [
      'H9 names in any case, blanks and tabs, no space',
      (accept) =>
        head(
          OK,
          'UPGRADE:WebSocket',
          'connection: \t upgrade \t',
          `sec-websocket-ACCEPT:${accept}`,
          'X-Empty:',
        ),
    ],
    ['H10 no reason phrase', response({}, 'HTTP/1.1 101 ')],
    [
      'H11 100 and 103 before',
      (accept) =>
        concat(head('HTTP/1.1 100 Continue'), head('HTTP/1.1 103 x', 'Link: </a>'), response()(accept)),
    ],
    [
      'H29 what it does not use',
      response({ 'Set-Cookie': 'a=b', Date: 'x'.repeat(900), 'X-Octets': 'äöü\u00ff' }),
    ],
  ])('%s', (_what, answer) => {
    const frame = Uint8Array.of(0x81, 2, 104, 105);
    for (const face of FACES.client) {
      const count = piecesOf(answer('x'.repeat(28))).length;
      for (let split = 0; split < count; split++) {
        const pieces = (accept: string): Uint8Array[] => piecesOf(concat(answer(accept), frame))[split] ?? [];
        const { told, left } = meet({ face, role: 'client', pieces, limits: { keepalive: 0 } });
        expect([told.trace.lines, told.ends, left], `${face}, split ${split}`).toEqual([
          ['open', 'text "hi"'],
          [],
          heldBy(face),
        ]);
      }
    }
  });
});

const LINES = {
  Host: 'endpoint',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};
const request = (changes: Lines = {}, first = 'GET /chat HTTP/1.1'): Uint8Array =>
  linesOf(first, { ...LINES, ...changes });

describe('what a server answers', () => {
  test.each<[string, Uint8Array, number, string]>([
    ['no key', request({ 'Sec-WebSocket-Key': undefined }), 400, 'keyInvalid'],
    ['a key that is not of 16 octets', request({ 'Sec-WebSocket-Key': 'dGVzdA==' }), 400, 'keyInvalid'],
    [
      'two keys',
      request({ 'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] }),
      400,
      'keyInvalid',
    ],
    ['version 8', request({ 'Sec-WebSocket-Version': '8' }), 426, 'versionUnsupported'],
    ['no version', request({ 'Sec-WebSocket-Version': undefined }), 426, 'versionUnsupported'],
    ['no Upgrade', request({ Upgrade: undefined }), 426, 'upgradeMissing'],
    ['no Connection', request({ Connection: undefined }), 400, 'connectionMissing'],
    ['POST', request({}, 'POST /chat HTTP/1.1'), 405, 'requestMethod'],
    ['HTTP/1.0', request({}, 'GET /chat HTTP/1.0'), 400, 'httpVersion'],
    ['no Host', request({ Host: undefined }), 400, 'hostMissing'],
    ['two Hosts', request({ Host: ['a', 'b'] }), 400, 'hostMissing'],
    ['a body', request({ 'Content-Length': '5' }), 400, 'requestBody'],
    ['a fragment in the target', request({}, 'GET /chat#x HTTP/1.1'), 400, 'requestTarget'],
    ['a line without a colon', request({}, 'GET /chat HTTP/1.1\r\nnothing'), 400, 'headMalformed'],
  ])('%s', (_what, octets, status, error) => {
    for (const face of FACES.server)
      for (const pieces of piecesOf(octets)) {
        const { told, head: answer, left, frames } = meet({ face, role: 'server', pieces: () => pieces });
        expect(answer.slice(0, 12), face).toBe(`HTTP/1.1 ${status}`);
        if (status === 426) expect(answer).toMatch(/^Sec-WebSocket-Version: 13$/m);
        expect([told.ends, told.trace.lines, left, frames], face).toEqual([[error], [], 0, []]);
      }
  });

  test('frames right behind the request are delivered after open', () => {
    const frame = Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 104, 105);
    for (const face of FACES.server)
      for (const pieces of piecesOf(concat(request(), frame))) {
        const { told, head: answer } = meet({
          face,
          role: 'server',
          pieces: () => pieces,
          limits: { keepalive: 0 },
        });
        expect(answer).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
        expect([told.trace.lines, told.ends]).toEqual([['open', 'text "hi"'], []]);
      }
  });

  test('nothing, or an octet every so often: the deadline of the whole handshake', () => {
    for (const face of FACES.server)
      for (const pieces of [[], Array.from(request(), (octet) => Uint8Array.of(octet))]) {
        const { told, left } = meet({
          face,
          role: 'server',
          pieces: () => pieces,
          limits: { handshakeTimeout: 600 },
        });
        expect([told.ends, left]).toEqual([['handshakeTimeout'], 0]);
      }
  });
});
