/** In place of `src/connection/deadlines.ts`, of which only the shortest is left: proven equal by `test/xs/natives`. */
export { elapse, nextTick, startDeadline } from 'ringlet/natives';
export { answered } from '../../../src/connection/deadlines.ts';
