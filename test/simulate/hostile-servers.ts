import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import type { Transport, TransportFactory, TransportSink } from '../../src/host.ts';
import { acceptOf } from '../../src/handshake/accept.ts';

/** What a server can do to its clients. */
export const HOSTILE = [
  'mute',
  'slow head',
  'garbage',
  'wrong accept',
  'not found',
  'end in head',
  'reset at once',
  'flood',
  'flood and reset',
  'endless frame',
  'ping storm',
  'reserved bits',
  'bad text',
  'never reads',
  'half close',
  'close and stay',
  'never closes',
  'restarting',
] as const;
export type HostileKind = (typeof HOSTILE)[number];

/** How long what floods does so, and from the beginning of one flood to that of the next, milliseconds. */
const BURST = 60_000;
const BURSTS = 1_800_000;
/** How long what never ends goes on. */
const LONG = 660_000;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One connection of a hostile server: writes what it is told to as there is room, and mostly ignores what it gets. */
class Visit implements TransportSink {
  readonly #world: World;
  readonly #kind: HostileKind;
  readonly #transport: Transport;
  #head = '';
  #isOver = false;
  #openedAt = 0;
  /** What waits for room, and how much of it has gone. */
  #queue: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(world: World, kind: HostileKind, connect: TransportFactory) {
    this.#world = world;
    this.#kind = kind;
    this.#transport = connect(this);
  }

  transportOpened(): void {
    this.#openedAt = this.#world.now;
    if (this.#kind === 'reset at once') this.#close();
    else if (this.#kind === 'garbage')
      this.#write(Uint8Array.from({ length: 400 }, (_, index) => (index * 73) & 255));
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    if (this.#head.endsWith('\r\n\r\n')) return this.#readsOn ? end - start : 0;
    for (let i = start; i < end && !this.#head.endsWith('\r\n\r\n'); i++)
      this.#head += String.fromCharCode(bytes[i]);
    if (this.#head.endsWith('\r\n\r\n')) this.#answer();
    return end - start;
  }

  transportWritable(): void {
    this.#flush();
  }

  transportClosed(): void {
    this.#close();
  }

  get #readsOn(): boolean {
    return !['never reads', 'flood', 'flood and reset'].includes(this.#kind);
  }

  #answer(): void {
    const key = /^sec-websocket-key: *(.*)$/im.exec(this.#head)?.[1] ?? '';
    const accept = acceptOf(this.#kind === 'wrong accept' ? `${key}x` : key.trim());
    const ok = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    switch (this.#kind) {
      case 'mute':
        return;
      case 'not found':
        this.#write(ascii(`HTTP/1.1 404 Not Found\r\nContent-Length: 8192\r\n\r\n${'x'.repeat(8192)}`));
        return;
      case 'end in head':
        this.#write(ascii(ok.slice(0, ok.length - 20)));
        this.#transport.end();
        return;
      case 'slow head':
        this.#trickle(ascii(ok), 900);
        return;
      default:
        this.#write(ascii(ok));
        this.#misbehave();
    }
  }

  #misbehave(): void {
    switch (this.#kind) {
      case 'flood':
      case 'flood and reset':
        this.#bursts(1000, () => {
          if (this.#at < this.#queue.length) return;
          const frame = new Uint8Array(60_004);
          frame.set([0x82, 126, 60_000 >> 8, 60_000 & 255]);
          this.#write(frame);
        });
        if (this.#kind === 'flood and reset') this.#world.after(7000, () => this.#close());
        return;
      case 'endless frame':
        this.#write(Uint8Array.of(0x82, 127, 0, 0, 0, 0, 0x7f, 255, 255, 255));
        // For longer than from one Ping to the next, none of which it answers; then it falls silent.
        this.#again(2000, () => {
          if (this.#world.now - this.#openedAt < LONG) this.#write(new Uint8Array(1000));
        });
        return;
      case 'ping storm':
        this.#bursts(500, () => {
          if (this.#queue.length - this.#at < 5000)
            for (let i = 0; i < 20; i++) this.#write(Uint8Array.of(0x89, 2, i, 7));
        });
        return;
      case 'reserved bits':
        this.#write(Uint8Array.of(0xf1, 1, 65, 0x81, 1, 66));
        return;
      case 'bad text':
        this.#write(Uint8Array.of(0x01, 1, 0xe2, 0x89, 0, 0x80, 2, 0x82, 0x28));
        return;
      case 'half close':
        this.#transport.end();
        return;
      case 'close and stay':
        this.#write(Uint8Array.of(0x88, 2, 3, 232));
        return;
      case 'restarting':
        this.#world.after(60_000, () => this.#write(Uint8Array.of(0x88, 2, 3, 0xf4)));
        return;
      case 'never closes':
        this.#again(4000, () => this.#write(Uint8Array.of(0x82, 1, 7)));
        return;
      default:
    }
  }

  #again(every: number, action: () => void): void {
    if (this.#isOver) return;
    action();
    this.#world.after(every, () => this.#again(every, action));
  }

  /** The same for a minute, every half hour: what follows in a day of it is no more than that. */
  #bursts(every: number, action: () => void): void {
    this.#again(every, () => {
      if ((this.#world.now - this.#openedAt) % BURSTS < BURST) action();
    });
  }

  #trickle(octets: Uint8Array, every: number, at = 0): void {
    if (this.#isOver || at === octets.length) return;
    this.#write(octets.slice(at, at + 1));
    this.#world.after(every, () => this.#trickle(octets, every, at + 1));
  }

  #write(octets: Uint8Array): void {
    if (this.#isOver) return;
    const left = this.#queue.length - this.#at;
    const queue = new Uint8Array(left + octets.length);
    queue.set(this.#queue.subarray(this.#at));
    queue.set(octets, left);
    this.#queue = queue;
    this.#at = 0;
    this.#flush();
  }

  #flush(): void {
    while (this.#at < this.#queue.length && !this.#isOver) {
      const taken = this.#transport.write(this.#queue, this.#at, this.#queue.length);
      if (taken <= 0) return;
      this.#at += taken;
    }
  }

  #close(): void {
    this.#isOver = true;
    this.#transport.close();
  }
}

/** Waits for clients at the ports 80 and 443 of `host`. */
export function serveHostile(world: World, host: SimulatedHost, kind: HostileKind): void {
  const visit = (connect: TransportFactory): void => {
    new Visit(world, kind, connect);
  };
  host.serveTransports(80, visit);
  host.serveTransports(443, visit, {});
}
