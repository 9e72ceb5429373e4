import { check } from '../errors.ts';
import type { OpeningFactory } from './opening.ts';
import type { Proof } from './proof.ts';
import { type ServerPolicy, serverOpening } from './server.ts';
import { isToken } from './text.ts';

/** How a device answers the opening handshakes of those who connect to it. */
export type ServerHandshakeOptions = Partial<Omit<ServerPolicy, 'proof'>>;

const NONE: readonly string[] = Object.freeze([]);

/** {@link serverOpening} with options that are checked: throws a RingletError for those that are wrong. */
export function checkedServerOpening(options: ServerHandshakeOptions, proof: Proof): OpeningFactory {
  const { protocols = NONE, requestHeaders = NONE, onRequest } = options;
  check(Array.isArray(protocols) && protocols.every(isToken), 'protocols');
  check(new Set(protocols).size === protocols.length, 'protocols');
  check(Array.isArray(requestHeaders) && requestHeaders.every(isToken), 'requestHeaders');
  check(onRequest === undefined || typeof onRequest === 'function', 'onRequest');
  const names = requestHeaders.map((name) => name.toLowerCase());
  return serverOpening({ protocols: protocols.slice(), requestHeaders: names, onRequest, proof });
}
