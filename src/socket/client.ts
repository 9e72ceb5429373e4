import type { Delivery } from '../connection/events.ts';
import { Opcode } from '../frame/opcode.ts';

/** As much of ECMA-419's WebSocket client as is used here. */
export interface Client {
  read(buffer: Uint8Array): unknown;
  write(data: Uint8Array, options?: { readonly opcode?: number }): number;
  close(): void;
}

/** Who is called for what comes from a client. */
export interface ClientSink {
  /** `count` octets of a message can be read. */
  _onMessage(count: number, isBinary: boolean): void;
  /** The client takes `count` octets. */
  _onRoom(count: number): void;
  /** The connection is over. */
  _onEnd(failure: Error | undefined): void;
}

/** A client whose target is called. */
type OwnClient = Client & { readonly target: ClientSink };

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
export const BUFFER = 'buffer';
export const CLOSE = Object.freeze({ opcode: Opcode.close as number });

/** The callbacks of every client; they are called as its methods, and call its `target`. */
export const CALLBACKS = Object.freeze({
  format: BUFFER as 'buffer',
  onReadable(this: OwnClient, count: number, delivery: Delivery): void {
    this.target._onMessage(count, delivery.binary);
  },
  onWritable(this: OwnClient, count: number): void {
    this.target._onRoom(count);
  },
  onClose(this: OwnClient): void {
    this.target._onEnd(undefined);
  },
  onError(this: OwnClient, error: Error): void {
    this.target._onEnd(error);
  },
});
