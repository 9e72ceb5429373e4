import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { isBlockedPort } from './blocked-ports.ts';
import { type Destination, destinationOf } from './destination.ts';

/** The statuses that say where to ask instead, RFC 9110 §15.4; a WebSocket's request is always a GET. */
const REDIRECTIONS: readonly number[] = [301, 302, 303, 307, 308];

/** Whether an answer leads somewhere else. */
export const isRedirection = (status: number, location: string): boolean =>
  REDIRECTIONS.includes(status) && location !== '';

/** A destination as a URL. */
function hrefOf({ secure, host, port, path }: Destination): string {
  const authority = host.includes(':') ? `[${host}]` : host;
  return `${secure ? 'wss' : 'ws'}://${authority}:${port}${path}`;
}

/**
 * Where `location` leads from `from`; undefined if that is nowhere to go: no WebSocket URL, one with a user name or password,
 * from wss to ws, or to another port, which the Fetch standard blocks: a server must not choose that for a client.
 */
export function followed(from: Destination, location: string): Destination | undefined {
  try {
    const url = new URL(location, hrefOf(from));
    // A fragment is for whoever shows what is there.
    url.hash = '';
    const to = destinationOf(url);
    const isRefused = (from.secure && !to.secure) || (to.port !== from.port && isBlockedPort(to.port));
    return isRefused ? undefined : to;
  } catch {
    return undefined;
  }
}

/** Whether both are the same server, or the second is the secure side of the first. */
export function isSameServer(from: Destination, to: Destination): boolean {
  if (from.host.toLowerCase() !== to.host.toLowerCase()) return false;
  if (from.secure === to.secure) return from.port === to.port;
  return from.port === 80 && to.port === 443;
}

/** Names of headers that hold what only one server may know; also those that applications make up for it. */
const SECRET = /auth|cookie|token|secret|session|credential|password|passwd|signature|api-?key|access-?key/i;

/** The headers of a request that go to another server, too. */
export function headersFor(headers: readonly [string, string][]): [string, string][] {
  return headers.filter(([name]) => !SECRET.test(name) && name.toLowerCase() !== 'host');
}

/** The options of TLS that another server gets, too: what it is checked by, and nothing that shows who we are. */
export function tlsFor(tls: TlsOptions | undefined): TlsOptions | undefined {
  if (tls === undefined) return undefined;
  const { cert, key, pfx, passphrase, secureContext, session, servername, ...rest } = tls;
  return rest;
}
