/** `ringlet/reconnecting` on Moddable: a WebSocket that comes back, over `ringlet/websocket`. */
import { encodeText } from 'ringlet/text';
import { WebSocket } from 'ringlet/websocket';
import { moddableHost } from './host.ts';
import type { WebSocketClass } from '../../src/reconnecting/options.ts';
import { ReconnectingWebSocket } from '../../src/reconnecting/reconnecting-websocket.ts';
import { addressOf } from '../../src/websocket/address.ts';

// Names of the web that the types have, for a project that knows neither a browser's types nor Node's: the toolchain of
// Moddable looks at every declaration that it comes by. Where they are known, this adds nothing to them.
declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- what it has is not asked for
  interface EventTarget {}
  interface URL {
    toString(): string;
  }
  interface Blob {
    arrayBuffer(): Promise<ArrayBuffer>;
  }
}

ReconnectingWebSocket._lend(
  Object.freeze({
    WebSocket: WebSocket as unknown as WebSocketClass,
    host: moddableHost,
    addressOf,
    encode: encodeText,
    // Assigned it could not be: the one of the prototype is in flash.
    exception: (name: string, message: string) =>
      Object.defineProperty(new Error(message), 'name', { value: name }),
    debug: (...values: readonly unknown[]) => trace(`${values.join(' ')}\n`),
  }),
);

declare function trace(text: string): void;

export { ReconnectingWebSocket, ReconnectingWebSocket as default };
export type {
  Provider,
  ReconnectingOptions,
  WebSocketClass,
  WebSocketLike,
} from '../../src/reconnecting/options.ts';
