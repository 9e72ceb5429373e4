import { World } from '../../../hosts/simulated/index.ts';
import type { Transport, TransportSink } from '../../../src/host.ts';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { concat } from '../../support/octets.ts';
import { type DecodedFrame, framesOf } from '../../support/frames.ts';
import { meetAlone } from './alone.ts';
import { openFace, type Face, type Role } from './faces.ts';
import type { Told } from './told.ts';

/** Milliseconds between two pieces: each is a segment, and read, by itself. */
export const PIECE = 30;
/** After the last piece: long enough for every deadline that the endpoints have here. */
export const AFTER = 60_000;

/** How the peer goes on after what it sends. */
export type Ending = 'stay' | 'end' | 'reset' | 'vanish';

export interface Visit {
  readonly face: Face;
  readonly role: Role;
  /** What the peer sends, piece by piece; of a server it may depend on the key. */
  readonly pieces: (accept: string) => readonly Uint8Array[];
  readonly ending?: Ending;
  readonly limits?: object;
}

export interface Result {
  readonly told: Told;
  /** What the endpoint sent, its half of the handshake left out. */
  readonly frames: readonly DecodedFrame[];
  readonly head: string;
  /** When the endpoint's connection was over, and let go; milliseconds after the last piece. */
  readonly releasedAt: number;
  readonly left: number;
  readonly misuses: readonly string[];
}

/** The peer: sends its pieces when the handshake of the endpoint is there, and keeps what it gets. */
class Peer implements TransportSink {
  readonly #world: World;
  readonly #visit: Visit;
  #transport!: Transport;
  received: Uint8Array = new Uint8Array(0);
  endedAt = NaN;
  lastPieceAt = NaN;
  #hasBegun = false;

  constructor(world: World, visit: Visit) {
    this.#world = world;
    this.#visit = visit;
  }

  use(transport: Transport): void {
    this.#transport = transport;
  }

  transportOpened(): void {
    if (this.#visit.role === 'server') this.#begin('');
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    this.received = concat(this.received, bytes.slice(start, end));
    if (this.#visit.role === 'client' && this.headEnd > 0) {
      const key = /^sec-websocket-key: *(.*)$/im.exec(this.head)?.[1] ?? '';
      this.#begin(acceptOf(key.trim()));
    }
    return end - start;
  }

  transportWritable(): void {}

  transportClosed(): void {
    this.endedAt = this.#world.now;
    this.#transport.close();
  }

  /** Where the head of the endpoint ends; 0 while it does not. */
  get headEnd(): number {
    const at = Buffer.from(this.received).indexOf('\r\n\r\n');
    return at < 0 ? 0 : at + 4;
  }

  get head(): string {
    return new TextDecoder('latin1').decode(this.received.subarray(0, this.headEnd));
  }

  #begin(accept: string): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { ending = 'stay' } = this.#visit;
    const pieces = this.#visit.pieces(accept);
    pieces.forEach((piece, index) => {
      this.#world.after(index * PIECE, () => {
        if (Number.isNaN(this.endedAt)) this.#transport.write(piece, 0, piece.length);
      });
    });
    this.#world.after(pieces.length * PIECE, () => {
      this.lastPieceAt = this.#world.now;
      if (!Number.isNaN(this.endedAt)) return;
      if (ending === 'end') this.#transport.end();
      else if (ending === 'reset') this.#world.reset('peer');
      else if (ending === 'vanish') this.#world.silence('peer');
    });
  }
}

/** Lets an endpoint of `face` meet a peer that sends `pieces`, and reports what it made of them. */
export function meet(visit: Visit): Result {
  return visit.face === 'Connection' ? meetAlone(visit) : meetInWorld(visit);
}

function meetInWorld(visit: Visit): Result {
  const thrown: unknown[] = [];
  const world = new World({
    trace: 0,
    link: { latency: 1 },
    onUncaught: (_host, error) => thrown.push(error),
  });
  const runtime = visit.face === 'Endpoint on Node' ? 'node' : 'device';
  const endpoint = world.host('endpoint', { runtime, sendWindow: 65_536, receiveWindow: 65_536 });
  const other = world.host('peer', { sendWindow: 1 << 22, receiveWindow: 1 << 20 });
  const peer = new Peer(world, visit);
  let releasedAt = NaN;
  const told = openFace(visit.face, visit.role, endpoint, other, visit.limits ?? {});
  if (visit.role === 'client') other.serveTransports(80, (connect) => peer.use(connect(peer)));
  else world.after(1, () => peer.use(other.transport(endpoint.address, 80)(peer)));
  const until = PIECE * visit.pieces('').length + AFTER;
  if (world.runUntil(() => told.ends.length > 0 && endpoint.sockets.size === 0, until))
    releasedAt = world.now;
  world.run(until - world.now);
  if (thrown.length > 0) throw thrown[0];
  return {
    told,
    frames: framesOf(peer.received.subarray(peer.headEnd)),
    head: peer.head,
    releasedAt: releasedAt - peer.lastPieceAt,
    left: endpoint.sockets.size + endpoint.timers.size,
    misuses: endpoint.misuses,
  };
}
