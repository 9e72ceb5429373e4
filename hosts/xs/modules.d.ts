/**
 * The modules that only the desk XS has. Those that it shares with Moddable (`embedded:*`, `timer`, `time`,
 * `logical`, `ringlet/natives`) have the shapes that Moddable gives them.
 */

declare module 'ringlet:xs/counters' {
  /** Slots in use or not yet collected. */
  export function slots(): number;
  /** Slots that the block has given out. */
  export function slotsReserved(): number;
  /** Octets of chunks in use or not yet collected. */
  export function chunks(): number;
  /** Octets that the block has given out for chunks. */
  export function chunksReserved(): number;
  /** Octets of the block that neither slots nor chunks have taken. */
  export function free(): number;
  /** Octets of the block. */
  export function blockSize(): number;
  /** Garbage collections so far; wraps at 65,536. */
  export function collections(): number;
  /** The most stack slots that were in use. */
  export function stackPeak(): number;
  /** Preloaded objects and variables that were written to and copied into the block. */
  export function aliases(): number;
  /** Bytecodes executed; 31 bits that wrap. */
  export function computrons(): number;
  /** Instructions that calls to JavaScript took, where the machine counts them (an emulated board); else 0. */
  export function instructions(): number;
  /** Collects garbage and compacts chunks. */
  export function gc(): void;
  /** Octets of a slot: 16 in a 32-bit build. */
  export const slotSize: number;
  /** 100 × major + minor version of XS. */
  export const engineVersion: number;
}

declare module 'ringlet:xs/host' {
  /** The arguments after the main module. */
  export const args: readonly string[];
  /** Prints a line to stdout: the arguments as strings, with a space between. */
  export function print(...values: unknown[]): void;
  /** Prints a line to stderr. */
  export function printError(...values: unknown[]): void;
  /** Ends the program. */
  export function exit(status?: number): never;
}

declare module 'ringlet:xs/random' {
  /** 32 unpredictable bits, from −2^31 to 2^31 − 1. Throws if the kernel has none to give. */
  export function word(): number;
}
