/** What is found to be wrong, each once, with the time of the first of its kind. */
export class Judge {
  readonly found: { readonly time: number; readonly who: string; readonly what: string }[] = [];
  readonly #now: () => number;
  readonly #seen = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Numbers in `what` do not make it another kind. */
  fault(who: string, what: string): void {
    const kind = what.replace(/\d+/g, '0');
    if (this.#seen.has(kind)) return;
    this.#seen.add(kind);
    this.found.push({ time: this.#now(), who, what });
  }

  check(isRight: boolean, who: string, what: string): void {
    if (!isRight) this.fault(who, what);
  }
}
