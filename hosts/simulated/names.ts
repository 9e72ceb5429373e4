import type { Station } from './network/network.ts';

/** The DNS of a world: which name leads to which address. */
export class Names {
  /** By name in lower case, as RFC 4343 compares names. */
  readonly #given = new Map<string, string>();
  readonly #own = new Map<string, string>();
  /** Who has every name that nobody else has. */
  everyName: Station | undefined;

  /** Whether a machine has that name. */
  isTaken(name: string): boolean {
    return this.#own.has(name.toLowerCase());
  }

  /** A machine has its own name, by itself and with `.local`. */
  add(name: string, { address }: Station): void {
    this.#own.set(name.toLowerCase(), address);
  }

  /** Lets `name` lead to `address`; undefined takes it away. */
  give(name: string, address: string | undefined): void {
    if (address === undefined) this.#given.delete(name.toLowerCase());
    else this.#given.set(name.toLowerCase(), address);
  }

  /** Addresses that `text` has for a machine; none where nobody has that name. */
  resolve(text: string, { portal }: Station): readonly string[] {
    const name = text.toLowerCase();
    if (name === 'localhost') return ['127.0.0.1', '::1'];
    if (portal !== undefined) return [portal.address];
    const known = this.#given.get(name) ?? this.#own.get(name) ?? this.#own.get(name.replace(/\.local$/, ''));
    // RFC 1035 §2.3.4: a label has at most 63 octets.
    const isName = name.split('.').every((label) => label.length > 0 && label.length < 64);
    const address = known ?? (isName ? this.everyName?.address : undefined);
    return address === undefined ? [] : [address];
  }
}
