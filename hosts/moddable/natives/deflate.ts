/** In place of `src/deflate/encode/deflate.ts`: proven equal by `test/xs/natives`. */
// By their names: a module that is in flash holds no other variable than a constant or a native.
import { deflate, deflateBound, deflateEnd, deflateStart } from 'ringlet/deflate-natives';
import type { DeflateOptions } from '../../../src/deflate/encode/deflate-options.ts';
import type { Deflate as Twin } from '../../../src/deflate/encode/deflate.ts';
import { DeflateWord } from '../../../src/deflate/native-state.ts';

export class Deflate implements Pick<Twin, keyof Twin> {
  consumed = 0;
  produced = 0;
  private readonly _bytes: Uint8Array;
  private readonly _state: Int32Array<ArrayBuffer>;

  constructor(bytes: Uint8Array, _words: Uint16Array, offset: number, options: DeflateOptions) {
    const state = new Int32Array(DeflateWord.all);
    state[DeflateWord.ring] = offset;
    state[DeflateWord.ringBits] = options.windowBits;
    state[DeflateWord.hashBits] = options.hashBits;
    state[DeflateWord.chain] = options.chain;
    state[DeflateWord.lazy] = options.lazy;
    state[DeflateWord.blockTokens] = options.tokens;
    state[DeflateWord.isDynamic] = options.dynamic ? 1 : 0;
    this._bytes = bytes;
    this._state = state;
    // Not by a method: the stack of a device is short.
    deflateStart(bytes, state.buffer, options.windowBits);
  }

  restrict(windowBits: number): void {
    deflateStart(this._bytes, this._state.buffer, windowBits);
  }

  reset(): void {
    deflateStart(this._bytes, this._state.buffer, 0);
  }

  write(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    outStart: number,
    outLimit: number,
  ): number {
    const state = this._state;
    const status = deflate(this._bytes, state.buffer, input, start, end, output, outStart, outLimit);
    this.consumed = state[DeflateWord.consumed];
    this.produced = state[DeflateWord.produced];
    return status;
  }

  endMessage(output: Uint8Array, outStart: number, outLimit: number): number {
    const state = this._state;
    const status = deflateEnd(this._bytes, state.buffer, output, outStart, outLimit);
    this.produced = state[DeflateWord.produced];
    return status;
  }

  bound(length: number): number {
    return deflateBound(this._state.buffer, length);
  }
}
