/** In place of `src/frame/put-message.ts`: proven equal by `test/xs/natives`. */
export { putMessage } from 'ringlet/natives';
