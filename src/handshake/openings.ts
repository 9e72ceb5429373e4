import { check, ErrorId, RingletError } from '../errors.ts';
import { portableProof } from './accept.ts';
import { type ClientRequest, clientOpening as uncheckedClient } from './client.ts';
import type { OpeningFactory } from './opening.ts';
import type { Proof } from './proof.ts';
import { readingOf } from '../reading-of.ts';
import type { ServerPolicy } from './server.ts';
import { checkedServerOpening } from './server-policy.ts';

/*
 * The option `opening` of a connection for whoever makes it by itself. What is wrong is said where it is given, and not when a
 * request comes.
 */

const STRINGS = ['host', 'path', 'protocol'] as const;

/** Refuses natives of the opening handshake that are none. */
function checkProof(proof: unknown): void {
  const { keyOf, acceptOf } = (proof ?? {}) as Partial<Proof>;
  check(typeof keyOf === 'function' && typeof acceptOf === 'function', 'proof');
}

/**
 * The option `opening` of a client that asks for `request`, which `requestOf` has made; `proof` has the host's natives. Throws a
 * RingletError for what is no such request.
 */
export function clientOpening(request: ClientRequest, proof: Proof = portableProof): OpeningFactory {
  return readingOf('the request', () => clientOf(request, proof), ErrorId.argumentInvalid);
}

function clientOf(request: ClientRequest, proof: Proof): OpeningFactory {
  const isRequest =
    typeof request === 'object' &&
    request !== null &&
    STRINGS.every((name) => typeof request[name] === 'string') &&
    typeof (request.headers as Partial<typeof request.headers> | undefined)?.[Symbol.iterator] === 'function';
  if (!isRequest) throw new RingletError(ErrorId.argumentInvalid, 'the request must be made by requestOf');
  checkProof(proof);
  return uncheckedClient({ ...request, headers: [...request.headers] }, proof);
}

/**
 * The option `opening` of a server that answers by `policy`. A hook that answers a Promise is answered with 500 here. Throws a
 * RingletError for a policy that is wrong.
 */
export function serverOpening(policy: ServerPolicy): OpeningFactory {
  return readingOf('the policy', () => serverOf(policy));
}

function serverOf(policy: ServerPolicy): OpeningFactory {
  check(typeof policy === 'object' && policy !== null && !Array.isArray(policy), 'policy');
  const { proof = portableProof, ...options } = policy;
  checkProof(proof);
  return checkedServerOpening(options, proof);
}
