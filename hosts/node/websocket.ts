/**
 * `ringlet/websocket` on Node: the WebSocket of the web on the fast transport. It is not installed as a global; that is
 * what `ringlet/websocket/global` does.
 */
import { WebSocket as PortableWebSocket } from '../../src/websocket/websocket.ts';
import type { WebSocketOptions, WebSocketOptionsWithUrl } from '../../src/websocket/options.ts';
import { nodeRuntime } from './websocket/runtime.ts';

export { CloseEvent, MessageEvent } from '../../src/websocket/events.ts';
export type { HeadersLike, WebSocketOptions, WebSocketOptionsWithUrl } from '../../src/websocket/options.ts';
export type {
  CloseEventLike,
  ErrorEventLike,
  EventLike,
  MessageEventLike,
  WebSocketEventMap,
} from '../../src/websocket/types.ts';

/**
 * The WebSocket of the web (https://websockets.spec.whatwg.org), with options in the place of the subprotocols:
 * `new WebSocket(url, { protocols, headers, tls, compression, …limits })`.
 */
export class WebSocket extends PortableWebSocket {
  constructor(
    url: string | URL | WebSocketOptionsWithUrl,
    protocols?: string | Iterable<string> | WebSocketOptions,
  ) {
    if (arguments.length === 0) throw new TypeError('a WebSocket needs a URL');
    super(url, protocols, nodeRuntime);
  }
}

export default WebSocket;
