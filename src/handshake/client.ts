import { portableProof } from './accept.ts';
import { ClientHandshake, type ClientRequest } from './client-handshake.ts';
import type { OpeningFactory } from './opening.ts';
import type { Proof } from './proof.ts';

export type { ClientRequest } from './client-handshake.ts';

/** The option `opening` of a client that asks for `request`, which is valid already; `proof` has the host's natives. */
export function clientOpening(request: ClientRequest, proof: Proof = portableProof): OpeningFactory {
  return (setup) => new ClientHandshake(request, proof, setup);
}
