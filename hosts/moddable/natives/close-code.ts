/** In place of `src/frame/close-code.ts`: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

export const { closeCodeOf, isWireCloseCode } = natives;
