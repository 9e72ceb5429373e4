/**
 * Ringlet on Moddable: the module `ringlet`, one file that is preloaded into flash.
 */
export { ConnectionError, RingletError } from '../../src/errors.ts';
export type { Delivery } from '../../src/connection/events.ts';
export type { ByteBuffer, WebSocketClientOptions, WriteOptions } from '../../src/client/websocket-client.ts';
export { default, default as WebSocketClient } from './websocket-client.ts';
