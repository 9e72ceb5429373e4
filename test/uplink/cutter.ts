import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a connection is cut: by a reset, by an end in order, or first silently towards the sender, so that answers are lost. */
const enum Cut {
  reset,
  end,
  deaf,
  kinds,
}

/** For so long nothing reaches the sender before it is cut off, milliseconds. */
const DEAF = 20;

/** A proxy in front of a server that cuts connections, in the middle of whatever is on its way. */
export class Cutter {
  readonly #server = createServer((near) => this.#connect(near));
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  readonly #most: number;
  readonly #octets: number;
  #left: number;
  /** Cuts so far. */
  count = 0;

  private constructor(target: number, most: number, octets: number) {
    this.#target = target;
    this.#most = most;
    this.#octets = this.#left = octets;
  }

  /** Listens in front of port `target`. After each `octets` from senders the connection that they came by is cut, `most` times. */
  static async listen(target: number, most: number, octets: number): Promise<Cutter> {
    const cutter = new Cutter(target, most, octets);
    cutter.#server.listen(0, '127.0.0.1');
    await once(cutter.#server, 'listening');
    return cutter;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1' });
    let isCut = false;
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    far.pipe(near);
    near.on('data', (octets: Buffer) => {
      if (isCut) return;
      this.#left -= octets.length;
      if (this.count === this.#most || this.#left > 0) {
        far.write(octets);
        return;
      }
      isCut = true;
      far.write(octets.subarray(0, octets.length + this.#left));
      this.#left = this.#octets;
      this.#cut(near, far);
    });
  }

  #cut(near: Socket, far: Socket): void {
    const kind = this.count++ % Cut.kinds;
    far.unpipe(near);
    // What passed before the cut still reaches the server.
    far.end();
    if (kind === Cut.reset) near.resetAndDestroy();
    else if (kind === Cut.end) near.destroy();
    else setTimeout(() => near.resetAndDestroy(), DEAF);
  }
}
