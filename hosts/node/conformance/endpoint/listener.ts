import type { HttpHead } from '../wire/http-head.ts';

/** Who hears of a connection. */
export interface ConnectionListener {
  /** The peer's part of the opening handshake has come. */
  onHead(head: HttpHead, rest: Buffer): void;
  onMessage(payload: Buffer, binary: boolean): void;
  onPong(payload: Buffer): void;
  /** Nothing more will happen. Called once. */
  onEnd(): void;
}
