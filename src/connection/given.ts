import { type ConnectionOptions, limitsOf } from './options.ts';
import type { Limits } from './limits.ts';

/*
 * What a connection is given by who has it. On devices, where only our own faces have connections,
 * `hosts/moddable/lean/given.ts` takes the place of this module.
 */

export { isRange as isGivenRange } from './arguments.ts';

/** The limits, which a face may have made beforehand. */
export const limitsGiven = <Target>(options: ConnectionOptions<Target>): Limits =>
  options.limits ?? limitsOf(options);
