/**
 * `ringlet/deflate-natives` of a simulated machine: the portable classes behind the interface of the C that devices have. What
 * belongs to a `state` is found by its buffer.
 */
import { Inflate } from '../../../src/deflate/decode/inflate.ts';
import type { DeflateOptions } from '../../../src/deflate/encode/deflate-options.ts';
import { Deflate } from '../../../src/deflate/encode/deflate.ts';
import { DeflateWord, InflateWord } from '../../../src/deflate/native-state.ts';

export function deflateNatives() {
  const inflates = new WeakMap<ArrayBuffer, Inflate>();
  const deflates = new WeakMap<ArrayBuffer, Deflate>();
  const windows = new WeakMap<ArrayBuffer, number>();

  /** The decompressor of a state: its memory is known at its first use only. */
  function inflateOf(memory: Uint8Array, state: ArrayBuffer): Inflate {
    const known = inflates.get(state);
    if (known !== undefined) return known;
    const words = new Int32Array(state);
    const base = words[InflateWord.base];
    const windowBits = Math.log2(words[InflateWord.tables] - base);
    const made = new Inflate(
      memory,
      new Uint16Array(memory.buffer),
      base,
      windowBits,
      words[InflateWord.tableBits],
    );
    made.restrict(windows.get(state) ?? windowBits);
    inflates.set(state, made);
    return made;
  }

  function resultsOf(inflate: Inflate, state: ArrayBuffer, status: number): number {
    const words = new Int32Array(state);
    words[InflateWord.consumed] = inflate.consumed;
    words[InflateWord.outStart] = inflate.outStart;
    words[InflateWord.outEnd] = inflate.outEnd;
    return status;
  }

  function producedBy(deflate: Deflate, state: ArrayBuffer, status: number): number {
    const words = new Int32Array(state);
    words[DeflateWord.consumed] = deflate.consumed;
    words[DeflateWord.produced] = deflate.produced;
    return status;
  }

  return Object.freeze({
    inflateStart(state: ArrayBuffer, windowBits: number): void {
      if (windowBits !== 0) windows.set(state, windowBits);
      const inflate = inflates.get(state);
      if (windowBits === 0) inflate?.reset();
      else inflate?.restrict(windowBits);
    },
    inflate(
      memory: Uint8Array,
      state: ArrayBuffer,
      input: Uint8Array,
      start: number,
      end: number,
      room: number,
    ): number {
      const inflate = inflateOf(memory, state);
      return resultsOf(inflate, state, inflate.push(input, start, end, room));
    },
    inflateEnd(memory: Uint8Array, state: ArrayBuffer, room: number): number {
      const inflate = inflateOf(memory, state);
      return resultsOf(inflate, state, inflate.endMessage(room));
    },
    deflateStart(memory: Uint8Array, state: ArrayBuffer, windowBits: number): void {
      let deflate = deflates.get(state);
      if (deflate === undefined) {
        const words = new Int32Array(state);
        const options: DeflateOptions = {
          windowBits: words[DeflateWord.ringBits],
          hashBits: words[DeflateWord.hashBits],
          chain: words[DeflateWord.chain],
          lazy: words[DeflateWord.lazy],
          tokens: words[DeflateWord.blockTokens],
          dynamic: words[DeflateWord.isDynamic] !== 0,
        };
        deflate = new Deflate(memory, new Uint16Array(memory.buffer), words[DeflateWord.ring], options);
        deflates.set(state, deflate);
      }
      if (windowBits === 0) deflate.reset();
      else deflate.restrict(windowBits);
    },
    deflate(
      _memory: Uint8Array,
      state: ArrayBuffer,
      input: Uint8Array,
      start: number,
      end: number,
      output: Uint8Array,
      from: number,
      limit: number,
    ): number {
      const deflate = deflates.get(state)!;
      return producedBy(deflate, state, deflate.write(input, start, end, output, from, limit));
    },
    deflateEnd(
      _memory: Uint8Array,
      state: ArrayBuffer,
      output: Uint8Array,
      from: number,
      limit: number,
    ): number {
      const deflate = deflates.get(state)!;
      return producedBy(deflate, state, deflate.endMessage(output, from, limit));
    },
    deflateBound: (state: ArrayBuffer, length: number): number => deflates.get(state)!.bound(length),
  });
}
