import type { Command } from 'commander';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { serve } from '../serve.ts';
import {
  address,
  CommandError,
  compressionOf,
  fail,
  file,
  integer,
  protocols,
  sentenceOf,
} from './arguments.ts';
import { Echo, echoEvents } from './echo.ts';
import { identityOf } from './tls-options.ts';

interface ServeArguments {
  readonly host: string;
  readonly port: number;
  readonly protocol?: readonly string[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly deflate: boolean;
  readonly maxConnections: number;
}

/** Milliseconds that clients have to answer the Close when the server ends. */
const PATIENCE = 1000;

/** What the system says about an address that cannot be listened on, for a person. */
function listenSentence(error: NodeJS.ErrnoException, { host, port }: ServeArguments): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is already in use`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be used by this user`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `${host} is no address of this machine`;
  return `cannot listen on ${host}, port ${port}: ${error.message}`;
}

async function serveEcho(options: ServeArguments): Promise<void> {
  const { host, port, protocol } = options;
  const identity = identityOf(options);
  const tls = identity && { cert: identity.certificates.join('\n'), key: identity.key };
  const echoes = new Set<Echo>();
  let onEmpty = (): void => {};
  const accept = (): Echo => {
    const echo = new Echo();
    echoes.add(echo);
    echo.onEnd = () => {
      echoes.delete(echo);
      if (echoes.size === 0) onEmpty();
    };
    return echo;
  };
  const server = await serve<Echo>({
    host,
    port,
    tls,
    protocols: protocol,
    events: echoEvents,
    accept,
    transmitBuffer: Echo.transmitBuffer,
    compression: compressionOf(options.deflate),
    maxConnections: options.maxConnections,
    onError: (error) => process.stderr.write(`ringlet: ${sentenceOf(error)}\n`),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(listenSentence(error, options));
  });
  const name = server.host.includes(':') ? `[${server.host}]` : server.host;
  process.stdout.write(`listening on ${tls === undefined ? 'ws' : 'wss'}://${name}:${server.port}\n`);
  const stop = (): void => {
    // A second signal has its own effect.
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    const end = (): void => {
      clearTimeout(timer);
      void server.close();
    };
    const timer = setTimeout(end, PATIENCE);
    onEmpty = end;
    for (const { endpoint } of echoes) endpoint.close(CloseCode.goingAway);
    if (echoes.size === 0) end();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Adds `ringlet serve`. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('echo every message, in the role of a server')
    .option(
      '--host <address>',
      'address to listen on; 0.0.0.0 for a board on the network',
      address,
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65535), 9002)
    .option('--protocol <names>', 'subprotocols to agree to, comma-separated', protocols)
    .option(
      '--max-connections <number>',
      'most connections at a time, 0 for any number; one more is answered with 503',
      integer(0, 1_000_000),
      0,
    )
    .option('--deflate', 'agree to compress messages (permessage-deflate)', true)
    .option('--no-deflate', 'never compress')
    .option('--cert <file>', 'PEM certificate chain, for wss', file)
    .option('--key <file>', 'PEM private key, for wss', file)
    .action((options: ServeArguments) => serveEcho(options).catch(fail));
}
