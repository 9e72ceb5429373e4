/** Made-up data and both ends of a compressed stream, for the tests in this folder. */
import zlib from 'node:zlib';
import { deflateMemory, type DeflateOptions } from '../../src/deflate/encode/deflate-options.ts';
import { Deflate } from '../../src/deflate/encode/deflate.ts';
import { Inflate } from '../../src/deflate/decode/inflate.ts';
import { InflateStatus } from '../../src/deflate/decode/inflate-state.ts';
import { inflateMemory } from '../../src/deflate/decode/table-layout.ts';

/** Numbers 0 <= k < n from a seed. */
export type Random = (n: number) => number;

export function random(seed: number): Random {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * n);
  };
}

export const TAIL = new Uint8Array([0, 0, 0xff, 0xff]);

const WORDS =
  '{"seq": ,"t":1699999 .12 "load":[ ],"mem":{"free" }},<p> </p> the of window null true 0.0 éß'.split(' ');

/** One of seven kinds of data: empty-ish, noise, few letters, runs, text, repeats from afar, counters. */
export function sample(rnd: Random, length: number): Uint8Array {
  const data = new Uint8Array(length);
  const kind = rnd(7);
  if (kind === 4) {
    let text = '';
    while (text.length < length) text += WORDS[rnd(WORDS.length)] + (rnd(3) ? String(rnd(1000)) : '');
    return new Uint8Array(Buffer.from(text).subarray(0, length));
  }
  const letters = kind === 0 ? 1 : kind === 1 ? 256 : 2 + rnd(30);
  const far = 1 + rnd(Math.max(1, length));
  for (let i = 0; i < length; i++) {
    if (kind === 3 && i > 0 && rnd(40) !== 0) data[i] = data[i - 1];
    else if (kind === 5 && i >= far && rnd(30) !== 0) data[i] = data[i - far];
    else if (kind === 6) data[i] = i % 4 === 0 ? i >> 2 : rnd(8) === 0 ? rnd(256) : 0;
    else data[i] = rnd(letters);
  }
  return data;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** One message as zlib makes it with a sync flush, after `before` with context takeover; 00 00 ff ff is cut off. */
export function zlibMessage(data: Uint8Array, before: Uint8Array, options: zlib.ZlibOptions): Uint8Array {
  const dictionary = before.length > 0 ? { dictionary: before } : {};
  const whole = zlib.deflateRawSync(data, {
    ...options,
    ...dictionary,
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
  });
  return new Uint8Array(whole.subarray(0, whole.length - 4));
}

/** What zlib makes of a stream, null where it refuses. Goes on after final blocks as RFC 7692 §7.2.1 says. */
export function zlibInflate(
  stream: Uint8Array,
  windowBits: number,
  history: Uint8Array = new Uint8Array(0),
): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let rest: Uint8Array = stream;
  let before: Uint8Array = history;
  try {
    while (rest.length > 0) {
      const options = { windowBits, info: true, finishFlush: zlib.constants.Z_SYNC_FLUSH };
      const dictionary = before.length > 0 ? { dictionary: before.subarray(-32768) } : {};
      const result = zlib.inflateRawSync(rest, { ...options, ...dictionary }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      parts.push(result.buffer);
      before = concat([before, result.buffer]);
      if (result.engine.bytesWritten === 0) break;
      rest = rest.subarray(result.engine.bytesWritten);
    }
  } catch {
    return null;
  }
  return concat(parts);
}

/** To be called in each turn of a loop that a fault could make endless: throws when it has gone on for too long. */
export function patience(): () => void {
  let turns = 0;
  return () => {
    if (++turns > 300_000) throw new Error('there is no end of it');
  };
}

export function newInflate(
  windowBits: number,
  tableBits = 9,
  nativeCopy = 40,
): { inflate: Inflate; bytes: Uint8Array } {
  const offset = 6;
  const buffer = new ArrayBuffer(offset + inflateMemory(windowBits, tableBits) + 6);
  const bytes = new Uint8Array(buffer).fill(0xa5);
  return {
    bytes,
    inflate: new Inflate(bytes, new Uint16Array(buffer), offset, windowBits, tableBits, nativeCopy),
  };
}

export interface Inflated {
  readonly data: Uint8Array;
  /** `InflateReason`. */
  readonly error: number;
}

/** Inflates one message, given in pieces of `piece()` octets with room for `room()`. */
export function inflateMessage(
  end: { inflate: Inflate; bytes: Uint8Array },
  message: Uint8Array,
  piece: () => number = () => message.length,
  room: () => number = () => 1 << 30,
): Inflated {
  const { inflate, bytes } = end;
  const parts: Uint8Array[] = [];
  const take = (): void => {
    if (inflate.outEnd > inflate.outStart) parts.push(bytes.slice(inflate.outStart, inflate.outEnd));
  };
  const goOn = patience();
  let at = 0;
  while (at < message.length) {
    const stop = Math.min(message.length, at + piece());
    let status: number;
    do {
      goOn();
      status = inflate.push(message, at, stop, room());
      at = inflate.consumed;
      take();
    } while (status === InflateStatus.more);
    if (status === InflateStatus.failed) return { data: concat(parts), error: inflate.error };
  }
  let status: number;
  do {
    goOn();
    status = inflate.endMessage(room());
    take();
  } while (status === InflateStatus.more);
  return { data: concat(parts), error: status === InflateStatus.failed ? inflate.error : 0 };
}

export function newDeflate(options: DeflateOptions): Deflate {
  const offset = 10;
  const buffer = new ArrayBuffer(offset + deflateMemory(options) + 6);
  const bytes = new Uint8Array(buffer).fill(0x5a);
  return new Deflate(bytes, new Uint16Array(buffer), offset, options);
}

/** Deflates one message, given in pieces of `piece()` octets, with room for `room()` octets at a time. */
export function deflateMessage(
  deflate: Deflate,
  message: Uint8Array,
  piece: () => number = () => message.length,
  room: () => number = () => 1 << 16,
): Uint8Array {
  const output = new Uint8Array(message.length * 2 + 64);
  const goOn = patience();
  let to = 0;
  let at = 0;
  while (at < message.length) {
    const stop = Math.min(message.length, at + piece());
    do {
      goOn();
      deflate.write(message, at, stop, output, to, Math.min(output.length, to + room()));
      at = deflate.consumed;
      to = deflate.produced;
    } while (at < stop);
  }
  let status: number;
  do {
    goOn();
    status = deflate.endMessage(output, to, Math.min(output.length, to + room()));
    to = deflate.produced;
  } while (status !== 0);
  return output.slice(0, to);
}

/** Any options that are allowed. */
export function anyOptions(rnd: Random, windowBits: number): DeflateOptions {
  return {
    windowBits,
    hashBits: 6 + rnd(7),
    chain: 1 + rnd(6),
    lazy: rnd(3) * 12,
    tokens: rnd(2) === 0 ? 64 + rnd(300) : 4096,
    dynamic: rnd(2) === 0,
  };
}
