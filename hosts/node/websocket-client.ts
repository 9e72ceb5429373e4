import {
  WebSocketClient as PortableWebSocketClient,
  type WebSocketClientOptions,
} from '../../src/client/websocket-client.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { nodeHost } from './host.ts';
import { HEAD_SIZE } from './options.ts';

/** The same options with a head of the server's as long as Node allows, unless they say how long. */
function withHeadSize(options: WebSocketClientOptions): WebSocketClientOptions {
  if (typeof options !== 'object' || options === null)
    throw new RingletError(ErrorId.optionInvalid, 'invalid options');
  // An object on top of them, so that each is read once, wherever it comes from, and none is changed.
  return Object.create(options, {
    maxHeadSize: { get: () => options.maxHeadSize ?? HEAD_SIZE },
  }) as WebSocketClientOptions;
}

/** The ECMA-419 WebSocket client on Node: what `embedded:network/websocket/client` is on a device. */
export class WebSocketClient extends PortableWebSocketClient {
  constructor(options: WebSocketClientOptions) {
    super(withHeadSize(options), nodeHost);
  }
}
