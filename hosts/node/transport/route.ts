import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { TransportFactory } from '../../../src/host.ts';
import type { Destination } from '../destination.ts';
import { proxyOf, type ProxyOption } from '../proxy/proxy-option.ts';
import { connectTransport } from './connect.ts';
import { tunnelTransport } from './tunnel.ts';

/** How to get there. */
export interface Route {
  /** As of `tls.connect`. */
  readonly tls: TlsOptions | undefined;
  readonly proxy: ProxyOption;
  /** Asks for the addresses of a name: of the destination, or of the proxy, which then resolves that. */
  readonly lookup: LookupFunction | undefined;
}

/**
 * A factory of transports to `destination`, by the proxy that an option or the environment names, or without one. Throws a
 * RingletError for what names none.
 */
export function transportTo(
  { secure, host, port }: Destination,
  { tls, proxy, lookup }: Route,
): TransportFactory {
  const options = { host, port, secure, tlsOptions: tls, lookup };
  const way = proxyOf({ secure, host, port }, proxy);
  return way === undefined ? connectTransport(options) : tunnelTransport(way, options);
}
