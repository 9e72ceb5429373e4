import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';

/** As much of a socket of `net` as reads a request, and calls nobody by itself. */
export class FakeSocket extends EventEmitter {
  readonly remoteAddress = '192.0.2.1';
  readonly remotePort = 1024;
  answer = '';
  isPaused = false;
  isDestroyed = false;
  hasEnded = false;
  /** What came while it was paused. */
  readonly behind: Buffer[] = [];

  arrive(octets: Uint8Array): void {
    const data = Buffer.from(octets);
    if (this.isPaused) this.behind.push(data);
    else if (!this.isDestroyed) this.emit('data', data);
  }

  pause(): this {
    this.isPaused = true;
    return this;
  }

  resume(): this {
    this.isPaused = false;
    return this;
  }

  end(text: string): this {
    if (this.hasEnded) throw new Error('it is ended twice');
    this.hasEnded = true;
    this.answer += text;
    return this;
  }

  destroySoon(): void {
    this.isDestroyed = true;
  }

  destroy(): this {
    this.isDestroyed = true;
    return this;
  }
}

/** One that Node's own HTTP and `ws` can use: what is written to it is kept. */
export class FakeDuplex extends Duplex {
  readonly remoteAddress = '192.0.2.1';
  written = '';

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(octets: Uint8Array, _encoding: string, done: () => void): void {
    this.written += Buffer.from(octets).toString('latin1');
    done();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Turns of the loop until `isDone`, at most as many as Node ever took. */
export async function turns(isDone: () => boolean, most = 20): Promise<void> {
  for (let i = 0; i < most && !isDone(); i++) await new Promise((resolve) => setImmediate(resolve));
}
