import { Rule, wellFormed } from '../handshake/grammar.ts';
import { lowerOf } from '../handshake/lower.ts';

/** Where a WebSocket URL leads, RFC 6455 §3. */
export interface Address {
  /** The URL as the property `url` has it: its scheme is ws or wss. */
  readonly url: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** `user:password` of the URL, decoded; empty for none. */
  readonly credentials: string;
}

/**
 * Whether `text` has visible ASCII only, no fragment, and no backslash: to the URL standard that is a slash and ends the
 * authority, to others a part of the user's name, with another host behind it.
 */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32 || code >= 127 || code === 35 || code === 92) return false;
  }
  return true;
}

/** The number that the digits of `text` are, or NaN. */
function numberOf(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return NaN;
  }
  return Number(text);
}

/** Whether the scheme, in lower case, is one of TLS; undefined for one that is of no use here. */
function isSecure(scheme: string): boolean | undefined {
  if (scheme === 'wss' || scheme === 'https') return true;
  return scheme === 'ws' || scheme === 'http' ? false : undefined;
}

/** Where the authority ends that begins at `start`: the path or the query follows. */
function authorityEnd(url: string, start: number): number {
  let end = start;
  while (end < url.length && url[end] !== '/' && url[end] !== '?') end++;
  return end;
}

/**
 * Reads a URL where the runtime has no class for that: absolute ones, in ASCII, whose host is a name or an address as it
 * is. Returns undefined for everything else.
 */
export function addressOf(text: string): Address | undefined {
  const url = text.trim();
  const colon = url.indexOf('://');
  const start = colon + 3;
  const end = authorityEnd(url, start);
  const secure = colon < 0 ? undefined : isSecure(lowerOf(url.slice(0, colon)));
  if (secure === undefined || !isPlain(url)) return undefined;
  const at = url.slice(start, end).indexOf('@');
  const credentials = at < 0 ? '' : url.slice(start, start + at);
  const authority = url.slice(start + at + 1, end);
  const bracket = authority.indexOf(']');
  const behind = authority.indexOf(':', bracket + 1);
  const hostEnd = behind < 0 ? authority.length : behind;
  const given = authority.slice(0, hostEnd);
  const host = lowerOf(given);
  const own = secure ? 443 : 80;
  const digits = authority.slice(hostEnd + 1);
  const port = digits === '' ? own : numberOf(digits);
  if (wellFormed(Rule.host, given) !== given || !(port <= 65535)) return undefined;
  const path = (url[end] === '/' ? '' : '/') + url.slice(end);
  const before = credentials === '' ? '' : `${credentials}@`;
  return {
    url: `${secure ? 'wss' : 'ws'}://${before}${host}${port === own ? '' : `:${port}`}${path}`,
    secure,
    host: host[0] === '[' ? host.slice(1, -1) : host,
    port,
    path,
    credentials: decoded(credentials),
  };
}

/** Escapes that are none stay as they are, as the URL standard says (percent-decode). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Scheme, host and port of the URL of a WebSocket, which may have a user name and password. */
export function originOf(url: string): string {
  const start = url.indexOf('//') + 2;
  const authority = url.slice(start, authorityEnd(url, start));
  return url.slice(0, start) + authority.slice(authority.indexOf('@') + 1);
}
