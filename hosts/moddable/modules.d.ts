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

declare module 'ringlet/random' {
  /**
   * 32 unpredictable bits as a signed integer, from a cryptographic source, without allocating; 0 if the source has
   * none to give. The manifest chooses the module by platform.
   */
  export function word(): number;
}

/**
 * What the engine lets C do (`manifests/natives/`). `validate` and `mask` allocate nothing. An argument that is no
 * position within its buffer gives a RangeError, and one of another type a TypeError, before anything has changed.
 */
declare module 'ringlet/natives' {
  /**
   * The state of the UTF-8 automaton (`src/frame/utf8.ts`) after `bytes[start, end)`, going on from `state`.
   */
  export function validate(bytes: Uint8Array, start: number, end: number, state: number): number;
  /**
   * Moves `source[start, end)` to `target` from `at` on, XORed with the masking key `key`, a 32-bit integer whose lowest
   * 8 bits are the key's first octet. The two may share memory in any way. Returns the key turned to where the next
   * octet goes on, as a signed integer.
   */
  export function mask(
    target: Uint8Array,
    at: number,
    source: Uint8Array,
    start: number,
    end: number,
    key: number,
  ): number;
  /**
   * The header of a frame, as `src/frame/header.ts` has it. `bytes` have room for the longest header, 14 octets, from `at` on
   * or up to `end`; a `length` that is written is at most 2^31 − 1.
   */
  export function faultOfHeader(
    bytes: Uint8Array,
    at: number,
    count: number,
    inMessage: boolean,
    rsv: number,
    maskBit: number,
  ): number;
  export function lengthAt(bytes: Uint8Array, at: number): number;
  export function frameLength(bytes: Uint8Array, base: number, at: number, mask: number): number;
  export function writeHeader(
    bytes: Uint8Array,
    end: number,
    first: number,
    maskBit: number,
    length: number,
  ): number;
  /** The Sec-WebSocket-Key of four random words: their 16 octets in base64. */
  export function keyOf(words: Int32Array): string;
  /** The Sec-WebSocket-Accept that belongs to `key`. */
  export function acceptOf(key: string): string;
}

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
