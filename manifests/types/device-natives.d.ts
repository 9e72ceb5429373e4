/**
 * What `ringlet/natives` exports on a device: the natives of `natives.d.ts` by names that an app's flash has anyway
 * (`OFTEN` in `tools/bundle/device-shape.mjs`). It is there for the bundles of this package.
 */
export {
  copyFitting as update,
  faultOfHeader as filter,
  frameLength as peek,
  lengthAt as weight,
  mask,
  partOf as slice,
  putMessage as poke,
  validate as scan,
  writeHeader as label,
} from './natives.js';

/** Any other native: its arguments, and behind them its place in `RARE` of the same file. */
export function local(...argumentsAndPlace: readonly unknown[]): unknown;
