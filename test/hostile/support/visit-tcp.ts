import { createServer, connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { delay, until } from '../../hosts/support/loopback.ts';
import { framesOf } from '../../support/frames.ts';
import { NODE_CLIENTS, type NodeClient, serveOn } from './node-faces.ts';
import { RawPeer } from './raw-peer.ts';
import { newTold, type Told } from './told.ts';
import type { Result } from './visit.ts';

/** Deadlines as short as they can be where something waits for each of them. */
const LIMITS = { keepalive: 0, closeTimeout: 60 };

export interface TcpVisit {
  readonly face: NodeClient | 'serve';
  /** What the peer sends, in writes of its own each; of a server it may depend on the key. */
  readonly pieces: (accept: string) => readonly Uint8Array[];
  /** Whether the endpoint has to be over then, or else what shows that it has had all. */
  readonly until: 'over' | ((told: Told, sent: Uint8Array) => boolean);
  readonly limits?: object;
}

/** Lets an endpoint on Node meet a peer over TCP. The peer keeps its side open; the endpoint is waited for until it has let go. */
export function meetOverTcp(visit: TcpVisit): Promise<Result> {
  return visit.face === 'serve' ? meetServer(visit) : meetClient(visit, visit.face);
}

async function meetServer(visit: TcpVisit): Promise<Result> {
  const told = newTold();
  const server = await serveOn({ ...LIMITS, ...visit.limits }, told);
  const peer = new RawPeer(connectTcp({ port: server.port, host: server.host, allowHalfOpen: true }));
  try {
    await peer.send(visit.pieces(''));
    await finish(visit, told, peer);
    await until(() => visit.until !== 'over' || server.connections + server.handshakes === 0, 'a release');
    return resultOf(told, peer, server.connections + server.handshakes);
  } finally {
    peer.destroy();
    await server.close();
  }
}

async function meetClient(visit: TcpVisit, face: NodeClient): Promise<Result> {
  const told = newTold();
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = NODE_CLIENTS[face](
    (server.address() as AddressInfo).port,
    { ...LIMITS, ...visit.limits },
    told,
  );
  const peer = new RawPeer(await accepted);
  try {
    await peer.headArrived();
    const key = /^sec-websocket-key: *(.*)$/im.exec(peer.head)?.[1] ?? '';
    await peer.send(visit.pieces(acceptOf(key.trim())));
    await finish(visit, told, peer);
    return resultOf(told, peer, visit.until === 'over' ? 0 : 1);
  } finally {
    if (told.ends.length === 0) drop();
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function finish(visit: TcpVisit, told: Told, peer: RawPeer): Promise<void> {
  const { until: condition } = visit;
  if (condition === 'over') {
    await until(() => told.ends.length > 0, 'the end of the connection');
    await peer.released();
  } else {
    await until(() => condition(told, peer.frames), 'what was sent');
    // Nothing more comes of it.
    await delay(20);
  }
}

const resultOf = (told: Told, peer: RawPeer, left: number): Result => ({
  // As it is now: what is still open is dropped in the end.
  told: { ...told, ends: [...told.ends] },
  head: peer.head,
  frames: framesOf(peer.frames),
  // It has been waited for; how long that took is nothing to judge by over real time.
  releasedAt: 0,
  left,
  misuses: [],
});
