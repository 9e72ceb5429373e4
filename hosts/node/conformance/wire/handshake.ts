import { createHash, randomBytes } from 'node:crypto';
import { fieldOf, hasToken, type HttpHead } from './http-head.ts';

/** The constant of RFC 6455, section 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The value of Sec-WebSocket-Accept for a key (RFC 6455, section 4.2.2). */
export const acceptFor = (key: string): string =>
  createHash('sha1')
    .update(key + guid)
    .digest('base64');

/** A fresh Sec-WebSocket-Key. */
export const newKey = (): string => randomBytes(16).toString('base64');

/** How this tester names itself in User-Agent and Server. */
const testerName = 'RingletConformance/1';

/** What a client asked for, once its request was found to be a WebSocket handshake. */
export interface Request {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly key: string;
  readonly extensions: string;
}

/** Path and query of a request line, whether or not the rest of the request is right. */
export function targetOf(head: HttpHead): { readonly path: string; readonly query: URLSearchParams } | null {
  const target = /^GET (\S+) HTTP\/1\.[01]$/.exec(head.line)?.[1];
  if (target === undefined) return null;
  const [path = '', query = ''] = target.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

/** Checks a client's request (RFC 6455, section 4.2.1); returns a sentence when it is wrong. */
export function readRequest(head: HttpHead): Request | string {
  const target = targetOf(head);
  if (target === null || !head.line.endsWith('HTTP/1.1')) return `"${head.line}" is no GET of HTTP/1.1`;
  if (fieldOf(head, 'host') === null) return 'the request has no Host';
  if (!hasToken(head, 'upgrade', 'websocket')) return 'the request has no "Upgrade: websocket"';
  if (!hasToken(head, 'connection', 'upgrade')) return 'the request has no "Connection: Upgrade"';
  const version = fieldOf(head, 'sec-websocket-version');
  if (version !== '13') return `the request asks for version ${version ?? '(none)'} instead of 13`;
  const keys = head.fields.get('sec-websocket-key') ?? [];
  const [key = ''] = keys;
  if (keys.length !== 1 || !/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key)) {
    return `Sec-WebSocket-Key is not one base64 text of 16 octets: ${keys.join(', ') || '(none)'}`;
  }
  return { ...target, key, extensions: fieldOf(head, 'sec-websocket-extensions') ?? '' };
}

const lines = (...each: readonly (string | null)[]): string =>
  [...each.filter((line) => line !== null), '', ''].join('\r\n');

/** The tester's 101 answer. "WebSocket" is spelled in a way that a client must accept (RFC 6455, section 4.1). */
export const switchingText = (key: string, extensions: string | null): string =>
  lines(
    'HTTP/1.1 101 Switching Protocols',
    `Server: ${testerName}`,
    'Upgrade: WebSocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(key)}`,
    extensions === null ? null : `Sec-WebSocket-Extensions: ${extensions}`,
  );

/** Any other answer: a status, and a body for a person or a program. */
export const refusalText = (status: string, type: string, body: string): string =>
  lines(
    `HTTP/1.1 ${status}`,
    `Server: ${testerName}`,
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ) + body;

/** The tester's request. */
export const requestText = (url: URL, key: string, extensions: string | null): string =>
  lines(
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `User-Agent: ${testerName}`,
    `Host: ${url.host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    extensions === null ? null : `Sec-WebSocket-Extensions: ${extensions}`,
  );

/** Checks a server's answer (RFC 6455, section 4.1); returns a sentence when it is wrong, null when it is right. */
export function faultInAnswer(head: HttpHead, key: string): string | null {
  const status = /^HTTP\/1\.1 (\d{3})( |$)/.exec(head.line)?.[1];
  if (status !== '101') return `the server answered "${head.line}" instead of 101`;
  if (fieldOf(head, 'upgrade')?.toLowerCase() !== 'websocket')
    return 'the answer has no "Upgrade: websocket"';
  if (!hasToken(head, 'connection', 'upgrade')) return 'the answer has no "Connection: Upgrade"';
  const accept = fieldOf(head, 'sec-websocket-accept');
  if (accept !== acceptFor(key)) {
    return `Sec-WebSocket-Accept is ${accept ?? '(none)'} instead of ${acceptFor(key)}`;
  }
  if (head.fields.has('sec-websocket-protocol'))
    return 'the answer chooses a subprotocol that nobody offered';
  return null;
}
