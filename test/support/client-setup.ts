import { expect } from 'vitest';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import type { ConnectionError } from '../../src/errors.ts';
import type { Host } from '../../src/host.ts';
import { peerFrame } from './frames.ts';
import { KEY_TEXT, response } from './handshake.ts';
import { concat, toHex, utf8 } from './octets.ts';
import { wordsFrom } from './random.ts';
import { ScriptedHost } from './scripted-host.ts';
import { ScriptedStream } from './scripted-stream.ts';

/** A client, its stream, and what its callbacks were told. */
export class ClientSetup {
  readonly host: ScriptedHost;
  readonly client: WebSocketClient;
  readonly told: string[] = [];
  error: ConnectionError | undefined;
  #inside = true;

  /** `lends` is what the host has more. */
  constructor(options: Partial<WebSocketClientOptions> = {}, defers = false, lends: Partial<Host> = {}) {
    this.host = Object.assign(new ScriptedHost(defers, wordsFrom(utf8(KEY_TEXT))), lends);
    const tell = (client: WebSocketClient, line: string): void => {
      this.told.push(this.#inside ? `${line} from inside` : line);
      // `this` is the instance.
      expect(client).toBeInstanceOf(WebSocketClient);
    };
    const { onReadable, onWritable, onControl, ...others } = options;
    this.client = new WebSocketClient(
      {
        socket: { io: ScriptedStream },
        host: 'server.example.com',
        path: '/chat',
        onReadable(count, delivery) {
          tell(this, `readable ${count}${delivery.binary ? ' binary' : ''}${delivery.more ? ' more' : ''}`);
          onReadable?.call(this, count, delivery);
        },
        onWritable(count) {
          tell(this, 'writable');
          onWritable?.call(this, count);
        },
        onControl(opcode, data) {
          tell(this, `control ${opcode} ${toHex(new Uint8Array(data))}`);
          onControl?.call(this, opcode, data);
        },
        onClose() {
          tell(this, 'close');
        },
        onError: (error) => {
          this.error = error;
          this.told.push('error');
        },
        ...others,
      } as WebSocketClientOptions,
      this.host,
    );
    this.#inside = false;
  }

  get stream(): ScriptedStream {
    return ScriptedStream.last;
  }

  /** Connected, and through the handshake. */
  opened(): this {
    this.stream.becomeWritable();
    this.stream.taken();
    this.stream.deliver(response());
    this.host.turn();
    this.told.length = 0;
    return this;
  }

  receive(...parts: Parameters<typeof peerFrame>[1][]): this {
    this.stream.deliver(concat(...parts.map((each) => peerFrame('client', each))));
    return this;
  }

  /** A public method, from whose inside no callback may come; then the end of the turn. */
  call<T>(method: (client: WebSocketClient) => T): T {
    this.#inside = true;
    try {
      return method(this.client);
    } finally {
      this.#inside = false;
      this.host.turn();
    }
  }

  expectReleased(): void {
    expect(this.host.wait(1e6).timers).toBe(0);
    expect(this.stream.isClosed).toBe(true);
  }
}

/** A message of text. */
export const text = (content: string): Parameters<typeof peerFrame>[1] => ({
  opcode: 1,
  payload: utf8(content),
});
/** The id of the error that `action` throws; 0 if it throws none. */
export const thrownId = (action: () => unknown): number => {
  try {
    action();
  } catch (error) {
    return (error as ConnectionError).id;
  }
  return 0;
};
