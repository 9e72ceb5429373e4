import type { Deadline } from '../../../src/connection/deadlines.ts';
import * as deadlines from '../../../src/connection/deadlines.ts';
import * as closing from '../../../src/frame/close-code.ts';
import { copyFitting } from '../../../src/frame/copy-fitting.ts';
import * as header from '../../../src/frame/header.ts';
import { newPart, partOf } from '../../../src/client/part-of.ts';
import { maskBytes } from '../../../src/frame/mask-bytes.ts';
import { putMessage } from '../../../src/frame/put-message.ts';
import { decodeUtf8, stepUtf8 } from '../../../src/frame/utf8.ts';
import { portableProof } from '../../../src/handshake/accept.ts';
import { wellFormed } from '../../../src/handshake/grammar.ts';
import { isExtensionList } from '../../../src/handshake/is-extension-list.ts';
import { isKey } from '../../../src/handshake/is-key.ts';
import * as reading from '../../../src/handshake/reading.ts';
import { isFinalLoss } from '../../../src/uplink/final-loss.ts';
import { retryAfterOf } from '../../../src/uplink/retry-after.ts';
import type { Limits } from '../../../src/connection/limits.ts';
import type { SimulatedHost } from '../host.ts';
import { deflateNatives } from './deflate-natives.ts';

/** What modules with natives export, as far as Ringlet's build for devices imports it: here their twins in JavaScript. */
export interface Natives {
  /** The module `ringlet/natives`. */
  readonly octets: {
    validate(bytes: Uint8Array, start: number, end: number, state: number): number;
    mask(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number, key: number): number;
    copyFitting(to: Uint8Array, from: Uint8Array, start: number, end: number): number;
    readonly faultOfHeader: typeof header.faultOfHeader;
    readonly lengthAt: typeof header.lengthAt;
    readonly frameLength: typeof header.frameLength;
    readonly writeHeader: typeof header.writeHeader;
    readonly putMessage: typeof putMessage;
    readonly newPart: typeof newPart;
    readonly partOf: typeof partOf;
    startDeadline(memory: Uint8Array, limits: Limits, deadline: Deadline): void;
    elapse(memory: Uint8Array, limits: Limits, now: number, signs: number, isPending: boolean): number;
    nextTick(memory: Uint8Array, limits: Limits, isPending: boolean): number;
    readonly headText: typeof reading.headText;
    readonly trim: typeof reading.trim;
    readonly hasToken: typeof reading.hasToken;
    readonly statusOf: typeof reading.statusOf;
    readonly isWireCloseCode: typeof closing.isWireCloseCode;
    readonly closeCodeOf: typeof closing.closeCodeOf;
    readonly decodeUtf8: typeof decodeUtf8;
    readonly wellFormed: typeof wellFormed;
    keyOf(words: Int32Array): string;
    acceptOf(key: string): string;
    /** Calls one of the others by its place, the last of what is given. */
    rare(...given: unknown[]): unknown;
  };
  /** The module `ringlet/deflate-natives`. */
  readonly deflate: ReturnType<typeof deflateNatives>;
  /** The module `ringlet/uplink-natives`. */
  readonly uplink: {
    readonly retryAfterOf: typeof retryAfterOf;
    readonly isFinalLoss: typeof isFinalLoss;
  };
  /** The module `ringlet/request-natives`. */
  readonly request: {
    readonly isExtensionList: typeof isExtensionList;
    readonly isKey: typeof isKey;
  };
  /** 32 bits as a signed integer; 0 if the source has none to give. */
  readonly word: () => number;
}

/** Moves octets, then masks them where they are. */
function mask(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number, key: number): number {
  to.set(from.slice(start, end), at);
  return key === 0 ? 0 : maskBytes(to, at, at + end - start, key);
}

const fitting = (to: Uint8Array, from: Uint8Array, start: number, end: number): number =>
  copyFitting(to, from, start, end, {});

/** The registers of a connection, in whose memory they come first: the build for devices gives natives no more than that. */
function wordsOf(memory: Uint8Array): Int32Array {
  let words = registers.get(memory);
  if (words === undefined)
    registers.set(memory, (words = new Int32Array(memory.buffer, memory.byteOffset, memory.length >> 2)));
  return words;
}
const registers = new WeakMap<Uint8Array, Int32Array>();

export function nativesOf(host: SimulatedHost): Natives {
  const { keyOf, acceptOf } = portableProof;
  const { headText, trim, hasToken, statusOf } = reading;
  const { isWireCloseCode, closeCodeOf } = closing;
  const { faultOfHeader, lengthAt, frameLength, writeHeader } = header;
  /** Of those that are called seldom, in the order of `xs_ringlet_rare` (`manifests/natives/ringlet-natives.c`). */
  const rare = {
    newPart,
    startDeadline: (memory: Uint8Array, limits: Limits, deadline: Deadline) =>
      deadlines.startDeadline(memory, limits, deadline, wordsOf(memory)),
    elapse: (memory: Uint8Array, limits: Limits, now: number, signs: number, isPending: boolean) =>
      deadlines.elapse(memory, limits, now, signs, isPending, wordsOf(memory)),
    nextTick: (memory: Uint8Array, limits: Limits, isPending: boolean) =>
      deadlines.nextTick(memory, limits, isPending, wordsOf(memory)),
    headText,
    trim,
    hasToken,
    statusOf,
    isWireCloseCode,
    closeCodeOf,
    decodeUtf8,
    wellFormed,
    keyOf,
    acceptOf,
  };
  const byPlace = Object.values(rare) as ((...given: unknown[]) => unknown)[];
  return Object.freeze({
    octets: Object.freeze({
      ...rare,
      rare: (...given: unknown[]) => byPlace[given.pop() as number]!(...given),
      validate: stepUtf8,
      mask,
      copyFitting: fitting,
      faultOfHeader,
      lengthAt,
      frameLength,
      writeHeader,
      putMessage,
      partOf,
    }),
    deflate: deflateNatives(),
    uplink: Object.freeze({ retryAfterOf, isFinalLoss }),
    request: Object.freeze({ isExtensionList, isKey }),
    word: () => host.word(),
  });
}

/** `Resource`: data that a manifest puts beside the program; here octets that stand for them. */
export class Resource {
  readonly name: string;
  readonly byteLength = 0;

  constructor(name: string) {
    this.name = name;
  }

  slice(): ArrayBuffer {
    return new ArrayBuffer(0);
  }
}
