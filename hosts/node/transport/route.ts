import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { TransportFactory } from '../../../src/host.ts';
import type { Destination } from '../destination.ts';
import { proxyOf, type ProxyOption } from '../proxy/proxy-option.ts';
import { connectTransport } from './connect.ts';
import { tunnelTransport } from './tunnel.ts';

/**
 * A factory of transports to `destination`, by the proxy that an option or the environment names, or without one. Throws a
 * RingletError for what names none.
 */
export function transportTo(
  { secure, host, port }: Destination,
  tls: TlsOptions | undefined,
  proxy: ProxyOption,
): TransportFactory {
  const options = { host, port, secure, tlsOptions: tls };
  const way = proxyOf({ secure, host, port }, proxy);
  return way === undefined ? connectTransport(options) : tunnelTransport(way, options);
}
