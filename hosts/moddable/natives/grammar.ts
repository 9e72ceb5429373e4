/** In place of `src/handshake/grammar.ts`: proven equal by `test/xs/natives`. */
export { wellFormed } from 'ringlet/natives';
