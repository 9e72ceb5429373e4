import type { FrameSender } from '../messages/send-queue.ts';
import type { TextCodec } from '../messages/text-codec.ts';
import type { Address } from './address.ts';
import type { WebSocketOptions } from './options.ts';

/**
 * What a WebSocket has its octets moved by: what an `Endpoint` has. Its events go to the methods of the WebSocket
 * whose names begin with `_on`, and none of them from inside a method of this.
 */
export interface Link extends FrameSender {
  /** Octets that no transport has taken yet, framing included; 0 when all have been taken. */
  readonly bufferedAmount: number;
  /** The subprotocol that was agreed on; empty for none. */
  readonly protocol: string;
  /** The peer's address, and headers of its response that were asked for, where the host knows them. */
  readonly remoteAddress?: string | undefined;
  readonly headers?: ReadonlyMap<string, string> | undefined;
  /** The peer's reason for closing. */
  readonly closeReason: string;
  /** Begins the closing handshake with `code` (0 for none) and a reason in UTF-8. Returns 0 or an error id. */
  close(code: number, reason: Uint8Array): number;
  /** Releases everything at once; nothing is called any more. */
  drop(): void;
  /** Stops the delivery of messages, with what follows the current one, until `resume`. */
  pause(): void;
  resume(): void;
}

/** What a runtime lends every WebSocket: one frozen object. */
export interface WebSocketRuntime<Socket> extends TextCodec {
  /** Longest message to receive, and most octets that wait to be sent, where no option says so. */
  readonly maxMessageSize: number;
  readonly maxBufferedAmount: number;
  /** A message's octets as a Blob, where there are Blobs; then `binaryType` is 'blob' by default, as the standard says. */
  readonly blobOf?: (octets: Uint8Array) => unknown;
  /** Whether `value` is a Blob. */
  readonly isBlob?: (value: unknown) => value is BlobLike;
  /** Reads a URL; undefined if it is none. */
  addressOf(text: string): Address | undefined;
  /** Begins to connect; throws, leaving nothing, for options that are wrong. */
  connect(socket: Socket, address: Address, protocols: string, options: WebSocketOptions): Link;
  /** A DOMException, or what the runtime has in its place. */
  exception(name: string, message: string): Error;
  /** Makes known what a listener threw, as the runtime does uncaught exceptions. */
  report(error: unknown): void;
  /** Calls `callback` in a later turn of the event loop, when all that was promised so far has been done. */
  later(callback: () => void): void;
}

/** As much of a Blob as is used here. */
export interface BlobLike {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}
