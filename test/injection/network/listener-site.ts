import { Listener, type TCP } from '../../../hosts/node/io.ts';
import { serverHandshake } from '../../../hosts/node/server-handshake.ts';
import { WebSocketClient } from '../../../hosts/node/websocket-client.ts';
import { RingletError } from '../../../src/errors.ts';
import type { Delivery } from '../../../src/connection/events.ts';
import { sockets, type Site } from './site.ts';
import type { Script } from './scripts.ts';

const LIMITS = { closeTimeout: 1000, handshakeTimeout: 3000, sendTimeout: 3000, keepalive: 0 };

interface Part extends Partial<Delivery> {
  readonly bytes: Uint8Array;
}

/** A connection that answers with what it gets, as it has room. */
class Echo {
  isPaused = false;
  readonly client: WebSocketClient;
  #room = 0;
  #waiting: [number, Partial<Delivery>] | undefined;
  readonly #parts: Part[] = [];

  constructor(attach: TCP, { serving = {} }: Script, over: (echo: Echo) => void) {
    const { compression, onRequest } = serving;
    this.client = new WebSocketClient({
      attach,
      ...LIMITS,
      compression,
      handshake: serverHandshake({ onRequest: onRequest as never }),
      onReadable: (count, delivery) => {
        this.#waiting = [count, { ...delivery }];
        this.read();
      },
      onWritable: (count) => {
        this.#room = count;
        this.#flush();
      },
      onClose: () => over(this),
      onError: () => over(this),
    });
  }

  read(): void {
    if (this.isPaused || this.#waiting === undefined) return;
    const [count, delivery] = this.#waiting;
    this.#waiting = undefined;
    const octets = this.client.read(count) as ArrayBuffer | undefined;
    this.#parts.push({
      ...delivery,
      bytes: octets === undefined ? new Uint8Array(0) : new Uint8Array(octets),
    });
    this.#flush();
  }

  /** Sends something of its own, if it is open. */
  say(bytes: Uint8Array, opcode: number): void {
    try {
      this.client.write(bytes, { opcode });
    } catch (error) {
      if (!(error instanceof RingletError)) throw error;
    }
  }

  #flush(): void {
    for (let part = this.#parts[0]; part !== undefined && this.#room > 0; part = this.#parts[0]) {
      const { bytes, more = false, binary = true } = part;
      const count = Math.min(bytes.length, this.#room);
      const isWhole = count === bytes.length;
      this.#room = this.client.write(bytes.subarray(0, count), { more: more || !isWhole, binary });
      if (isWhole) this.#parts.shift();
      else this.#parts[0] = { ...part, bytes: bytes.subarray(count) };
    }
  }
}

function portOf(listener: Listener): number {
  try {
    return listener.port;
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** A server of the classes of ECMA-419, as a device has it: a `Listener`, and a `WebSocketClient` for each connection. */
export async function listenerSite(script: Script): Promise<Site> {
  const echoes = new Set<Echo>();
  const wrong: string[] = [];
  let isClosed = false;
  const listener = await new Promise<Listener>((resolve, reject) => {
    const made: Listener = new Listener({
      address: '127.0.0.1',
      onReadable(requests) {
        for (; requests > 0; requests--) {
          const echo: Echo = new Echo(this.read()!, script, () => {
            if (!echoes.delete(echo)) wrong.push('the server closes a connection twice');
          });
          echoes.add(echo);
        }
      },
      onError: reject,
    });
    setImmediate(() => resolve(made));
  });
  const port = portOf(listener);
  const closeAll = (): void => {
    for (const { client } of echoes) client.close();
    echoes.clear();
  };
  return {
    port,
    ...sockets,
    pause: () => echoes.forEach((echo) => (echo.isPaused = true)),
    resume: () =>
      echoes.forEach((echo) => {
        echo.isPaused = false;
        echo.read();
      }),
    close(how) {
      isClosed = true;
      listener.close();
      if (how === undefined) closeAll();
      else for (const echo of echoes) echo.say(Uint8Array.of(3, 233), 8);
    },
    crowd() {},
    broadcast: () => echoes.forEach((echo) => echo.say(new Uint8Array(0), 1)),
    welcome: () => (isClosed ? undefined : (script.welcome ?? 'echo')),
    counted: () => echoes.size,
    over() {
      listener.close();
      closeAll();
      return Promise.resolve();
    },
    wrong: () => wrong,
  };
}
