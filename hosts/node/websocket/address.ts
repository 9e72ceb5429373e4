import type { Address } from '../../../src/websocket/address.ts';
import { pathOf } from '../escaped-path.ts';
import { unescaped } from '../unescaped.ts';

/** Reads a URL as https://websockets.spec.whatwg.org#dom-websocket-websocket does; undefined for a SyntaxError. */
export function addressOf(text: string): Address | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
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
