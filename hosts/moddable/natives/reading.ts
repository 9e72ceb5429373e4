/** In place of `src/handshake/reading.ts`: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

// An import of its own is 11 octets more of bytecode.
export const { hasToken, headText, statusOf, trim } = natives;
