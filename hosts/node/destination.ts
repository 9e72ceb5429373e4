import { pathOf } from './escaped-path.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';

/** Where a ws: or wss: URL leads. */
export interface Destination {
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

/**
 * Reads a WebSocket URL (RFC 6455 §3; http and https stand for ws and wss). Throws a RingletError, for credentials,
 * too: a URL gets into logs, and to drop them would end in a refusal that nobody understands.
 */
export function destinationOf(address: string | URL): Destination {
  let text: string;
  let url: URL;
  try {
    text = String(address);
    url = new URL(text);
  } catch {
    throw new RingletError(
      ErrorId.argumentInvalid,
      'the URL cannot be read; it should look like ws://host:port/path',
    );
  }
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  if (!secure && url.protocol !== 'ws:' && url.protocol !== 'http:') {
    throw new RingletError(ErrorId.argumentInvalid, 'the URL must begin with ws:// or wss://');
  }
  if (url.hash !== '' || text.includes('#')) {
    throw new RingletError(ErrorId.argumentInvalid, 'a WebSocket URL has no fragment (no "#")');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RingletError(
      ErrorId.argumentInvalid,
      'the URL must not hold a user name or password; send an Authorization header instead',
    );
  }
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { secure, host, port: Number(url.port || (secure ? 443 : 80)), path: pathOf(url) };
}
