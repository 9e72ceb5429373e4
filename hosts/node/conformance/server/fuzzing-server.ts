import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { defaultDeadlines } from '../endpoint/closing.ts';
import { ConformanceError, messageOf } from '../errors.ts';
import { checkedMessages, checkOptions, type CommonOptions } from '../options.ts';
import { ReportStore } from '../report/store.ts';
import { selectCases } from '../selection.ts';
import { receive, type Lab } from './visit.ts';

/** Options of a fuzzing server. */
export interface FuzzingServerOptions extends CommonOptions {
  /** Address to listen on; by default this machine only. */
  readonly host?: string;
  /** Port to listen on; by default 9001; 0 for any free one. */
  readonly port?: number;
  /** PEM certificate chain and private key; with them the server speaks wss. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Called when a client has asked for its reports and they have been written. */
  readonly onReport?: (agent: string) => void;
  /** Called when reports could not be written in the middle of a run. */
  readonly onProblem?: (error: ConformanceError) => void;
}

/** Milliseconds that connections have to end by themselves when the server closes. */
const patience = 500;

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}

/** A fuzzing server that is listening. */
export interface FuzzingServer {
  readonly url: string;
  readonly port: number;
  /** All results so far. */
  readonly store: ReportStore;
  /** Stops listening, ends open connections and writes the reports. */
  close(): Promise<void>;
}

/** Milliseconds for a client's TLS handshake. */
const HANDSHAKE = 15_000;

/**
 * Starts a server that tests the clients that connect to it. Rejects with a ConformanceError for a bad choice
 * of cases (BAD_PATTERN, NO_SUCH_CASE, NO_CASES), a port that is taken (PORT_IN_USE) or forbidden
 * (CANNOT_LISTEN), a bad certificate (BAD_OPTION) or a directory that cannot be written (CANNOT_WRITE_REPORT).
 */
export async function startFuzzingServer(options: FuzzingServerOptions = {}): Promise<FuzzingServer> {
  checkOptions(options);
  const { host = '127.0.0.1', port = 9001, tls } = options;
  const lab: Lab = {
    cases: selectCases(options),
    rounds: checkedMessages(options.messages),
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    store: ReportStore.from(options.report),
    waiting: new Map(),
    onProgress: options.onProgress ?? (() => undefined),
    onReport: options.onReport ?? (() => undefined),
    onProblem: options.onProblem ?? (() => undefined),
  };
  await lab.store.prepare();
  const visits = new Set<Socket>();
  const visit = (socket: Socket): void => {
    keep(visits, socket);
    receive(socket, lab);
  };
  const server = tls === undefined ? createTcpServer(visit) : secureServer(tls, visit);
  // Below TLS, so that what never comes through its handshake is known too.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => keep(sockets, socket));
  await listen(server, host, port);
  let isTold = false;
  server.on('error', ({ message }) => {
    // For want of descriptors, mostly, which may be a thousand times a second.
    if (!isTold)
      lab.onProblem(new ConformanceError('CANNOT_LISTEN', `Connections cannot be accepted: ${message}.`));
    isTold = true;
  });
  const bound = (server.address() as AddressInfo).port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? 'ws' : 'wss'}://${name}:${bound}`,
    port: bound,
    store: lab.store,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // What is ending already may end in good order.
      for (const socket of visits) if (!socket.writableEnded) socket.destroy();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, patience);
      await closed;
      clearTimeout(timer);
      await lab.store.flush();
    },
  };
}

function secureServer(
  tls: NonNullable<FuzzingServerOptions['tls']>,
  visit: (socket: Socket) => void,
): Server {
  try {
    // A client that gives up the TLS handshake is no problem of the server.
    return createTlsServer({ ...tls, handshakeTimeout: HANDSHAKE }, visit).on(
      'tlsClientError',
      () => undefined,
    );
  } catch (error) {
    throw new ConformanceError('BAD_OPTION', `The certificate or key cannot be used: ${messageOf(error)}`);
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE';
      const why = busy ? 'the port is in use' : error.message;
      reject(
        new ConformanceError(
          busy ? 'PORT_IN_USE' : 'CANNOT_LISTEN',
          `Cannot listen on ${host}:${port}: ${why}.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}
