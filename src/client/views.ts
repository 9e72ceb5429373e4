import { RECEIVE, Register } from '../connection/layout.ts';

/**
 * Views of exact lengths without making one per call. The sockets of devices read and write whole buffers only (a
 * view longer than what is available is an error), and a `subarray` allocates; so a few views are made once, and any
 * number of octets moves in a few pieces: at most seven of each length.
 *
 * Powers of eight, because a view costs 64 octets of a device's memory.
 */

/**
 * Octets at the beginning of the receive buffer in which input never lies: the views of up to so many can always be
 * used. Longer ones lie at its end, and can be used while there is no input.
 */
export const SPARE = 64;

/** Makes views of 1, 8, 64 … octets, at most `most`, of a receive buffer that ends at `end` of `buffer`. */
export function viewsOf(buffer: ArrayBufferLike, most: number, end: number): Uint8Array[] {
  const views: Uint8Array[] = [];
  for (let length = 1; length <= most; length *= 8) {
    views.push(new Uint8Array(buffer, placeOf(length, end), length));
  }
  return views;
}

/**
 * Where the view of `length` octets begins: in the receive buffer, but for the one that is as long as two masking
 * keys. It lies over the registers that have the key when a frame is masked.
 */
export function placeOf(length: number, end: number): number {
  if (length > SPARE) return end - length;
  return length === 8 ? Register.headerKey * 4 : RECEIVE;
}
