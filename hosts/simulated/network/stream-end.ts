import { ErrorId } from '../../../src/errors.ts';
import type { Clock, Happening } from '../clock.ts';
import type { Link } from './link.ts';
import { OctetQueue } from './octet-queue.ts';
import { type Packet, type Pipe, Segment } from './pipe.ts';

/** What an end of a connection reports to; always from the clock, never from inside one of its methods. */
export interface StreamOwner {
  /** The connection is there; for TLS, its handshake is done. */
  opened(): void;
  /** There is more to read. */
  arrived(): void;
  /** There is more room to write. */
  writable(): void;
  /** The peer sends nothing more; what came before it can still be read. */
  ended(): void;
  /** It is over, whatever was not read. */
  failed(failure: ErrorId): void;
}

/** What holds an end of a connection. */
export interface EndKeeper {
  /** The owner has let it go. */
  released(end: StreamEnd): void;
  /** Octets came for an owner who is there; octets were offered to be sent; the end that it holds has failed. */
  heard(): void;
  offered(): void;
  /** So many octets were taken, to be sent. */
  took(count: number): void;
  failed(): void;
}

export interface EndSettings {
  readonly clock: Clock;
  readonly link: Link;
  readonly out: Pipe;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  /** What was not read is lost with a failure, as on Windows; else it can still be read, as on Linux and with lwIP. */
  readonly losesUnread: boolean;
  readonly keeper: EndKeeper;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

const enum Life {
  connecting,
  open,
  failed,
  /** Let go: what is left is sent, then the end; what arrives is answered with a reset. */
  lingering,
  gone,
}

/**
 * One end of a simulated TCP connection: what a kernel keeps of it. Octets wait here until the peer has room for them, count
 * against the send window until the peer has acknowledged them, and against the receive window until they are read.
 */
export class StreamEnd {
  owner: StreamOwner | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #settings: EndSettings;
  readonly #received: OctetQueue;
  readonly #unsent: OctetQueue;
  #life = Life.connecting;
  #failure: ErrorId = ErrorId.none;
  /** Octets sent, and those of them that the peer has. */
  #sent = 0;
  #acknowledged = 0;
  /** The peer has room up to this octet. */
  #edge = 0;
  /** Octets received, and up to which the peer was told that there is room. */
  #got = 0;
  #told = 0;
  #peerEnded = false;
  #endDue = false;
  #endSent = false;
  #stalledAt = Infinity;
  #flush: Happening | undefined;

  constructor(settings: EndSettings) {
    this.#settings = settings;
    this.remoteAddress = settings.remoteAddress;
    this.remotePort = settings.remotePort;
    this.#received = new OctetQueue(settings.receiveWindow);
    this.#unsent = new OctetQueue(settings.sendWindow);
    this.#told = settings.receiveWindow;
  }

  /** Octets that can be read. */
  get readable(): number {
    return this.#received.length;
  }

