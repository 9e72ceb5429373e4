/**
 * `ringlet/server-handshake` on Moddable: the server's half of the opening handshake, for `attach`. A module of its own, so
 * that an app which only connects does not carry it.
 */
import { portableProof } from '../../src/handshake/accept.ts';
import type { OpeningFactory } from '../../src/handshake/opening.ts';
import { checkedServerOpening, type ServerHandshakeOptions } from '../../src/handshake/server-policy.ts';

/**
 * The option `handshake` of a client with `attach`: answers the request that is still to come on that stream. Without an
 * `onRequest` every request is accepted. Throws a RingletError for options that are wrong.
 */
export function serverHandshake(options: ServerHandshakeOptions = {}): OpeningFactory {
  return checkedServerOpening(options, portableProof);
}

export type { ServerHandshakeOptions } from '../../src/handshake/server-policy.ts';
export type { RequestHook, ServerAnswer, ServerRequest } from '../../src/handshake/server.ts';
