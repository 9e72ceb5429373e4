import type { Limits } from '../../../src/connection/limits.ts';
import type { ConnectionOptions } from '../../../src/connection/options.ts';

/*
 * In place of `src/connection/given.ts`: whoever has a connection on a device, the client and an uplink, has looked at what it
 * gives it.
 */

/** All of an array of octets, or a part of memory of ours. */
export const isGivenRange = (_bytes: Uint8Array, _start: number, _end: number): boolean => true;

/** Those that the client has made. */
export const limitsGiven = <Target>(options: ConnectionOptions<Target>): Limits => options.limits as Limits;
