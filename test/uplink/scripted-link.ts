import { Opcode } from '../../src/frame/opcode.ts';
import { lossOf, type Loss } from '../../src/uplink/failure.ts';
import type { Link, LinkRequest, LinkSink } from '../../src/uplink/link.ts';
import type { Change, UplinkOptions } from '../../src/uplink/options.ts';
import { Uplink } from '../../src/uplink/uplink.ts';
import type { Host } from '../../src/host.ts';
import { words } from '../support/random.ts';
import { ScriptedHost } from '../support/scripted-host.ts';

/** What a peer has received of one message. */
export interface Message {
  readonly binary: boolean;
  readonly bytes: number[];
}

/** A connection that a test plays, with a transmit ring of `ring` octets that empties when the test says so. */
export class ScriptedLink implements Link {
  readonly sink: LinkSink;
  readonly request: LinkRequest | undefined;
  readonly ring: number;
  protocol = '';
  /** Whole messages in the ring, and of them those that the transport has taken. */
  readonly sent: Message[] = [];
  taken: Message[] = [];
  used = 0;
  #piece: Message | undefined;
  closeCode = 0;
  isDropped = false;
  isOver = false;
  /** The transport takes each message at once. */
  takesAtOnce = false;

  constructor(request: LinkRequest | undefined, sink: LinkSink, ring: number) {
    this.request = request;
    this.sink = sink;
    this.ring = ring;
  }

  get isFlushed(): boolean {
    return this.used === 0;
  }

  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    if (this.isOver || this.isDropped) throw new Error('the link is over');
    if (end - start > this.ring - this.used || this.closeCode !== 0) return -1;
    this.#piece ??= { binary, bytes: [] };
    this.#piece.bytes.push(...bytes.subarray(start, end));
    this.used += end - start;
    if (!more) {
      this.sent.push(this.#piece);
      this.#piece = undefined;
      if (this.takesAtOnce) this.used = 0;
    }
    return this.ring - this.used;
  }

  get records(): this {
    return this;
  }

  postRange(bytes: Uint8Array, start: number, end: number, opcode: number): number {
    return this.send(bytes, start, end, opcode === Opcode.binary, false);
  }

  close(code: number): void {
    this.closeCode = code;
  }

  drop(): void {
    this.isDropped = true;
  }

  // What the test does.

  open(protocol = ''): this {
    this.protocol = protocol;
    this.sink.linkOpened(this.ring);
    return this;
  }

  /** The transport takes everything. */
  take(): this {
    this.taken = this.sent.slice();
    this.used = 0;
    this.sink.linkWritable(this.ring);
    return this;
  }

  receive(bytes: Uint8Array, binary = true): this {
    this.sink.linkReceived(bytes, 0, bytes.length, binary, false);
    return this;
  }

  over(loss: Partial<Loss> = {}): this {
    this.isOver = true;
    this.sink.linkClosed({ ...lossOf(0), ...loss });
    return this;
  }
}

/** An uplink whose connections a test makes. */
export class ScriptedUplink extends Uplink {
  readonly #make: (request: LinkRequest | undefined, sink: LinkSink) => Link;
  readonly #time: () => number;

  constructor(
    host: Host,
    options: UplinkOptions<Uplink>,
    make: (request: LinkRequest | undefined, sink: LinkSink) => Link,
    time = (): number => 0,
  ) {
    super(host, options);
    this.#make = make;
    this.#time = time;
  }

  protected override connect(request: LinkRequest | undefined): Link {
    return this.#make(request, this);
  }

  protected override clock(): number {
    return this.#time();
  }
}

/** An uplink in virtual time, with the connections that it made and what it told. */
export class Bench {
  readonly host: ScriptedHost;
  readonly links: ScriptedLink[] = [];
  readonly changes: Change[] = [];
  readonly uplink: Uplink;
  /** Octets of the rings of links. */
  ring = 1000;
  /** Thrown by the next attempts to connect. */
  refusal: unknown;

  constructor(options: UplinkOptions<Uplink> = {}, seed = 1, clock = (): number => Date.UTC(2026, 0)) {
    this.host = new ScriptedHost(false, words(Math.imul(seed, 0x9e3779b1)));
    const connect = (request: LinkRequest | undefined, sink: LinkSink): Link => {
      if (this.refusal !== undefined) throw this.refusal;
      const alive = this.links.filter(({ isOver, isDropped }) => !isOver && !isDropped);
      if (alive.length > 0) throw new Error('two connections at once');
      const link = new ScriptedLink(request, sink, this.ring);
      this.links.push(link);
      return link;
    };
    const { changes } = this;
    const onChange = function (this: Uplink, change: Change): void {
      changes.push(change);
      options.onChange?.call(this, change);
    };
    this.uplink = new ScriptedUplink(this.host, { ...options, onChange }, connect, clock);
  }

  start(): this {
    this.uplink.start();
    this.host.wait(0);
    return this;
  }

  get link(): ScriptedLink {
    return this.links[this.links.length - 1];
  }

  /** What was told, as `from>state`. */
  get path(): string {
    return this.changes.map(({ state }) => state).join(' ');
  }
}
