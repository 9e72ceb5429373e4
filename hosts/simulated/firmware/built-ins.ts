/**
 * What XS has beside the language, and firmware therefore uses: conversions of text, and integers by chance. Defined once for
 * the process, where nothing of that name is.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function fromString(text: unknown): ArrayBuffer {
  return encoder.encode(String(text)).buffer;
}

function fromArrayBuffer(buffer: unknown, offset = 0, length?: number): string {
  if (!(buffer instanceof ArrayBuffer) && !(buffer instanceof SharedArrayBuffer))
    throw new TypeError('String.fromArrayBuffer: argument: not an ArrayBuffer instance');
  // Throws a RangeError for what lies outside.
  const octets = new Uint8Array(buffer, offset, length);
  // What is shared is not decoded.
  return decoder.decode(octets.slice());
}

function concat(this: ArrayBuffer, ...others: unknown[]): ArrayBuffer {
  const parts = [this, ...others].map((part) => new Uint8Array(part as ArrayBuffer));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}

/** Moddable's `Math.irandom([least,] bound)`: an integer from `least` to `bound` − 1; `unit` gives chance from 0 to 1. */
export function irandomOf(unit: () => number): (...bounds: number[]) => number {
  return (...bounds) => {
    const [least, bound] = bounds.length > 1 ? bounds : [0, bounds[0] ?? 0x7fffffff];
    return least + Math.floor(unit() * (bound - least));
  };
}

export function defineBuiltIns(): void {
  const functions: readonly [object, string, unknown][] = [
    [ArrayBuffer, 'fromString', fromString],
    [String, 'fromArrayBuffer', fromArrayBuffer],
    [ArrayBuffer.prototype, 'concat', concat],
  ];
  for (const [owner, name, value] of functions)
    if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}
