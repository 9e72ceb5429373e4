/** In place of `src/handshake/accept.ts`: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

/**
 * A constant of the module, as one that is in flash has to have it, where the import is a variable; by a call, so that the
 * bundler does not put the import in its place again.
 */
export const portableProof = Object(natives) as typeof natives;
