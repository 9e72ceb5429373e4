/**
 * `ringlet:xs/counters`: what the machine has used of its block. Reading a counter allocates nothing.
 */
export const slots = native('slots');
export const slotsReserved = native('slotsReserved');
export const chunks = native('chunks');
export const chunksReserved = native('chunksReserved');
export const collections = native('collections');
export const stackPeak = native('stackPeak');
export const blockSize = native('blockSize');
export const free = native('free');
export const aliases = native('aliases');
export const computrons = native('computrons');
export const instructions = native('instructions');
export const gc = native('collect');
export const slotSize = native('slotSize')();
export const engineVersion = native('engineVersion')();
