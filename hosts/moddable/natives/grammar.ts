/** In place of `src/handshake/grammar.ts`: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

export const { wellFormed } = natives;
