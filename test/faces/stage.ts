import { type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import type { StreamEnd, StreamOwner } from '../../hosts/simulated/network/stream-end.ts';
import type { Host } from '../../src/host.ts';
import { hex } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';
import { Trace } from '../support/trace.ts';
import type { Vector } from '../vectors/read-vectors.ts';

const CONNECT = 50;

/**
 * Where a vector is played through a face: a machine for it and one for its peer, with nothing between them that takes time, so
 * that what the vector says about time is exact.
 */
export class Stage implements StreamOwner {
  readonly world = new World({ link: { latency: 0 }, trace: 0 });
  readonly device: SimulatedHost;
  readonly peer: SimulatedHost;
  readonly trace = new Trace();
  /** What the face is lent: the machine's own, but chance is the vector's and turns take no time. */
  readonly engine: Host;
  /** Exceptions that nobody caught. */
  readonly thrown: unknown[] = [];
  random: () => number;
  /** The peer's end of the connection; it does what it is told to, and nothing by itself. */
  #end: StreamEnd | undefined;
  #out: number[] = [];

  /** `asks`: the face makes a request even where the vector shows none; any key will do for that. */
  constructor({ settings }: Vector, asks: boolean) {
    const isUnseen = asks && settings.get('role') === 'client' && settings.get('handshake') === undefined;
    const key = isUnseen
      ? Uint8Array.from({ length: 16 }, (_, i) => i + 1)
      : Buffer.from(settings.get('key') ?? '', 'base64');
    this.random = wordsFrom(new Uint8Array([...key, ...hex(settings.get('masks') ?? '')]));
    this.device = this.world.host('device');
    this.peer = this.world.host('server.example.com');
    const { clock } = this.world;
    const soon = (callback: () => void): void => {
      clock.at(clock.now, () => this.device.enter(callback));
    };
    this.engine = {
      ...this.device.engine,
      random: () => this.random(),
      report: (error) => this.thrown.push(error),
      defer: soon,
      later: soon,
    };
  }

  /** The peer waits to be connected to, at port 80. */
  listen(): void {
    this.peer.listen(80, {
      certificate: undefined,
      accept: (end) => {
        this.#hold(end);
        return true;
      },
    });
  }

  /** The peer connects to port 80 of the device. */
  dial(): void {
    this.#hold(this.peer.connect(this.device.address, 80));
  }

  /** Everything happens that is due now. */
  settle(): void {
    this.world.run(0);
  }

  /** A client that looks up a name begins in a turn of a timer. */
  connect(): void {
    this.world.runUntil(() => this.#out.length > 0, CONNECT);
    this.settle();
  }

  feed(octets: Uint8Array): void {
    for (let at = 0; at < octets.length;) {
      const taken = this.#end?.write(octets, at, octets.length) ?? 0;
      this.settle();
      // Nobody is there any more, or nobody reads.
      if (taken === 0) return;
      at += taken;
    }
  }

  /** The peer ends its side in order. */
  end(): void {
    this.#end?.shutdown();
    this.settle();
  }

  reset(): void {
    this.world.reset(this.device);
    this.settle();
  }

  takeOutput(): Uint8Array {
    this.settle();
    const out = Uint8Array.from(this.#out);
    this.#out = [];
    return out;
  }

  opened(): void {}

  arrived(): void {
    const end = this.#end!;
    const octets = new Uint8Array(end.readable);
    end.read(octets);
    for (let i = 0; i < octets.length; i++) this.#out.push(octets[i]);
  }

  writable(): void {}

  ended(): void {}

  failed(): void {
    this.#end = undefined;
  }

  #hold(end: StreamEnd): void {
    end.owner = this;
    this.#end = end;
  }
}
