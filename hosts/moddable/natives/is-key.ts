/** In place of `src/handshake/is-key.ts`: proven equal by `test/xs/natives`. */
export { isKey } from 'ringlet/request-natives';
