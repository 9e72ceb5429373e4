/**
 * `ringlet/natives` on a device: what the engine lets C do (`manifests/natives/`). None that works on octets allocates anything. An argument that is no
 * position within its buffer gives a RangeError, and one of another type a TypeError, before anything has changed.
 * These are the names that the library's own code has for them. The build makes of them what the module exports on devices
 * (`OFTEN` and `RARE` in `tools/bundle/device-shape.mjs`), so that no app can import them by these.
 */

/**
 * The state of the UTF-8 automaton (`src/frame/utf8.ts`) after `bytes[start, end)`, going on from `state`.
 */
export function validate(bytes: Uint8Array, start: number, end: number, state: number): number;
/**
 * Moves `from[start, end)` to `to` from `at` on, XORed with the masking key `key`, a 32-bit integer whose lowest
 * 8 bits are the key's first octet. The two may share memory in any way. Returns the key turned to where the next
 * octet goes on, as a signed integer.
 */
export function mask(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
  key: number,
): number;
/**
 * Copies to `to`, from its beginning on, as much of `from[start, end)` as fits. Returns how many octets that is.
 */
export function copyFitting(
  to: Uint8Array,
  from: Uint8Array,
  start: number,
  end: number,
  source?: unknown,
): number;
/**
 * The fault of the frame header of which `count` octets have come, at `bytes[at, at + count)`: an error id, or 0. `inMessage` says
 * whether a fragmented message is open, `rsv` which RSV bits have a meaning, `maskBit` (0x80 or 0) whether the peer must mask.
 */
export function faultOfHeader(
  bytes: Uint8Array,
  at: number,
  count: number,
  inMessage: boolean,
  rsv: number,
  maskBit: number,
): number;
/** The payload length that the header at `at` says; it is exact below 2^53. */
export function lengthAt(bytes: Uint8Array, at: number): number;
/** The length, header included, of the frame at place `at` of the ring `bytes[base, base + mask]`, where places wrap as `mask` says. */
export function frameLength(bytes: Uint8Array, base: number, at: number, mask: number): number;
/**
 * Writes the shortest header, without the masking key, so that it ends in front of `bytes[end]`, and returns where it begins; 10
 * octets have to be free there. `first` is the first octet, `maskBit` 0x80 or 0; `length` is at most 2^31 − 1.
 */
export function writeHeader(
  bytes: Uint8Array,
  end: number,
  first: number,
  maskBit: number,
  length: number,
): number;
/**
 * Puts `octets[start, end)`, or all of them, into a ring as one masked message, in one piece: see `src/frame/put-message.ts`. Returns the place behind
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
  words?: unknown,
  start?: number,
  end?: number,
): number;
/** What {@link partOf} aims: an object of its own. */
export function newPart(): unknown;
/**
 * Aims `part` at `memory[start, end)`, and returns it, as what sockets of the host take for a buffer. Only for one call that follows
 * at once: afterwards the memory may be elsewhere.
 */
export function partOf(part: unknown, memory: Uint8Array, start: number, end: number): Uint8Array;
/** The milliseconds of a connection's options that the deadlines are counted by, 0 for none. */
export interface Timeouts {
  readonly connectTimeout: number;
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  readonly idleTimeout: number;
  readonly keepalive: number;
  readonly keepaliveTimeout: number;
  readonly sendTimeout: number;
}
/**
 * Begins a deadline of the connection that has `memory`, as `src/connection/deadlines.ts` does. Further arguments are for its twin
 * in JavaScript, here and below.
 */
export function startDeadline(
  memory: Uint8Array,
  limits: Timeouts,
  deadline: number,
  ...others: unknown[]
): void;
/**
 * Counts the deadlines at the time `now`, in monotonic milliseconds. Returns the error id of the one that has passed, a number of
 * its own if a Ping is to be sent, or 0.
 */
export function elapse(
  memory: Uint8Array,
  limits: Timeouts,
  now: number,
  signs: number,
  isPending: boolean,
  ...others: unknown[]
): number;
/** Milliseconds until `elapse` is to be called again; 0 if nothing is waited for. */
export function nextTick(
  memory: Uint8Array,
  limits: Timeouts,
  isPending: boolean,
  ...others: unknown[]
): number;
/** The text of `bytes[from, to)` of a head, up to the first octet that may not stand there and to the length of a piece; a name in lower case. */
export function headText(bytes: Uint8Array, from: number, to: number, isName: boolean): string;
/** `text` without the spaces and tabs around it. */
export function trim(text: string): string;
/** Whether the comma-separated list `text` holds `token`, which is in lower case, in any letter case. */
export function hasToken(text: string, token: string): boolean;
/** The status in the first line of a response; minus an error id for what is no such line. */
export function statusOf(line: string): number;
/** Whether a Close frame may hold `code`. */
export function isWireCloseCode(code: number): boolean;
/** The close code that the error `id` is answered with; 0 for none. */
export function closeCodeOf(id: number): number;
/** The text that `bytes[start, end)`, which is valid UTF-8, holds. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string;
/**
 * What is `given` as it stands in a head, undefined if it does not follow the rule: `src/handshake/grammar.ts` has their
 * numbers.
 */
export function wellFormed(rule: number, given: unknown): string | undefined;
/** The Sec-WebSocket-Key of four random words: their 16 octets in base64. */
export function keyOf(words: Int32Array): string;
/** The Sec-WebSocket-Accept that belongs to `key`. */
export function acceptOf(key: string): string;
