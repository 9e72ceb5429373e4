import type { SimulatedHost } from './host.ts';

/** Whose code runs now, in whichever world: what is global in a program belongs to it. */
export const present: { host: SimulatedHost | undefined } = { host: undefined };
