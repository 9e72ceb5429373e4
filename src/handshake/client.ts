import { portableProof } from './accept.ts';
import { ClientHandshake, type ClientRequest } from './client-handshake.ts';
import type { OpeningFactory } from './opening.ts';

export type { ClientRequest } from './client-handshake.ts';

/** The option `opening` of a client that asks for `request`, which is valid already. */
export function clientOpening(request: ClientRequest): OpeningFactory {
  return (setup) => new ClientHandshake(request, portableProof, setup);
}
