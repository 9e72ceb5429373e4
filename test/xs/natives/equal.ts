/** What the programs beside this use: octets that look random and are the same in every run, and comparisons. */
import { print } from 'ringlet:xs/host';

/** Longest of the lengths that are tried one by one; words, their ends and what is unrolled all lie far below. */
export const LENGTHS = 300;
/** Octets of two words: every alignment of one to another. */
export const ALIGNMENTS = 8;

let seed = 0x2545f491;

/** Numbers by xorshift32 (Marsaglia 2003): 32 bits, signed. */
export function next(): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return seed;
}

export const below = (limit: number): number => (next() >>> 0) % limit;

export function fill(octets: Uint8Array): Uint8Array {
  for (let i = 0; i < octets.length; i++) octets[i] = next() >>> 24;
  return octets;
}

const failures: string[] = [];
let count = 0;

/** Counts a comparison, and keeps what failed first. */
export function check(isEqual: boolean, what: () => string): void {
  count++;
  if (!isEqual && failures.length < 5) failures.push(what());
}

export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

/** What `action` throws, by name, or what it returns. */
export function outcomeOf(action: () => unknown): string {
  try {
    return String(action());
  } catch (error) {
    return (error as Error).name;
  }
}

/** Says what came of it, as one line of JSON. */
export function conclude(more: object = {}): void {
  print(JSON.stringify({ count, failures, ...more }));
}
