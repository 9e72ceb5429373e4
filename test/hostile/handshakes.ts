import { head } from '../support/frames.ts';
import { concat } from '../support/octets.ts';

type Lines = Readonly<Record<string, string | readonly string[] | undefined>>;

function linesOf(first: string, lines: Lines): Uint8Array {
  const all = Object.entries(lines).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => `${name}: ${each}`),
  );
  return head(first, ...all);
}

export const OK = 'HTTP/1.1 101 Switching Protocols';
const response =
  (changes: Lines = {}, first = OK, behind: Uint8Array = new Uint8Array(0)) =>
  (accept: string): Uint8Array => {
    const lines = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept, ...changes };
    return concat(linesOf(first, lines), behind);
  };
/** The Accept changed by `change`. */
const accepting = (change: (accept: string) => string) => (accept: string) => response()(change(accept));

/** What a server answers to a client, by the Accept for its key. */
export type Answer = (accept: string) => Uint8Array;

/** What a client refuses: without a Close, by this error, and with this status where the server gave one. */
export const REFUSED: readonly [string, Answer, string, number?][] = [
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
  [
    'H6 base64url',
    accepting((accept) => accept.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
    'acceptMismatch',
  ],
  ['H8 an Accept for another key', accepting(() => 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='), 'acceptMismatch'],
  ['H10 HTTP/1.0', response({}, 'HTTP/1.0 101 x'), 'httpVersion'],
  ['H10 HTTP/2.0', response({}, 'HTTP/2.0 101 x'), 'httpVersion'],
  ['H10 no version', response({}, 'ICY 101 x'), 'headMalformed'],
  ['H10 a version of one digit', response({}, 'HTTP/1 101 x'), 'httpVersion'],
  ['H10 a version of three', response({}, 'HTTP/1.11 101 x'), 'httpVersion'],
  ['H10 a version in small letters', response({}, 'http/1.1 101 x'), 'headMalformed'],
  [
    'H11 100 without an end',
    (accept) => concat(...Array.from({ length: 40 }, () => head('HTTP/1.1 100 x')), response()(accept)),
    'interimTooMany',
  ],
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
  ...[401, 403, 404, 500].map((status): [string, Answer, string, number] => [
    `H18 ${status} with a body of 8 KiB`,
    response({ 'Content-Length': '8192' }, `HTTP/1.1 ${status} x`, new Uint8Array(8192).fill(65)),
    'httpStatus',
    status,
  ]),
  ['H19 426', response({ 'Sec-WebSocket-Version': '7' }, 'HTTP/1.1 426 x'), 'httpStatus', 426],
  ...[429, 503].map((status): [string, Answer, string, number] => [
    `H19 ${status} with Retry-After`,
    response({ 'Retry-After': '120' }, `HTTP/1.1 ${status} x`),
    'httpStatus',
    status,
  ]),
  ['H26 302', response({ Location: 'http://other.example/' }, 'HTTP/1.1 302 Found'), 'httpStatus', 302],
  ['H28 TLS', () => Uint8Array.of(0x15, 3, 1, 0, 2, 2, 40, 13, 10, 13, 10), 'headMalformed'],
];

/** What a client accepts. */
export const ACCEPTED: readonly [string, Answer][] = [
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
];

const LINES = {
  Host: 'endpoint',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};
export const request = (changes: Lines = {}, first = 'GET /chat HTTP/1.1'): Uint8Array =>
  linesOf(first, { ...LINES, ...changes });

/** What a server answers with this status, for this error. */
export const REQUESTS: readonly [string, Uint8Array, number, string][] = [
  ['S1 no key', request({ 'Sec-WebSocket-Key': undefined }), 400, 'keyInvalid'],
  ['S1 a key that is not of 16 octets', request({ 'Sec-WebSocket-Key': 'dGVzdA==' }), 400, 'keyInvalid'],
  [
    'S1 two keys',
    request({ 'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] }),
    400,
    'keyInvalid',
  ],
  ['S1 version 8', request({ 'Sec-WebSocket-Version': '8' }), 426, 'versionUnsupported'],
  ['S1 no version', request({ 'Sec-WebSocket-Version': undefined }), 426, 'versionUnsupported'],
  ['S1 no Upgrade', request({ Upgrade: undefined }), 426, 'upgradeMissing'],
  ['S1 no Connection', request({ Connection: undefined }), 400, 'connectionMissing'],
  ['S1 POST', request({}, 'POST /chat HTTP/1.1'), 405, 'requestMethod'],
  ['S1 HTTP/1.0', request({}, 'GET /chat HTTP/1.0'), 400, 'httpVersion'],
  ['S1 no Host', request({ Host: undefined }), 400, 'hostMissing'],
  ['S1 two Hosts', request({ Host: ['a', 'b'] }), 400, 'hostMissing'],
  ['S1 a body', request({ 'Content-Length': '5' }), 400, 'requestBody'],
  ['S1 a fragment in the target', request({}, 'GET /chat#x HTTP/1.1'), 400, 'requestTarget'],
  ['S1 a line without a colon', request({}, 'GET /chat HTTP/1.1\r\nnothing'), 400, 'headMalformed'],
];
