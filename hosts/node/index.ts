/** Ringlet on Node: the portable classes bound to Node's sockets, timers and random source. */
export { connect, type ConnectOptions, type Destination, destinationOf } from './connect.ts';
export { device } from './device.ts';
export { nodeHost } from './host.ts';
export * from './io.ts';
export {
  type AwaitedRequestHook,
  serve,
  type ListeningServer,
  type Refusal,
  type ServeOptions,
} from './serve.ts';
export { acceptTransport } from './transport/accept.ts';
export { decodeText } from './decode-text.ts';
export { connectTransport, type ConnectTransportOptions } from './transport/connect.ts';
export { WebSocketClient } from './websocket-client.ts';
/** The types of what `connect` returns and takes, so that one import is enough. */
export type { Endpoint, EndpointEvents, EndpointOptions } from '../../src/client/endpoint.ts';
export type { ConnectionEvents, Delivery, TakesSpans } from '../../src/connection/events.ts';
export type { Limits } from '../../src/connection/limits.ts';
export type { ByteBuffer, WebSocketClientOptions, WriteOptions } from '../../src/client/websocket-client.ts';
