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
export type { ProxyOption } from './proxy/proxy-option.ts';
export { connectTransport, type ConnectTransportOptions } from './transport/connect.ts';
export { WebSocketClient } from './websocket-client.ts';
