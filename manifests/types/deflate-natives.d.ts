/**
 * `ringlet/deflate-natives` on a device: what `ringlet/deflate` lets C do (`manifests/natives/`). None allocates anything. What a
 * compressor or decompressor remembers is a `state`: 32-bit words (`hosts/moddable/natives/deflate-state.ts`) of which the first
 * ones are its owner's to write, before it is started.
 */

/** Begins anew, with a window of 2^`windowBits` octets; 0: as large as the last time. */
export function inflateStart(state: ArrayBuffer, windowBits: number): void;

/** Decompresses `input[start, end)`, at most `room` octets. Returns an `InflateStatus` (`src/deflate/decode/inflate-state.ts`). */
export function inflate(
  memory: Uint8Array,
  state: ArrayBuffer,
  input: Uint8Array,
  start: number,
  end: number,
  room: number,
): number;

/** Ends a message. Returns an `InflateStatus`. */
export function inflateEnd(memory: Uint8Array, state: ArrayBuffer, room: number): number;

/** Begins anew, with a window of 2^`windowBits` octets; 0: as large as the last time. */
export function deflateStart(memory: Uint8Array, state: ArrayBuffer, windowBits: number): void;

/** Compresses `input[start, end)` to `output[from, limit)`. Returns a `DeflateStatus` (`src/deflate/encode/deflate.ts`). */
export function deflate(
  memory: Uint8Array,
  state: ArrayBuffer,
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  from: number,
  limit: number,
): number;

/** Ends a message, and writes the rest of it. Returns a `DeflateStatus`. */
export function deflateEnd(
  memory: Uint8Array,
  state: ArrayBuffer,
  output: Uint8Array,
  from: number,
  limit: number,
): number;

/** Octets that a message of `length` octets has at most when compressed. */
export function deflateBound(state: ArrayBuffer, length: number): number;
