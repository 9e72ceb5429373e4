/** In place of `src/handshake/reading.ts`: proven equal by `test/xs/natives`. */
export { hasToken, headText, trim } from 'ringlet/natives';
