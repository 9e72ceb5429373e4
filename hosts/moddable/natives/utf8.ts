/** In place of `src/frame/utf8.ts`, whose automaton is in `validate-text`: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

export const { decodeUtf8 } = natives;
