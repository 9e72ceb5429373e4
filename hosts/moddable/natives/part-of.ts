/** In place of `src/client/part-of.ts`: proven equal by `test/xs/natives`. */
export { newPart, partOf } from 'ringlet/natives';
