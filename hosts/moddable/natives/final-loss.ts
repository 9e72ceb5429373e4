/** In place of `src/uplink/final-loss.ts`: proven equal by `test/xs/natives`. */
export { isFinalLoss } from 'ringlet/uplink-natives';
