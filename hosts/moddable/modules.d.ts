/**
 * What a Moddable app has beside the language, as far as it is used here and `@moddable/typings` does not
 * declare it.
 */

/// <reference types="@moddable/typings/timer" />
/// <reference types="@moddable/typings/time" />
/// <reference types="@moddable/typings/file" />
/// <reference types="@moddable/typings/embedded_io/_common" />
/// <reference types="@moddable/typings/embedded_io/socket/tcp" />
/// <reference types="@moddable/typings/embedded_io/socket/udp" />
/// <reference types="@moddable/typings/embedded_network/dns/resolver/udp" />

declare module 'embedded:io/socket/tcp/tls' {
  /** TLS over a stream class that the option `TCP` gives. */
  const TLSSocket: new (options: never) => import('../../src/client/stream.ts').ByteStream;
  export default TLSSocket;
}

/** The client's bundle, as the bundles beside it see it. */
declare module 'ringlet' {
  export * from './index.ts';
  export { default } from './index.ts';
}

declare module 'embedded:network/websocket/client' {
  const WebSocketClient: typeof import('./websocket-client.ts').default;
  export default WebSocketClient;
}

/** Makes `globalThis.device`, the provider of ECMA-419 classes. */
declare module 'system' {}

declare module 'ringlet/deflate' {
  export { permessageDeflate } from './deflate.ts';
}

declare module 'ringlet/uplink' {
  export { Outbox, Uplink } from './uplink.ts';
}

declare module 'ringlet/text' {
  export { decodeText, encodeText } from './text.ts';
}

declare module 'ringlet/websocket' {
  export { default, WebSocket } from './websocket.ts';
}
