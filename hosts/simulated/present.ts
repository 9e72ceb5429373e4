import type { SimulatedDevice } from './device.ts';

/** What is global in a program. */
interface Present {
  device: SimulatedDevice;
  say(text: string): void;
}

/** Made once for each machine: machines take turns at every happening. */
const references = new WeakMap<Present, WeakRef<Present>>();
let current: WeakRef<Present> | undefined;

/**
 * Whose code runs now, in whichever world: what is global in a program belongs to it. That goes on when a world has run, because
 * a program may continue in microtasks; held weakly, so that a world which nobody else holds is let go.
 */
export const present = {
  get host(): Present | undefined {
    return current?.deref();
  },

  set host(host: Present | undefined) {
    if (host === undefined) {
      current = undefined;
      return;
    }
    current = references.get(host);
    if (current !== undefined) return;
    current = new WeakRef(host);
    references.set(host, current);
  },
};
