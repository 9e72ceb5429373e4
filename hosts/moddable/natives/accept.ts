/** In place of `src/handshake/accept.ts`, of which only the shortest is left: proven equal by `test/xs/natives`. */
export * as portableProof from 'ringlet/natives';
export { isKey } from '../../../src/handshake/accept.ts';
