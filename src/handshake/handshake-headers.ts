import { lowerOf } from './lower.ts';

/** What stands between several values of one name: it is in none of them. */
const BETWEEN = '\n';

/**
 * Headers of an opening handshake by name, whatever its case. Several of one name are joined by ", " (RFC 9110 §5.3);
 * {@link getSetCookie} has the values of Set-Cookie, which may hold commas, one by one, as the web's `Headers` has.
 */
export class HandshakeHeaders extends Map<string, string> {
  override get(name: string): string | undefined {
    return super.get(lowerOf(name))?.split(BETWEEN).join(', ');
  }

  override has(name: string): boolean {
    return super.has(lowerOf(name));
  }

  override forEach(callback: (value: string, name: string, headers: Map<string, string>) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  override *entries(): MapIterator<[string, string]> {
    for (const name of this.keys()) yield [name, this.get(name)!];
  }

  override *values(): MapIterator<string> {
    for (const name of this.keys()) yield this.get(name)!;
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  /** Every value of Set-Cookie, in the order in which they came. */
  getSetCookie(): string[] {
    return super.get('set-cookie')?.split(BETWEEN) ?? [];
  }

  /** One more value of `name`, which is in lower case. */
  _add(name: string, value: string): void {
    const before = super.get(name);
    this.set(name, before === undefined ? value : before + BETWEEN + value);
  }
}
