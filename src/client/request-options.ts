import { check, ErrorId } from '../errors.ts';
import type { ClientRequest } from '../handshake/client-handshake.ts';
import { type HeaderPairs, isFieldValue, isToken, listOf } from '../handshake/text.ts';

/** What an application says about the request of the opening handshake. */
export interface RequestOptions {
  /** Name or address; without brackets if it is an IPv6 address. */
  readonly host: string;
  /** Default 80; it stands in the Host header unless it is the scheme's own (80, 443). */
  readonly port?: number | undefined;
  /** Whether the scheme is wss, which tells the port that is its own; not known (undefined) with ECMA-419. */
  readonly secure?: boolean | undefined;
  /** Path and query. Default `/`. */
  readonly path?: string | undefined;
  /** Subprotocols in order of preference, comma-separated. */
  readonly protocol?: string | undefined;
  /** Further header lines: a Map or any iterable of pairs. */
  readonly headers?: HeaderPairs | undefined;
  /** Refuse a server that chooses none of the offered subprotocols. Default false. */
  readonly requireProtocol?: boolean | undefined;
}

/** Headers that make the handshake what it is; an application may not set them. */
const RESERVED = Object.freeze(['upgrade', 'connection', 'content-length', 'transfer-encoding']);

const isReserved = (name: string): boolean => RESERVED.includes(name) || name.startsWith('sec-websocket-');

/** Checks `options` once and for all: what it returns can be sent as it is. Throws a {@link RingletError}. */
export function requestOf(options: RequestOptions): ClientRequest {
  let host = String(options.host ?? '');
  const port = options.port ?? 80;
  const path = options.path ?? '/';
  const protocols = listOf(options.protocol ?? '');
  const headers: [string, string][] = [];
  // Visible ASCII without / and @. One colon would stand before a port; an IPv6 address has more.
  const hasPort = host[0] !== '[' && host.split(':').length === 2;
  check(/^[!-.0-?A-~]+$/.test(host) && !hasPort, 'host', ErrorId.hostInvalid);
  check(port >= 1 && port <= 65535 && port % 1 === 0, 'port');
  // Visible ASCII without #.
  check(/^\/[!"$-~]*$/.test(path), 'path', ErrorId.pathInvalid);
  check(
    protocols.every((name, index) => isToken(name) && protocols.indexOf(name) === index),
    'protocol',
    ErrorId.protocolInvalid,
  );
  if (host.includes(':') && host[0] !== '[') host = `[${host}]`;
  if (port !== ((options.secure ?? port === 443) ? 443 : 80)) host += `:${port}`;
  for (const [key, text] of options.headers ?? []) {
    const name = String(key);
    const value = String(text);
    const lower = name.toLowerCase();
    // Value and name may be secrets: they are not told.
    check(isToken(name) && isFieldValue(value) && !isReserved(lower), 'headers', ErrorId.headerInvalid);
    if (lower === 'host') host = value;
    else headers.push([name, value]);
  }
  return {
    host,
    path,
    protocol: protocols.join(', '),
    headers,
    requireProtocol: options.requireProtocol ?? false,
  };
}
