import type { Fault } from './apply.mjs';
declare const faults: readonly Fault[];
export default faults;
