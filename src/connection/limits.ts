import { freeze } from '../freeze.ts';

/** Bounds and deadlines of a connection. Times are milliseconds, 0 means none; sizes are octets. */
export interface Limits {
  /** Until the transport carries octets (name, TCP and TLS included). */
  readonly connectTimeout: number;
  /** From then until the whole handshake is done. */
  readonly handshakeTimeout: number;
  /**
   * From our Close until the connection is over. Until the peer's Close has come, it begins anew with each octet that
   * comes or goes, ten times at most.
   */
  readonly closeTimeout: number;
  /** Without any octet from the peer, while we read. */
  readonly idleTimeout: number;
  /** Between two Pings that are sent by themselves; it does not depend on what else is sent or received. */
  readonly keepalive: number;
  /**
   * For the peer to show that it lives after our ping: by its pong or any other octet, as the pong may lie behind a
   * long frame. It is not asked while we do not read.
   */
  readonly keepaliveTimeout: number;
  /** For which the transport takes nothing while octets wait to be sent, whether we read or not. */
  readonly sendTimeout: number;
  /** Longest message to receive; at most 2^53 − 1. A limit, not a buffer. */
  readonly maxMessageSize: number;
  /** Most frames of one message to receive; 0 for any number. */
  readonly maxFragments: number;
  /** Longest head of the opening handshake to receive. */
  readonly maxHeadSize: number;
}

/** The limits of a connection whose options name none. Milliseconds, bytes and counts. */
export const DEFAULT_LIMITS: Limits = freeze({
  connectTimeout: 15_000,
  handshakeTimeout: 15_000,
  closeTimeout: 3_000,
  idleTimeout: 0,
  keepalive: 30_000,
  keepaliveTimeout: 15_000,
  sendTimeout: 30_000,
  maxMessageSize: Number.MAX_SAFE_INTEGER,
  maxFragments: 0,
  maxHeadSize: 8192,
});
