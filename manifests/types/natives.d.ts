/**
 * `ringlet/natives` on a device: what the engine lets C do (`manifests/natives/`). None that works on octets allocates anything. An argument that is no
 * position within its buffer gives a RangeError, and one of another type a TypeError, before anything has changed.
 */

/**
 * The state of the UTF-8 automaton (`src/frame/utf8.ts`) after `bytes[start, end)`, going on from `state`.
 */
export function validate(bytes: Uint8Array, start: number, end: number, state: number): number;
/**
 * Moves `source[start, end)` to `target` from `at` on, XORed with the masking key `key`, a 32-bit integer whose lowest
 * 8 bits are the key's first octet. The two may share memory in any way. Returns the key turned to where the next
 * octet goes on, as a signed integer.
 */
export function mask(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
  key: number,
): number;
/**
 * Copies to `target`, from its beginning on, as much of `source[start, end)` as fits. Returns how many octets that is.
 */
export function copyFitting(
  target: Uint8Array,
  source: Uint8Array,
  start: number,
  end: number,
  more?: unknown,
): number;
/**
 * The header of a frame, as `src/frame/header.ts` has it: the fault of its first `count` octets, an error id or 0; its payload
 * length; its length with the payload, in a ring of `mask` + 1 octets; and how it is written, up to `end`. `bytes` have room for
 * the longest header, 14 octets; a `length` that is written is at most 2^31 − 1.
 */
export function faultOfHeader(
  bytes: Uint8Array,
  at: number,
  count: number,
  inMessage: boolean,
  rsv: number,
  maskBit: number,
): number;
export function lengthAt(bytes: Uint8Array, at: number): number;
export function frameLength(bytes: Uint8Array, base: number, at: number, mask: number): number;
export function writeHeader(
  bytes: Uint8Array,
  end: number,
  first: number,
  maskBit: number,
  length: number,
): number;
/**
 * Puts all of `octets` into a ring as one masked message, in one piece: see `src/frame/put-message.ts`. Returns the place behind
 * it, or 0.
 */
export function putMessage(
  memory: Uint8Array,
  ring: number,
  at: number,
  most: number,
  opcode: number,
  octets: Uint8Array,
  key: number,
  more?: unknown,
): number;
/** The Sec-WebSocket-Key of four random words: their 16 octets in base64. */
export function keyOf(words: Int32Array): string;
/** The Sec-WebSocket-Accept that belongs to `key`. */
export function acceptOf(key: string): string;
