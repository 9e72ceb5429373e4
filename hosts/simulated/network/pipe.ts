import type { Clock, Happening } from '../clock.ts';
import type { Link } from './link.ts';

/** What a segment is for. */
export const enum Segment {
  /** The client's first, and the answer to it. */
  connect,
  accept,
  data,
  /** The receiver has got octets, or has room again. */
  acknowledge,
  /** Nothing more follows. */
  finish,
  reset,
  /** The steps of a TLS handshake, and the refusal of one. */
  hello,
  certificate,
  finished,
  ready,
  alert,
}

export interface Packet {
  readonly kind: Segment;
  /** When it left, and when it arrives at the earliest. */
  readonly sent: number;
  readonly due: number;
  readonly octets: Uint8Array | undefined;
  /** Of an acknowledgement: octets received in all, and up to which octet there is room. */
  readonly received: number;
  readonly edge: number;
}

/** The owner of an end of a pipe. */
export interface PipeEnds {
  /** Whether nothing gets through at present. */
  isBlocked(direction: 0 | 1): boolean;
  arrive(direction: 0 | 1, packet: Packet): void;
  /** Nothing got through for as long as TCP tries. Returns whether it was waited for. */
  giveUp(direction: 0 | 1): void;
  /** An end has let go by a reset that is lost. */
  droppedUnheard(): void;
}

/** What headers of TCP and IP take of the bandwidth. */
const HEADERS = 40;

/**
 * One direction of a connection: segments arrive in the order in which they were sent, each as late as the link says.
 * While nothing gets through they wait here, as TCP would send them again; a reset is sent once and is lost.
 */
export class Pipe {
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #direction: 0 | 1;
  readonly #ends: PipeEnds;
  readonly #patience: number;
  #queue: Packet[] = [];
  #first = 0;
  #last = 0;
  #timer: Happening | undefined;
  #patienceTimer: Happening | undefined;
  #isStalled = false;
  /** What is stalled is kept back by a test, which delivers it: nobody has to send it again. */
  #isKeptBack = false;

  constructor(clock: Clock, link: Link, direction: 0 | 1, ends: PipeEnds, patience: number) {
    this.#clock = clock;
    this.#link = link;
    this.#direction = direction;
    this.#ends = ends;
    this.#patience = patience;
  }

  send(kind: Segment, octets?: Uint8Array, size = octets?.length ?? 0, received = 0, edge = 0): void {
    const { now } = this.#clock;
    // It is sent once: where nothing gets through, nobody hears of it.
    if (kind === Segment.reset && this.#ends.isBlocked(this.#direction)) {
      this.#ends.droppedUnheard();
      return;
    }
    const arrival = this.#link.arrival(now, size + HEADERS, this.#direction);
    const due = arrival > this.#last ? arrival : this.#last;
    this.#last = due;
    this.#queue.push({ kind, sent: now, due, octets, received, edge });
    if (this.#isStalled) this.#hurry();
    else if (this.#timer === undefined) this.#wait();
  }

  /** Something gets through again, or might. */
  resume(): void {
    if (!this.#isStalled || this.#ends.isBlocked(this.#direction)) return;
    this.#isStalled = false;
    this.#clock.cancel(this.#patienceTimer);
    this.#patienceTimer = undefined;
    const delay = this.#isKeptBack ? 0 : this.#link.retry();
    this.#timer = this.#clock.at(this.#clock.now + delay, this.#arrive);
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.#clock.cancel(this.#timer);
    this.#clock.cancel(this.#patienceTimer);
    this.#timer = this.#patienceTimer = undefined;
    this.#queue = [];
    this.#first = 0;
    this.#isStalled = false;
  }

  #wait(): void {
    const next = this.#queue[this.#first];
    if (next !== undefined) this.#timer = this.#clock.at(next.due, this.#arrive);
  }

  #hurry(): void {
    this.#patienceTimer ??= this.#clock.at(this.#clock.now + this.#patience, () => {
      this.#patienceTimer = undefined;
      if (this.#isStalled) this.#ends.giveUp(this.#direction);
    });
  }

  readonly #arrive = (): void => {
    this.#timer = undefined;
    if (this.#ends.isBlocked(this.#direction)) {
      this.#isStalled = true;
      this.#isKeptBack = this.#link.isHeld;
      this.#hurry();
      return;
    }
    const packet = this.#queue[this.#first++];
    if (this.#first > 32 && this.#first * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
    // What arrives may lead to more, or cut this pipe.
    this.#wait();
    this.#ends.arrive(this.#direction, packet);
  };
}
