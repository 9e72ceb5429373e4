import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { nodeProof } from '../../../hosts/node/proof.ts';
import { Arrival, type Reception } from '../../../hosts/node/server/arrival.ts';
import { octetsOf } from '../../../hosts/node/server/replay.ts';
import { nameOfError } from '../../../src/error-text.ts';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { serverOpening } from '../../../src/handshake/server.ts';
import { ServerHandshake } from '../../../src/handshake/server-handshake.ts';
import { isKnown, REPLAYED, REQUESTS, RESPONSES } from './differences.ts';
import { FakeDuplex, FakeSocket, turns } from './fake-socket.ts';
import {
  endOf,
  keyIn,
  LIMITS,
  random,
  readEachWay,
  RECEIVE_BUFFER,
  REQUEST,
  type Target,
  waysOf,
  withAccept,
  withProof,
} from './reading.ts';

const POLICY = { protocols: ['chat'], requestHeaders: ['cookie'], onRequest: undefined };

/** A response to a client, in which `@` stands for the right proof. */
export const clientHead: Target = (octets) => {
  readEachWay(withProof(octets), { role: 'client', opening: clientOpening(REQUEST) });
};

/** A request to a server. */
export const serverHead: Target = (octets) => {
  readEachWay(octets, { role: 'server', opening: serverOpening(POLICY) });
};

/** A handshake as the server on Node has it: it is decided about apart from a connection. */
const newHandshake = (): ServerHandshake =>
  new ServerHandshake(POLICY.requestHeaders, POLICY.protocols, nodeProof, {
    random,
    longestLine: RECEIVE_BUFFER,
    limit: LIMITS.maxHeadSize,
    compression: undefined,
  });

/** What became of an arrival. */
class Arrived {
  readonly socket = new FakeSocket();
  readonly refusals: { error: number; status: number }[] = [];
  readonly thrown: unknown[] = [];
  admitted = 0;
  received: Uint8Array = new Uint8Array(0);
  lefts = 0;

  constructor(pieces: readonly Uint8Array[], incoming?: IncomingMessage) {
    const policy = {
      ...POLICY,
      onRefused: (refusal: { error: number; status: number }) => void this.refusals.push(refusal),
      maxHeadSize: LIMITS.maxHeadSize,
      handshakeTimeout: 0,
      closeTimeout: 0,
      maxHandshakes: 0,
      maxConnections: 0,
    };
    const reception: Reception = {
      policy,
      admission: {
        target: () => undefined,
        admit: (_target, _socket, _handshake, received) => {
          this.admitted++;
          this.received = received.slice();
        },
      },
      secure: undefined,
      isFull: false,
      report: (error) => this.thrown.push(error),
      reportNonsense: (fault) => this.thrown.push(fault),
      newHandshake,
      heard() {},
      refused() {},
      left: () => void this.lefts++,
    };
    const arrival = new Arrival(reception, this.socket as unknown as Socket, 0);
    if (incoming !== undefined) arrival.upgraded(incoming, pieces[0]);
    else for (const piece of pieces) if (piece.length > 0) this.socket.arrive(piece);
    if (this.admitted === 0) this.socket.emit('end');
  }

  /** Octets behind the head: what the connection is given with it, and what it finds on the socket. */
  get rest(): string {
    return Buffer.concat([this.received, ...this.socket.behind]).toString('hex');
  }

  get verdict(): string {
    const [{ error, status } = { error: 0, status: 0 }] = this.refusals;
    return this.admitted === 1 ? `taken, ${this.rest}` : `${nameOfError(error)} ${status}`;
  }

  check(): void {
    if (this.thrown.length > 0) throw this.thrown[0] as Error;
    if (this.admitted + this.refusals.length !== 1)
      throw new Error(`taken ${this.admitted} times, refused ${this.refusals.length} times`);
    const { answer } = this.socket;
    const [{ status } = { status: 0 }] = this.refusals;
    const isAnswer = /^HTTP\/1\.1 [345]\d\d [^\r\n]+\r\n(?:[\w-]+: [^\r\n]*\r\n)+\r\n/.test(answer);
    if (status === 0 ? answer !== '' : !isAnswer || !answer.startsWith(`HTTP/1.1 ${status} `))
      throw new Error(`refused with ${status}, and answered ${JSON.stringify(answer)}`);
  }
}

