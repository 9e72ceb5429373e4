// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const SYMBOL: string = 'symbol';

/** The text that Web IDL makes of a value. Throws a TypeError for a Symbol, which `String` would describe. */
export function textOf(value: unknown): string {
  if (typeof value === SYMBOL) throw new TypeError('a Symbol cannot become text');
  return String(value);
}
