/**
 * Ringlet on Moddable: the module `ringlet`, one file that is preloaded into flash.
 */
export { ConnectionError, RingletError } from '../../src/connection/errors.ts';
export type {
  ByteBuffer,
  Delivery,
  WebSocketClientOptions,
  WriteOptions,
} from '../../src/client/websocket-client.ts';
export { default, default as WebSocketClient } from './websocket-client.ts';
