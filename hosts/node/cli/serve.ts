import type { Command } from 'commander';
import { serve } from '../serve.ts';
import { CommandError, compressionOf, fail, file, integer } from './arguments.ts';
import { Echo, echoEvents } from './echo.ts';

interface ServeArguments {
  readonly host: string;
  readonly port: number;
  readonly protocol?: string;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly deflate: boolean;
}

/** What the system says about an address that cannot be listened on, for a person. */
function listenSentence(error: NodeJS.ErrnoException, { host, port }: ServeArguments): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is already in use`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be used by this user`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `${host} is no address of this machine`;
  return `cannot listen on ${host}, port ${port}: ${error.message}`;
}

async function serveEcho(options: ServeArguments): Promise<void> {
  const { host, port, protocol = '', cert, key } = options;
  if ((cert === undefined) !== (key === undefined))
    throw new CommandError('--cert and --key belong together');
  const tls = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const server = await serve<Echo>({
    host,
    port,
    tls,
    protocols: protocol.split(',').map((name) => name.trim()),
    events: echoEvents,
    accept: () => new Echo(),
    transmitBuffer: Echo.transmitBuffer,
    compression: compressionOf(options.deflate),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(listenSentence(error, options));
  });
  const name = server.host.includes(':') ? `[${server.host}]` : server.host;
  process.stdout.write(`listening on ${tls === undefined ? 'ws' : 'wss'}://${name}:${server.port}\n`);
  const stop = (): void => {
    void server.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Adds `ringlet serve`. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('echo every message, in the role of a server')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for a board on the network', '127.0.0.1')
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65535), 9002)
    .option('--protocol <names>', 'subprotocols to agree to, comma-separated')
    .option('--deflate', 'agree to compress messages (permessage-deflate), as by default', true)
    .option('--no-deflate', 'never compress')
    .option('--cert <file>', 'PEM certificate chain, for wss', file)
    .option('--key <file>', 'PEM private key, for wss', file)
    .action((options: ServeArguments) => serveEcho(options).catch(fail));
}