  /** Octets that `write` takes now. */
  get writable(): number {
    if (this.#life !== Life.open || this.#endDue) return 0;
    return this.#unsent.free - (this.#sent - this.#acknowledged);
  }

  get isOpen(): boolean {
    return this.#life === Life.open;
  }

  /** The peer has ended its side, in order. */
  get peerEnded(): boolean {
    return this.#peerEnded;
  }

  /** Why it failed; 0 while it has not. */
  get failure(): ErrorId {
    return this.#failure;
  }

  /** Whether nobody will hear of this end again. */
  get isGone(): boolean {
    return this.#life === Life.gone || (this.#life === Life.failed && this.owner === undefined);
  }

  /** Octets of this side that the peer has not acknowledged, and whether anything is waited for. */
  get isWaiting(): boolean {
    const waits = this.#sent > this.#acknowledged || this.#unsent.length > 0 || this.#endSent;
    return this.#life === Life.connecting || (waits && this.#life !== Life.gone);
  }

  /** Copies as much of `bytes[start, end)` as there is room for, to be sent after this turn; returns how much. */
  write(bytes: Uint8Array, start: number, end: number): number {
    const count = this.offered(end - start);
    if (count === 0) return 0;
    this.#unsent.push(bytes, start, start + count);
    this.#settings.keeper.took(count);
    this.#soon();
    return count;
  }

  /** So many octets are offered; returns for how many of them there is room. */
  offered(wanted: number): number {
    const { clock, keeper } = this.#settings;
    keeper.offered();
    const count = Math.max(0, Math.min(wanted, this.writable));
    if (count === wanted) this.#stalledAt = Infinity;
    else if (count > 0 || this.#stalledAt === Infinity) this.#stalledAt = clock.now;
    return count;
  }

  /** Since when octets that were offered wait without one being taken; Infinity if none do. */
  get stalledAt(): number {
    return this.#stalledAt;
  }

  /** Fills the whole of `target`, for which there must be enough. */
  read(target: Uint8Array): void {
    this.#received.shift(target);
    if (this.#life !== Life.open) return;
    // Small changes of the window are not worth a segment.
    const edge = this.#got + this.#received.free;
    const { receiveWindow } = this.#settings;
    if (edge - this.#told >= receiveWindow >> 1 || this.#told === this.#got) this.#acknowledge();
  }

  /** Nothing more is written; what was written before is sent first. */
  shutdown(): void {
    if (this.#life !== Life.open || this.#endDue) return;
    this.#endDue = true;
    this.#soon();
  }

  /** Lets go: what was written is sent, then the end. Octets that were not read reset the connection. */
  close(): void {
    this.#letGo(this.#received.length > 0);
  }

  /** Lets go at once, with a reset. */
  reset(): void {
    this.#letGo(true);
  }

  /** Is no more, and nobody learns of it: its machine has lost power. */
  vanish(): void {
    this.owner = undefined;
    this.#die();
  }

  /** Fails for a reason that the machine itself has found. */
  fail(failure: ErrorId): void {
    if (this.#life >= Life.failed) {
      if (this.#life === Life.lingering) this.#die();
      return;
    }
    this.#life = Life.failed;
    this.#failure = failure;
    this.#stop();
    if (this.#settings.losesUnread) this.#received.clear();
    if (this.owner === undefined) return;
    this.#settings.keeper.failed();
    this.owner.failed(failure);
  }

  /** The connection is there, with room for `edge` octets at the peer. */
  open(edge: number): void {
    this.#life = Life.open;
    this.#edge = edge;
    this.owner?.opened();
  }

  /** Octets of window that the peer is given at the beginning. */
  get window(): number {
    return this.#settings.receiveWindow;
  }

  arrive({ kind, octets, received, edge }: Packet): void {
    if (this.#life === Life.gone || this.#life === Life.failed) {
      if (kind === Segment.data || kind === Segment.finish) this.#settings.out.send(Segment.reset);
      return;
    }
    if (kind === Segment.data) this.#onData(octets!);
    else if (kind === Segment.acknowledge) this.#onAcknowledged(received, edge);
    else if (kind === Segment.finish) {
      this.#peerEnded = true;
      this.owner?.ended();
      this.#finish();
    } else if (kind === Segment.reset) this.fail(ErrorId.transportReset);
  }

  #onData(octets: Uint8Array): void {
    if (this.#life === Life.lingering) {
      this.#settings.out.send(Segment.reset);
      this.#die();
      return;
    }
    this.#settings.keeper.heard();
    this.#received.push(octets);
    this.#got += octets.length;
    this.#acknowledge();
    this.owner?.arrived();
  }

  #acknowledge(): void {
    this.#told = this.#got + this.#received.free;
    this.#settings.out.send(Segment.acknowledge, undefined, 0, this.#got, this.#told);
  }

  #onAcknowledged(received: number, edge: number): void {
    const before = this.writable;
    if (received > this.#acknowledged) this.#acknowledged = received;
    if (edge > this.#edge) this.#edge = edge;
    this.#send();
    if (this.writable > before) this.owner?.writable();
  }

  #soon(): void {
    const { clock } = this.#settings;
    this.#flush ??= clock.at(clock.now, () => {
      this.#flush = undefined;
      this.#send();
    });
  }

  /** Sends as much as the peer has room for. */
  #send(): void {
    const { link, out } = this.#settings;
    const unsent = this.#unsent;
    while (unsent.length > 0 && this.#sent < this.#edge) {
      const octets = new Uint8Array(Math.min(unsent.length, this.#edge - this.#sent, link.segment()));
      unsent.shift(octets);
      this.#sent += octets.length;
      out.send(Segment.data, octets);
    }
    if (this.#endDue && !this.#endSent && unsent.length === 0) {
      this.#endSent = true;
      out.send(Segment.finish);
      this.#finish();
    }
  }

  #letGo(abruptly: boolean): void {
    this.owner = undefined;
    this.#settings.keeper.released(this);
    if (this.#life === Life.open && !abruptly) {
      this.#life = Life.lingering;
      this.#endDue = true;
      this.#soon();
      return;
    }
    if (this.#life === Life.open || this.#life === Life.connecting) this.#settings.out.send(Segment.reset);
    this.#die();
  }

  /** Both sides have ended, and nobody holds this one any more. */
  #finish(): void {
    if (this.#life === Life.lingering && this.#endSent && this.#peerEnded) this.#die();
  }

  #die(): void {
    this.#life = Life.gone;
    this.#stop();
    this.#received.clear();
    this.#settings.keeper.released(this);
  }

  #stop(): void {
    this.#settings.clock.cancel(this.#flush);
    this.#flush = undefined;
    this.#unsent.clear();
  }
}
