import { Blob } from 'node:buffer';
import type { BlobLike, WebSocketRuntime } from '../../../src/websocket/runtime.ts';
import { nodeHost } from '../host.ts';
import { addressOf } from './address.ts';
import { connectSocket } from './connect.ts';
import { nodeText } from '../text.ts';
import { joinWebEvents } from './web-events.ts';

joinWebEvents();

/** What Node lends every WebSocket. */
export const nodeRuntime: WebSocketRuntime<WebSocket> = Object.freeze({
  maxMessageSize: 64 << 20,
  maxBufferedAmount: 128 << 20,
  blobOf: (octets: Uint8Array) => new Blob([octets as Uint8Array<ArrayBuffer>]),
  isBlob: (value: unknown): value is BlobLike => value instanceof Blob,
  addressOf,
  connect: connectSocket,
  ...nodeText,
  exception: (name: string, message: string) => new DOMException(message, name),
  report: nodeHost.report,
  later: (callback: () => void) => {
    setImmediate(callback);
  },
});
