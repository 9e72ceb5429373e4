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

const SCHEMES: Readonly<Record<string, string>> = Object.freeze({
  ws: 'ws',
  wss: 'wss',
  http: 'ws',
  https: 'wss',
});

/**
 * Reads a URL where the runtime has no class for that: absolute ones, in ASCII, whose host is a name or an address as it
 * is. Returns undefined for everything else.
 */
export function addressOf(text: string): Address | undefined {
  const match =
    /^([A-Za-z]+):\/\/(?:([^\s/?#@]*)@)?(\[[\da-fA-F:.]+\]|[\w.~!$&'()*+,;=-]+)(?::(\d*))?(\/[!-"$->@-~]*)?(\?[!-"$-~]*)?$/.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const scheme = SCHEMES[match[1].toLowerCase()];
  const secure = scheme === 'wss';
  const own = secure ? 443 : 80;
  const port = match[4] ? Number(match[4]) : own;
  if (scheme === undefined || port > 65535) return undefined;
  const host = match[3].toLowerCase();
  const path = (match[5] ?? '/') + (match[6] ?? '');
  const credentials = match[2] ?? '';
  const before = credentials === '' ? '' : `${credentials}@`;
  return {
    url: `${scheme}://${before}${host}${port === own ? '' : `:${port}`}${path}`,
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
export const originOf = (url: string): string =>
  /^[^/]*\/\/[^/?]*/.exec(url.replace(/\/\/[^/@]*@/, '//'))![0];
