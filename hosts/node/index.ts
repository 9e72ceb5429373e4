/** Ringlet on Node: the portable classes bound to Node's sockets, timers and random source. */
export { connect, type ConnectOptions, type Destination, destinationOf } from './connect.ts';
export { device } from './device.ts';
export { nodeHost } from './host.ts';
export * from './io.ts';
export { NodeEndpoint, type OwnEndpoint } from './endpoint/node-endpoint.ts';
export type { MessageReader } from './endpoint/message-reader.ts';
export type { NodeEvents } from './events.ts';
export {
  type AwaitedRequestHook,
  type Broadcast,
  type BroadcastOptions,
  type CloseOptions,
  serve,
  type ListeningServer,
  type NodeRequest,
  type Refusal,
  type ServeOptions,
} from './serve.ts';
export {
  type PathOption,
  serveUpgrades,
  type ServeUpgradesOptions,
  type UpgradeEmitter,
  type UpgradeServer,
} from './serve-upgrades.ts';
export { webStreams, type WebStreams } from './web-streams.ts';
export { acceptTransport } from './transport/accept.ts';
export { decodeText } from './decode-text.ts';
export type { ProxyOption } from './proxy/proxy-option.ts';
export { connectTransport, type ConnectTransportOptions } from './transport/connect.ts';
export { WebSocketClient } from './websocket-client.ts';
/** The types of what `connect` returns and takes, so that one import is enough. */
export type { Endpoint, EndpointEvents, EndpointOptions } from '../../src/client/endpoint.ts';
export type { ConnectionEvents, Delivery, TakesSpans } from '../../src/connection/events.ts';
export type { Limits } from '../../src/connection/limits.ts';
export type { ByteBuffer, WebSocketClientOptions, WriteOptions } from '../../src/client/websocket-client.ts';