/** A request as the server on Node reads it from its socket: as the engine's own, and not an octet behind it is lost. */
export const arrival: Target = (octets) => {
  const reading = readEachWay(octets, { role: 'server', opening: serverOpening(POLICY) });
  const verdicts = waysOf(octets).map(([name, pieces]) => {
    const arrived = new Arrived(pieces);
    arrived.check();
    return [name, arrived] as const;
  });
  const [[, whole], ...others] = verdicts;
  for (const [name, { verdict }] of others)
    if (verdict !== whole.verdict) throw new Error(`${name}: ${verdict} instead of ${whole.verdict}`);
  const isOpen = reading.lines[0] === 'open';
  if (isOpen !== (whole.admitted === 1)) throw new Error(`${reading.lines[0]}, and ${whole.verdict}`);
  if (!isOpen && !whole.verdict.startsWith(endOf(reading)))
    throw new Error(`${endOf(reading)}, and ${whole.verdict}`);
  if (isOpen && !Buffer.from(octets).toString('hex').endsWith(whole.rest))
    throw new Error(`${whole.rest} is not what came behind the request`);
};

/** What was written to a fake socket, by its first line. */
const firstLine = (written: string): string => written.split('\r\n', 1)[0];

/** A request as Node's own HTTP server reads it, whose upgrades are ours to answer; and as `ws` judges it there. */
export const requestByOthers: Target = async (octets) => {
  const reading = readEachWay(octets, { role: 'server', opening: serverOpening(POLICY) });
  const isOpen = reading.lines[0] === 'open';
  const end = endOf(reading);
  let ours: Arrived | undefined;
  const server = createServer((_request, response) => response.writeHead(426).end());
  const judge = new WebSocketServer({
    noServer: true,
    handleProtocols: (names) => (names.has('chat') ? 'chat' : false),
  });
  let isTaken = false;
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    ours = new Arrived([octetsOf(request, head)], request);
    judge.handleUpgrade(request, socket, head, (peer) => {
      isTaken = true;
      peer.on('error', () => {});
    });
  });
  const duplex = new FakeDuplex();
  duplex.on('error', () => {});
  server.emit('connection', duplex);
  duplex.push(Buffer.from(octets));
  await turns(() => isTaken || duplex.written !== '', 4);
  if (!isTaken && duplex.written === '') {
    duplex.push(null);
    await turns(() => duplex.written !== '' || duplex.destroyed, 4);
  }
  const said = firstLine(duplex.written);
  duplex.destroy();
  server.close();
  // What Node has read and written out again is no other request than it was.
  if (ours !== undefined) {
    ours.check();
    if ((ours.admitted === 1) !== isOpen && !isKnown(REPLAYED, octets, isOpen ? undefined : end))
      throw new Error(`as Node reads it ${ours.verdict}, else ${end}`);
    if (isOpen && !Buffer.from(octets).toString('hex').endsWith(ours.rest))
      throw new Error(`${ours.rest} is not what came behind the request`);
  }
  if (isTaken && !isOpen && !isKnown(REQUESTS, octets, end)) throw new Error(`${end}, and ws takes it`);
  if (isOpen && !isTaken && !isKnown(REQUESTS, octets, undefined, said))
    throw new Error(`it is taken, and ws says ${said === '' ? 'nothing' : said}`);
};

/** An answer as the client of `ws` and Node's HTTP judge it. `@` stands for the proof of whoever asked. */
export const responseByOthers: Target = async (octets) => {
  const reading = readEachWay(withProof(octets), { role: 'client', opening: clientOpening(REQUEST) });
  const isOpen = reading.lines[0] === 'open';
  const duplex = new FakeDuplex();
  const judge = new WebSocket('ws://server.example.com/chat', ['chat', 'superchat'], {
    createConnection: () => duplex as never,
    perMessageDeflate: false,
  });
  let isTaken = false;
  let said: string | undefined;
  judge.on('open', () => (isTaken = true));
  judge.on('error', (error) => (said ??= error.message));
  judge.on('close', () => (said ??= 'closed'));
  await turns(() => duplex.written.endsWith('\r\n\r\n'));
  duplex.push(Buffer.from(withAccept(octets, acceptOf(keyIn(duplex.written)))));
  await turns(() => isTaken || said !== undefined, 4);
  duplex.push(null);
  await turns(() => isTaken || said !== undefined, 8);
  judge.terminate();
  duplex.destroy();
  const end = endOf(reading);
  if (isTaken && !isOpen && !isKnown(RESPONSES, octets, end)) throw new Error(`${end}, and ws takes it`);
  if (isOpen && !isTaken && !isKnown(RESPONSES, octets, undefined, said))
    throw new Error(`it is taken, and ws says ${said ?? 'nothing'}`);
};
