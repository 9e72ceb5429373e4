import { type Command, Option } from 'commander';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { serve } from '../serve.ts';
import {
  address,
  CannotBegin,
  compressionOf,
  fail,
  file,
  integer,
  protocols,
  sentenceOf,
} from './arguments.ts';
import { Echo } from './echo.ts';
import { listenSentence } from './listen-sentence.ts';
import { VisitLog } from './serve/log.ts';
import { ClientList } from './serve/clients.ts';
import { closeAfterOf, type CloseAfter, closeCodeOf, delayOf, mannerOf } from './serve/manner.ts';
import { MOST_WAITING, type Visit, visitEvents } from './serve/visit.ts';
import { identityOf } from './tls-options.ts';

interface ServeArguments {
  readonly host: string;
  readonly port: number;
  readonly protocol?: readonly string[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly deflate: boolean;
  readonly maxConnections: number;
  readonly broadcast?: boolean;
  readonly delay: number;
  readonly closeAfter?: CloseAfter;
  readonly closeCode: number;
  readonly quiet?: boolean;
}

/** Milliseconds that clients have to answer the Close when the server ends. */
const PATIENCE = 1000;

async function serveEcho(options: ServeArguments): Promise<void> {
  const { host, port, protocol, broadcast = false, delay, closeAfter = {}, closeCode } = options;
  const identity = identityOf(options);
  const tls = identity && { cert: identity.certificates.join('\n'), key: identity.key };
  const manner = mannerOf(broadcast, delay, closeAfter, closeCode);
  const log = options.quiet === true ? undefined : new VisitLog();
  const clients = new ClientList(manner, log);
  const server = await serve<Visit>({
    host,
    port,
    tls,
    protocols: protocol,
    events: visitEvents,
    onRequest: (request) => clients.asked(request),
    accept: () => clients.accept(),
    onRefused: log && ((refusal) => log.refused(refusal)),
    transmitBuffer: Echo.transmitBuffer,
    // What is kept whole has a bound.
    ...(manner.isPlain ? {} : { maxMessageSize: MOST_WAITING }),
    compression: compressionOf(options.deflate),
    maxConnections: options.maxConnections,
    onError: (error) => process.stderr.write(`ringlet: ${sentenceOf(error)}\n`),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CannotBegin(listenSentence(error, host, port));
  });
  const name = server.host.includes(':') ? `[${server.host}]` : server.host;
  const url = `${tls === undefined ? 'ws' : 'wss'}://${name}:${server.port}`;
  process.stdout.write(`listening on ${url}\n`);
  if (log !== undefined && process.stderr.isTTY === true)
    process.stderr.write(`Ctrl-C ends; to try it: ringlet connect ${url}\n`);
  const stop = (): void => {
    // A second signal has its own effect.
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    const end = (): void => {
      clearTimeout(timer);
      void server.close();
    };
    const timer = setTimeout(end, PATIENCE);
    clients.onEmpty = end;
    for (const { endpoint } of clients.visits) endpoint.close(CloseCode.goingAway);
    if (clients.visits.size === 0) end();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const HELP = `
Clients that connect, leave or are refused are logged on standard error; the
address to connect to is printed on standard output. With --delay and
--broadcast a message has at most 16 MiB.
A time is a number with its unit: 500ms, 1.5s, 2m.`;

/** Adds `ringlet serve`. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('echo every message, in the role of a server')
    .option(
      '--host <address>',
      'address to listen on; 0.0.0.0 for a board on the network',
      address,
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65535), 9002)
    .option('--subprotocol <names>', 'subprotocols to agree to, comma-separated', protocols)
    .addOption(new Option('--protocol <names>').argParser(protocols).hideHelp())
    .option('--broadcast', 'send every message to every client, the sender included')
    .option('--delay <time>', 'wait so long before sending each message; milliseconds, or a time', delayOf, 0)
    .option(
      '--close-after <count>',
      'close each client after so many messages, or after a time',
      closeAfterOf,
    )
    .option('--close-code <code>', 'close code for --close-after', closeCodeOf, CloseCode.normal)
    .option('-q, --quiet', 'do not log clients')
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
    .addHelpText('after', HELP);
  command.on('option:subprotocol', (names: string) => command.setOptionValue('protocol', protocols(names)));
  command.action((options: ServeArguments) => serveEcho(options).catch(fail));
}
