/** In place of `src/frame/copy-fitting.ts`: proven equal by `test/xs/natives`. */
export { copyFitting } from 'ringlet/natives';
