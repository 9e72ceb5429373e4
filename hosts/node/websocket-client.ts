import {
  WebSocketClient as PortableWebSocketClient,
  type WebSocketClientOptions,
} from '../../src/client/websocket-client.ts';
import { nodeHost } from './host.ts';

/** The ECMA-419 WebSocket client on Node: what `embedded:network/websocket/client` is on a device. */
export class WebSocketClient extends PortableWebSocketClient {
  constructor(options: WebSocketClientOptions) {
    super(options, nodeHost);
  }
}
