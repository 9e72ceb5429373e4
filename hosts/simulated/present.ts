import type { SimulatedDevice } from './device.ts';

/** Whose code runs now, in whichever world: what is global in a program belongs to it. */
export const present: { host: Present | undefined } = { host: undefined };

/** What is global in a program. */
interface Present {
  device: SimulatedDevice;
  say(text: string): void;
}
