/**
 * `ringlet/websocket` on Node: the WebSocket of the web (https://websockets.spec.whatwg.org) on the fast transport, with
 * options in the place of the subprotocols: `new WebSocket(url, { protocols, headers, tls, compression, …limits })`. It is
 * not installed as a global; that is what `ringlet/websocket/global` does.
 */
import { WebSocket } from '../../src/websocket/websocket.ts';
import { nodeRuntime } from './websocket/runtime.ts';

WebSocket._lend(nodeRuntime);

export { WebSocket, WebSocket as default };
export { CloseEvent, MessageEvent } from '../../src/websocket/events.ts';
export type { HeadersLike, WebSocketOptions, WebSocketOptionsWithUrl } from '../../src/websocket/options.ts';
export type {
  CloseEventLike,
  ErrorEventLike,
  EventLike,
  MessageEventLike,
  WebSocketEventMap,
} from '../../src/websocket/types.ts';
