/**
 * What a Moddable app has beside the language, as far as it is used here and `@moddable/typings` does not
 * declare it.
 */

/// <reference types="@moddable/typings/timer" />
/// <reference types="@moddable/typings/time" />
/// <reference types="@moddable/typings/embedded_io/_common" />
/// <reference types="@moddable/typings/embedded_io/socket/tcp" />
/// <reference types="@moddable/typings/embedded_io/socket/udp" />
/// <reference types="@moddable/typings/embedded_network/dns/resolver/udp" />

declare module 'ringlet/random' {
  /**
   * 32 unpredictable bits as a signed integer, from a cryptographic source, without allocating; 0 if the source has
   * none to give. The manifest chooses the module by platform.
   */
  export function word(): number;
}

declare module 'logical' {
  export default class Logical {
    /** XORs the first `count` octets of `target` with those of `source`, over and over. */
    static xor(target: Uint8Array, source: Uint8Array, count?: number): void;
  }
}

declare module 'base64' {
  export default class Base64 {
    /** RFC 4648 §4, with padding. */
    static encode(octets: ArrayBufferLike): string;
  }
}

declare module 'crypt' {
  export class Digest {
    constructor(type: 'SHA1');
    /** The digest of all `data`, strings as UTF-8. */
    process(...data: (string | ArrayBufferLike)[]): ArrayBuffer;
  }
}

declare module 'embedded:io/socket/tcp/tls' {
  /** TLS over a stream class that the option `TCP` gives. */
  const TLSSocket: new (options: never) => import('../../src/client/stream-endpoint.ts').ByteStream;
  export default TLSSocket;
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

declare module 'ringlet/text' {
  export { decodeText, encodeText } from './text.ts';
}

declare module 'ringlet/websocket' {
  export { default, WebSocket } from './websocket.ts';
}
