/** In place of `src/connection/deadlines.ts`, of which only the shortest is left: proven equal by `test/xs/natives`. */
import * as natives from 'ringlet/natives';

export const { elapse, nextTick, startDeadline } = natives;
export { acknowledge } from '../../../src/connection/deadlines.ts';
