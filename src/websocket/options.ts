import type { CompressionFactory } from '../connection/compression.ts';
import type { Limits } from '../connection/limits.ts';
import { ErrorId, RingletError } from '../errors.ts';
import { Rule, wellFormed } from '../handshake/grammar.ts';
import { hasToken } from '../handshake/reading.ts';
import type { HeaderPairs } from '../handshake/text.ts';
import { lowerOf } from '../handshake/lower.ts';
import { textOf } from './text-of.ts';

/** Headers as pairs, or as an object's properties. */
export type HeadersLike = HeaderPairs | Readonly<Record<string, string>>;

/** Options beyond the standard, which has the URL and the subprotocols only. */
export interface WebSocketOptions extends Partial<Limits> {
  /** Subprotocols to offer, as the standard's second argument. */
  readonly protocols?: string | Iterable<string> | undefined;
  /** The same, comma-separated: Moddable's name. */
  readonly protocol?: string | undefined;
  /** Further header lines of the request. */
  readonly headers?: HeadersLike | undefined;
  /** On Node: names of response headers that `headers` is to have. */
  readonly responseHeaders?: readonly string[] | undefined;
  /** For wss: as the host's TLS takes them (on Node `ca`, `cert`, `key`, `rejectUnauthorized` …). */
  readonly tls?: object | undefined;
  /**
   * On Node: the URL of a proxy, or an object with its `url` and `tls`; `false` for none. Default: the one that the
   * environment names (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY).
   */
  readonly proxy?:
    string | URL | false | { readonly url: string | URL; readonly tls?: object | undefined } | undefined;
  /** On Node: most redirections to follow, 0 … 20. Default 0. */
  readonly redirects?: number | undefined;
  /** Compression to offer, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /**
   * Most octets of messages that wait to be sent; what would make them more fails the connection, as the standard says of
   * a full buffer.
   */
  readonly maxBufferedAmount?: number | undefined;
  /** Octets of the receive buffer or the longest line of the handshake, and of the transmit ring: powers of two from 256. */
  readonly receiveBuffer?: number | undefined;
  readonly transmitBuffer?: number | undefined;
  /** Refuse a server that chooses none of the offered subprotocols. Default false. */
  readonly requireProtocol?: boolean | undefined;
  /** A connected ECMA-419 stream past its handshake, in place of a URL; this side has the server's role. */
  readonly attach?: object | undefined;
  /** ECMA-419 options for `ws:` and `wss:` URLs: `{io, socket, dns, …}`, in place of the host's own. */
  readonly ws?: object | undefined;
  readonly wss?: object | undefined;
}

/** The options of Moddable's constructor: the URL is one of them. */
export interface WebSocketOptionsWithUrl extends WebSocketOptions {
  readonly url?: string | URL | undefined;
}

/** Whether the argument is a dictionary: what can be iterated is a sequence for Web IDL. */
export const isOptions = (value: unknown): value is WebSocketOptions =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value);

/** Subprotocols as the request has them; undefined if one is no token or is there twice, in whatever case. */
export function protocolsOf(value: unknown): string | undefined {
  const names: string[] = [];
  if (typeof value === 'object' && value !== null) {
    if (isOptions(value)) return undefined;
    for (const name of value as Iterable<unknown>) names.push(textOf(name));
  } else if (value !== undefined) names.push(textOf(value));
  let offer = '';
  for (const name of names) {
    if (wellFormed(Rule.token, name) === undefined || hasToken(offer, lowerOf(name))) return undefined;
    offer += offer === '' ? name : `, ${name}`;
  }
  return offer;
}

const invalidHeaders = (): RingletError => new RingletError(ErrorId.headerInvalid, 'invalid headers');

/** Headers as pairs; a new array, since a request may be made more than once. */
export function pairsOf(headers: HeadersLike | undefined): [string, string][] {
  if (headers === undefined) return [];
  if (typeof headers !== 'object' || headers === null) throw invalidHeaders();
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  const list: [string, string][] = [];
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalidHeaders();
    list.push([String(pair[0]), String(pair[1])]);
  }
  return list;
}
