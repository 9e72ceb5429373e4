/**
 * Chance that comes again: a small fast counter generator (sfc32, PractRand), seeded by text. Nothing here uses a
 * function of `Math` that engines may round differently, so that a seed means the same run on every engine.
 */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#a = hashOf(this.#seed, 0x811c9dc5);
    this.#b = hashOf(this.#seed, 0x01000193);
    this.#c = hashOf(this.#seed, 0x9e3779b9);
    // The first words still look like the seed.
    for (let i = 0; i < 12; i++) this.word();
  }

  /** A source of its own: the same whatever has been drawn here, so that one part of a world does not change another. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** 32 bits as a signed integer. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** A number from 0 to 1, without 1. */
  unit(): number {
    return (this.word() >>> 0) / 4294967296;
  }

  /** An integer from 0 to `bound` − 1; `bound` is at most 2^32. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** A number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.unit() * (most - least);
  }

  /** Whether what has the probability `probability` (0 … 1) comes true. */
  chance(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** FNV-1a over the code units, with a last round of mixing. */
function hashOf(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
