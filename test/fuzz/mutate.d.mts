import type { Random } from '../../hosts/simulated/random.ts';

export function mutate(
  random: Random,
  input: Uint8Array,
  others: readonly Uint8Array[],
  most: number,
): Uint8Array;
