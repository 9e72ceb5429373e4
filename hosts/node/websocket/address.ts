import type { Address } from '../../../src/websocket/address.ts';
import { pathOf } from '../escaped-path.ts';
import { unescaped } from '../unescaped.ts';

/** The base of relative URLs: Node has none, but what makes it look like a browser (jsdom, test runners) may give one. */
const baseOf = (): string | undefined =>
  (globalThis as { readonly location?: { readonly href?: string } }).location?.href;

/** The URL that `text` is, by itself or below the base; undefined if it is none. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    const base = baseOf();
    return base !== undefined && URL.canParse(text, base) ? new URL(text, base) : undefined;
  }
}

/** Reads a URL as https://websockets.spec.whatwg.org#dom-websocket-websocket does; undefined for a SyntaxError. */
export function addressOf(text: string): Address | undefined {
  const url = parsed(text);
  if (url === undefined) return undefined;
  // The scheme of a special URL can be set to another special one.
  if (url.protocol === 'http:') url.protocol = 'ws:';
  else if (url.protocol === 'https:') url.protocol = 'wss:';
  const secure = url.protocol === 'wss:';
  if ((!secure && url.protocol !== 'ws:') || url.href.includes('#')) return undefined;
  const { hostname, href, port, username, password } = url;
  const hasCredentials = username !== '' || password !== '';
  return {
    url: href,
    secure,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: pathOf(url),
    credentials: hasCredentials ? `${unescaped(username)}:${unescaped(password)}` : '',
  };
}
