import {
  WebSocketClient as PortableWebSocketClient,
  type WebSocketClientOptions,
} from '../../src/client/websocket-client.ts';
import { moddableHost } from './host.ts';

/**
 * The ECMA-419 WebSocket client for Moddable: the default export of `embedded:network/websocket/client` (as
 * Moddable names it) and of `embedded:network/ws/client` (as the standard does).
 */
export default class WebSocketClient extends PortableWebSocketClient {
  constructor(options: WebSocketClientOptions) {
    super(options, moddableHost);
  }
}
