/**
 * `ringlet/reconnecting` on Node: a WebSocket that comes back, in the place of `reconnecting-websocket`:
 * `new ReconnectingWebSocket(url, protocols, options)`.
 */
import { nodeHost } from './host.ts';
import { Timer } from './io/timer.ts';
import { WebSocket } from './websocket.ts';
import { checkOptions } from './websocket/connect.ts';
import { nodeRuntime } from './websocket/runtime.ts';
import type { Host } from '../../src/host.ts';
import { checkObject } from '../../src/connection/check-options.ts';
import { readingOf } from '../../src/reading-of.ts';
import type { Provider, ReconnectingOptions } from '../../src/reconnecting/options.ts';
import { ReconnectingWebSocket as PortableWebSocket } from '../../src/reconnecting/reconnecting-websocket.ts';

PortableWebSocket._lend(
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

/** The options as they are now, each looked at once. Throws a RingletError for what is none. */
function read(options: unknown): ReconnectingOptions {
  return readingOf('an option', () => {
    checkObject(options, 'options');
    const given: Record<string, unknown> = { ...options };
    const { connection } = given;
    if (connection === undefined) return given;
    checkObject(connection, 'connection');
    const own = { ...connection };
    // It would fail every attempt.
    if (given.WebSocket === undefined) checkOptions(own);
    return { ...given, connection: own };
  });
}

/** {@link PortableWebSocket} with Node's WebSocket, timers and clock. */
export class ReconnectingWebSocket extends PortableWebSocket {
  /** See {@link PortableWebSocket}. */
  constructor(
    url: Provider<string>,
    protocols: Provider<string | readonly string[] | undefined> = undefined,
    options: ReconnectingOptions = {},
  ) {
    // None at all is an error of its own there.
    super(...((arguments.length === 0 ? [] : [url, protocols, read(options)]) as never[] as [never]));
  }
}

export default ReconnectingWebSocket;
export type {
  Provider,
  ReconnectingOptions,
  WebSocketClass,
  WebSocketLike,
} from '../../src/reconnecting/options.ts';
