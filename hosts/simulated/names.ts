import type { Station } from './network/network.ts';

/** The DNS of a world: which name leads to which address. */
export class Names {
  readonly #given = new Map<string, string>();
  readonly #hosts: ReadonlyMap<string, Station>;
  /** Who has every name that nobody else has. */
  everyName: Station | undefined;

  /** Machines have their own names, by themselves and with `.local`. */
  constructor(hosts: ReadonlyMap<string, Station>) {
    this.#hosts = hosts;
  }

  /** Lets `name` lead to `address`; undefined takes it away. */
  give(name: string, address: string | undefined): void {
    if (address === undefined) this.#given.delete(name);
    else this.#given.set(name, address);
  }

  /** Addresses that `text` has for a machine; none where nobody has that name. */
  resolve(text: string, { portal }: Station): readonly string[] {
    const name = text.toLowerCase();
    if (name === 'localhost') return ['127.0.0.1', '::1'];
    if (portal !== undefined) return [portal.address];
    const known = this.#given.get(name) ?? this.#hosts.get(name.replace(/\.local$/, ''))?.address;
    // RFC 1035 §2.3.4: a label has at most 63 octets.
    const isName = name.split('.').every((label) => label.length > 0 && label.length < 64);
    const address = known ?? (isName ? this.everyName?.address : undefined);
    return address === undefined ? [] : [address];
  }
}
