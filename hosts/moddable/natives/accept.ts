/** In place of `src/handshake/accept.ts`: proven equal by `test/xs/natives`. */
export * as portableProof from 'ringlet/natives';
