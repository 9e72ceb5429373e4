/** In place of `src/uplink/retry-after.ts`: proven equal by `test/xs/natives`. */
export { retryAfterOf } from 'ringlet/uplink-natives';
