/**
 * `ringlet/reconnecting` on Node: a WebSocket that comes back, in the place of `reconnecting-websocket`:
 * `new ReconnectingWebSocket(url, protocols, options)`.
 */
import { nodeHost } from './host.ts';
import { Timer } from './io/timer.ts';
import { WebSocket } from './websocket.ts';
import { nodeRuntime } from './websocket/runtime.ts';
import type { Host } from '../../src/host.ts';
import { ReconnectingWebSocket } from '../../src/reconnecting/reconnecting-websocket.ts';

ReconnectingWebSocket._lend(
  Object.freeze({
    WebSocket,
    // One that waits keeps the process alive, as a connection does; one that was closed does not.
    host: Object.freeze({ ...nodeHost, Timer: Timer as unknown as Host['Timer'] }),
    addressOf: nodeRuntime.addressOf,
    encode: nodeRuntime.encode,
    exception: nodeRuntime.exception,
    debug: (...values: readonly unknown[]) => console.debug(...values),
  }),
);

export { ReconnectingWebSocket, ReconnectingWebSocket as default };
export type {
  Provider,
  ReconnectingOptions,
  WebSocketClass,
  WebSocketLike,
} from '../../src/reconnecting/options.ts';
