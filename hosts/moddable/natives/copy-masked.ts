/** In place of `src/frame/copy-masked.ts`: proven equal by `test/xs/natives`. */
export { mask as copyMasked } from 'ringlet/natives';
