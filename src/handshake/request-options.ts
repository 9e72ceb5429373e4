import { check, ErrorId } from '../errors.ts';
import type { ClientRequest } from './client-handshake.ts';
import { type GivenHeaders, headersOf } from './given-headers.ts';
import { Rule, wellFormed } from './grammar.ts';
import { hasToken } from './reading.ts';
import { listOf } from './text.ts';

/** What an application says about the request of the opening handshake. */
export interface RequestOptions {
  /** A name, an IPv4 address, or an IPv6 address with or without brackets. */
  readonly host: string;
  /** From 1 to 65535, default 80; it stands in the Host header unless it is the scheme's own (80, 443). */
  readonly port?: number | undefined;
  /** Whether the scheme is wss, which decides its default port; not known (undefined) with ECMA-419. */
  readonly secure?: boolean | undefined;
  /** Path and query. Default `/`. */
  readonly path?: string | undefined;
  /** Subprotocols in order of preference: comma-separated, or in an array. Default: none. */
  readonly protocol?: string | readonly string[] | undefined;
  /** Further header lines: a Map, any iterable of pairs, or an object by names. */
  readonly headers?: GivenHeaders | undefined;
  /** Refuse a server that chooses none of the offered subprotocols. Default false. */
  readonly requireProtocol?: boolean | undefined;
}

/** The subprotocols that are given, comma-separated; undefined if they are no different tokens. */
function protocolsOf(given: unknown): string | undefined {
  const names: unknown = typeof given === 'string' ? listOf(given) : given;
  if (!Array.isArray(names)) return undefined;
  for (let i = 0; i < names.length; i++)
    if (!wellFormed(Rule.token, names[i]) || names.indexOf(names[i]) !== i) return undefined;
  return names.join(', ');
}

/**
 * Checks `options` once and for all: what it returns can be sent as it is. Throws a {@link RingletError} that names the
 * option, and never its value, which may be a secret.
 */
export function requestOf(options: RequestOptions): ClientRequest {
  check(typeof options === 'object' && options !== null, 'options');
  const { port = 80, secure, path = '/', protocol = '', requireProtocol = false } = options;
  const protocols = protocolsOf(protocol);
  const headers = headersOf(options.headers);
  let host = wellFormed(Rule.host, options.host);
  check(host, 'host', ErrorId.hostInvalid);
  check(Number.isInteger(port) && port >= 1 && port <= 65535, 'port');
  check(secure === undefined || typeof secure === 'boolean', 'secure');
  check(typeof requireProtocol === 'boolean', 'requireProtocol');
  check(wellFormed(Rule.path, path), 'path', ErrorId.pathInvalid);
  check(protocols !== undefined, 'protocol', ErrorId.protocolInvalid);
  check(headers, 'headers', ErrorId.headerInvalid);
  if (port !== ((secure ?? port === 443) ? 443 : 80)) host += ':' + port;
  let isNamed = false;
  for (let i = 0; i < headers.length;)
    if (!hasToken(headers[i][0], 'host')) i++;
    else {
      host = wellFormed(Rule.authority, headers[i][1]);
      // One of two would win, and nobody could say which (RFC 9112 §3.2).
      check(host && !isNamed, 'headers', ErrorId.headerInvalid);
      isNamed = true;
      headers.splice(i, 1);
    }
  return { host, path, protocol: protocols, headers, requireProtocol };
}
