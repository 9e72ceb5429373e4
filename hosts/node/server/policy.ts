import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerHandshake } from '../../../src/handshake/server-handshake.ts';
import type { RequestHook, ServerAnswer, ServerRequest } from '../../../src/handshake/server.ts';

type Answer = ReturnType<RequestHook>;

/** What a client asked for, and who it is. */
export interface NodeRequest extends ServerRequest {
  /** The peer's address and port: the client's, or those of the proxy before this server. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Whether it came by TLS. */
  readonly secure: boolean;
  /** Node's own request, with its URL and all headers, where an `http.Server` read it; undefined where this server did. */
  readonly incoming: IncomingMessage | undefined;
}

/**
 * Decides about a request: nothing accepts it. A Promise is awaited, while the deadline of the handshake goes on; what is
 * thrown, a rejection, and an answer that makes no sense are answered with 500.
 */
export type AwaitedRequestHook = (
  request: NodeRequest,
) => Answer | PromiseLike<ServerAnswer | undefined | void>;

/** A client that was not let in. */
export interface Refusal {
  /** The error id: of the request, of a deadline, or of TLS. */
  readonly error: number;
  /** The status that it was answered with; 0 where there was no answer. */
  readonly status: number;
  /** Its address, if it is still known. */
  readonly address: string | undefined;
}

/** What arrivals are judged by. Times in milliseconds, 0 for none. */
export interface ArrivalPolicy {
  readonly protocols: readonly string[];
  /** Lower-case names. */
  readonly requestHeaders: readonly string[];
  readonly onRequest: AwaitedRequestHook | undefined;
  readonly onRefused: ((refusal: Refusal) => void) | undefined;
  readonly maxHeadSize: number;
  /** From the accept of the socket until its request is accepted. */
  readonly handshakeTimeout: number;
  /** For a client that was refused to take that, and leave. */
  readonly closeTimeout: number;
  /** Most sockets before that; 0 for any number. */
  readonly maxHandshakes: number;
  /** Most connections; 0 for any number. */
  readonly maxConnections: number;
}

/** Makes a connection of an arrival. */
export interface Admission<Target = unknown> {
  /** Makes the target of its events. */
  target(request: NodeRequest): Target;
  /** The connection goes on with `handshake`, which is decided, on `socket`, from which `received` came behind it. */
  admit(target: Target, socket: Socket, handshake: ServerHandshake, received: Uint8Array): void;
}
