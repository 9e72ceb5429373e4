import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { OwnEndpoint } from './endpoint/node-endpoint.ts';
import { checkOption, checkTls, readingOf } from './options.ts';
import { DescriptorWatch } from './server/descriptors.ts';
import { type CloseOptions, Connections, type ConnectionsServer } from './server/connections.ts';
import { checkConnectionsOptions, type ConnectionsOptions, isCount } from './server/options.ts';
import { securedBy } from './server/secure.ts';

export type { Broadcast, BroadcastOptions, CloseOptions } from './server/connections.ts';
export type { AwaitedRequestHook, NodeRequest, Refusal } from './server/policy.ts';

/** Options of {@link serve}. All of the limits may be there, too. */
export interface ServeOptions<Target> extends ConnectionsOptions<Target> {
  /** 0 (default) lets the system choose. */
  readonly port?: number | undefined;
  /** Address to listen on. Default 127.0.0.1, which only this machine reaches; '0.0.0.0' or '::' for the network. */
  readonly host?: string | undefined;
  /** For wss: `cert`, `key`, `ca` … as of `tls.createServer`. */
  readonly tls?: TlsOptions | undefined;
}

/** A server that listens. */
export interface ListeningServer<Target = unknown> extends ConnectionsServer<Target> {
  readonly host: string;
  readonly port: number;
}

/** Options of TLS by which a server shows who it is; it needs one of them. */
const IDENTITIES = ['cert', 'pfx', 'SNICallback', 'pskCallback'] as const;

/** Tells of errors of the listening socket, each kind once: EMFILE may come a thousand times a second. */
function tellOnce(onError: ((error: unknown) => void) | undefined): (error: NodeJS.ErrnoException) => void {
  const told = new Set<string | undefined>();
  return (error) => {
    if (told.has(error.code)) return;
    told.add(error.code);
    if (onError !== undefined) onError(error);
    else process.emitWarning(`connections cannot be accepted: ${error.message}`, 'RingletWarning');
  };
}

/** All that is made of the options before it listens. */
function begin<Target>(options: ServeOptions<Target>) {
  checkConnectionsOptions('serve', options, ['port', 'host']);
  const { port = 0, host = '127.0.0.1', tls, onError } = options;
  checkOption(isCount(port) && port <= 65535, 'port', 'an integer from 0 to 65535');
  // Node takes an empty one for all addresses.
  checkOption(typeof host === 'string' && host !== '', 'host', 'a name or an address');
  checkTls(tls);
  const isKnown = tls === undefined || IDENTITIES.some((name) => tls[name] !== undefined);
  checkOption(isKnown, 'tls', `an object with ${IDENTITIES.join(', ')}: clients want to know who this is`);
  const connections = new Connections<Target>(options, tls === undefined ? undefined : securedBy(tls));
  return { port, host, onError, connections };
}

/**
 * Listens for WebSocket connections. Of a connection nothing exists before its request is accepted. The promise fails with
 * Node's error if the address cannot be had, with a RingletError for options that are wrong or that there are none of.
 */
export async function serve<Target = OwnEndpoint>(
  options: ServeOptions<Target>,
): Promise<ListeningServer<Target>> {
  const { port, host, onError, connections } = readingOf('an option of serve', () => begin(options));
  const { arrivals, report } = connections;
  const tell = tellOnce(onError && report);
  const failed = (error: NodeJS.ErrnoException): void => {
    // For want of descriptors (EMFILE, ENFILE), mostly: silent clients have no claim to theirs.
    arrivals.makeRoom();
    tell(error);
  };
  return new Promise((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      // Nobody can close what nobody gets: the timer of those who arrive would stay.
      arrivals.close();
      reject(error as Error);
    };
    try {
      let descriptors: DescriptorWatch | undefined;
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
        arrivals.add(socket);
        descriptors?.accepted();
      });
      const ended = new Promise((over) => server.once('close', over));
      server.once('error', giveUp);
      server.listen(port, host, () => {
        let address: AddressInfo;
        try {
          address = server.address() as AddressInfo;
        } catch (error) {
          server.close();
          giveUp(error);
          return;
        }
        descriptors = new DescriptorWatch(failed);
        server.off('error', giveUp);
        server.on('error', failed);
        server.once('close', () => descriptors?.stop());
        resolve({
          host: address.address,
          port: address.port,
          get connections() {
            return connections.connections;
          },
          get handshakes() {
            return connections.handshakes;
          },
          targets: () => connections.targets(),
          broadcast: (data, how) => connections.broadcast(data, how),
          close: async (how?: CloseOptions) => {
            // What is wrong is refused while it still listens.
            const closed = connections.close(how);
            await Promise.race([closed, Promise.resolve()]);
            server.close();
            await closed;
            await ended;
          },
        });
      });
    } catch (error) {
      giveUp(error);
    }
  });
}
