import { ErrorId, RingletError } from '../connection/errors.ts';
import type { ClientRequest } from '../handshake/client.ts';
import { type HeaderPairs, isFieldValue, isToken, isVisible, listOf } from '../handshake/text.ts';

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
const RESERVED: readonly string[] = Object.freeze([
  'upgrade',
  'connection',
  'content-length',
  'transfer-encoding',
]);
const RESERVED_PREFIX = 'sec-websocket-';

function isReserved(name: string): boolean {
  return RESERVED.includes(name) || name.startsWith(RESERVED_PREFIX);
}

/** Whether a port stands behind the name or the IPv4 address; an IPv6 address has more than one colon. */
function hasPort(host: string): boolean {
  const colon = host.indexOf(':');
  return colon >= 0 && host[0] !== '[' && host.indexOf(':', colon + 1) < 0;
}

/** Checks `options` once and for all: what it returns can be sent as it is. Throws a {@link RingletError}. */
export function requestOf(options: RequestOptions): ClientRequest {
  const host = String(options.host ?? '');
  const port = options.port ?? 80;
  const path = options.path ?? '/';
  const protocol = options.protocol ?? '';
  if (!isVisible(host) || host.includes('/') || host.includes('@') || hasPort(host)) {
    throw new RingletError(ErrorId.hostInvalid, 'host must be a name or an address');
  }
  if (!(port >= 1 && port <= 65535) || port % 1 !== 0) {
    throw new RingletError(ErrorId.optionInvalid, 'port must be an integer from 1 to 65535');
  }
  if (!isVisible(path) || path[0] !== '/' || path.includes('#')) {
    throw new RingletError(ErrorId.pathInvalid, 'path must begin with / and hold visible ASCII without #');
  }
  const protocols = isFieldValue(protocol) ? listOf(protocol) : [''];
  for (let i = 0; i < protocols.length; i++) {
    if (!isToken(protocols[i]) || protocols.indexOf(protocols[i]) !== i) {
      throw new RingletError(ErrorId.protocolInvalid, 'protocol must be a list of different tokens');
    }
  }
  const headers: [string, string][] = [];
  const ownPort =
    options.secure === undefined ? port === 80 || port === 443 : port === (options.secure ? 443 : 80);
  let hostHeader = host.includes(':') && host[0] !== '[' ? `[${host}]` : host;
  if (!ownPort) hostHeader += `:${port}`;
  if (options.headers !== undefined) {
    for (const [name, text] of options.headers) {
      const value = String(text);
      const lower = String(name).toLowerCase();
      if (!isToken(lower) || !isFieldValue(value) || isReserved(lower)) {
        // The value may be a secret: it is not told.
        throw new RingletError(
          ErrorId.headerInvalid,
          'a header has an invalid name or value, or belongs to the handshake',
        );
      }
      if (lower === 'host') hostHeader = value;
      else headers.push([String(name), value]);
    }
  }
  return {
    host: hostHeader,
    path,
    protocol: protocols.join(', '),
    headers,
    requireProtocol: options.requireProtocol ?? false,
  };
}
