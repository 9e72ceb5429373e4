/**
 * `ringlet/server-handshake` on Node: the server's half of the opening handshake, for an ECMA-419 client with
 * `attach`, as devices have it. What serves many connections is `serve` of `ringlet/node`.
 */
import { nodeHost } from './host.ts';
import { readingOf } from './options.ts';
import type { OpeningFactory } from '../../src/handshake/opening.ts';
import { checkedServerOpening, type ServerHandshakeOptions } from '../../src/handshake/server-policy.ts';

/**
 * The option `handshake` of a client with `attach`: answers the request that is still to come on that stream. Without an
 * `onRequest` every request is accepted. Throws a RingletError for options that are wrong.
 */
export function serverHandshake(options: ServerHandshakeOptions = {}): OpeningFactory {
  return readingOf('an option of serverHandshake', () => checkedServerOpening(options, nodeHost.proof));
}

export type { ServerHandshakeOptions } from '../../src/handshake/server-policy.ts';
export type { RequestHook, ServerAnswer, ServerRequest } from '../../src/handshake/server.ts';
