import { Random } from '../../hosts/simulated/random.ts';

/** A message that both sides can make by themselves, so that nobody has to remember what was sent. */
export interface Message {
  readonly binary: boolean;
  readonly octets: Uint8Array;
}

const ENCODER = new TextEncoder();
const CHARACTERS = ['a', 'z', '0', ' ', '"', '\u0000', '\u007f', 'ß', '€', '𝄞', '\ufeff'];

/** The message number `index` of whoever is called `key`: mostly short, text or binary. */
export function messageOf(key: string, index: number): Message {
  const random = new Random(`${key}/${index}`);
  const binary = random.chance(0.5);
  const most = random.chance(0.05) ? 6000 : random.chance(0.2) ? 400 : 80;
  const length = random.below(most);
  if (binary) return { binary, octets: Uint8Array.from({ length }, () => random.word() & 255) };
  let text = '';
  while (text.length < length) text += random.pick(CHARACTERS);
  return { binary, octets: ENCODER.encode(text) };
}

/** Compares what arrives with what `key` has sent, octet by octet. */
export class Comparison {
  readonly #key: string;
  #expected: Message | undefined;
  #at = 0;
  /** Whole messages that arrived. */
  count = 0;

  constructor(key: string) {
    this.#key = key;
  }

  /** Octets arrived. Returns what is wrong with them, or nothing. */
  check(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): string | undefined {
    const expected = (this.#expected ??= messageOf(this.#key, this.count));
    const where = `message ${this.count} of ${this.#key}`;
    if (binary !== expected.binary) return `${where} is of another kind`;
    if (this.#at + end - start > expected.octets.length) return `${where} is too long`;
    for (let i = start; i < end; i++)
      if (bytes[i] !== expected.octets[this.#at++]) return `${where} differs at octet ${this.#at - 1}`;
    if (more) return undefined;
    if (this.#at !== expected.octets.length) return `${where} is too short`;
    this.count += 1;
    this.#at = 0;
    this.#expected = undefined;
    return undefined;
  }
}
