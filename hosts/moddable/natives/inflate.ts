/** In place of `src/deflate/decode/inflate.ts`: proven equal by `test/xs/natives`. */
// By their names: a module that is in flash holds no other variable than a constant or a native.
import { inflate, inflateEnd, inflateStart } from 'ringlet/deflate-natives';
import type { Inflate as Twin } from '../../../src/deflate/decode/inflate.ts';
import { InflateWord } from '../../../src/deflate/native-state.ts';

export class Inflate implements Omit<Twin, 'error'> {
  consumed = 0;
  outStart = 0;
  outEnd = 0;
  private readonly _bytes: Uint8Array;
  private readonly _state: Int32Array<ArrayBuffer>;

  constructor(bytes: Uint8Array, _words: Uint16Array, offset: number, windowBits: number, tableBits = 9) {
    const state = new Int32Array(InflateWord.all);
    state[InflateWord.base] = offset;
    state[InflateWord.tables] = offset + (1 << windowBits);
    state[InflateWord.tableBits] = tableBits;
    this._bytes = bytes;
    this._state = state;
    // Not by a method: the stack of a device is short.
    inflateStart(state.buffer, windowBits);
  }

  restrict(windowBits: number): void {
    inflateStart(this._state.buffer, windowBits);
  }

  reset(): void {
    inflateStart(this._state.buffer, 0);
  }

  push(input: Uint8Array, start: number, end: number, room: number): number {
    return this._span(inflate(this._bytes, this._state.buffer, input, start, end, room));
  }

  endMessage(room: number): number {
    return this._span(inflateEnd(this._bytes, this._state.buffer, room));
  }

  private _span(status: number): number {
    const state = this._state;
    this.consumed = state[InflateWord.consumed];
    this.outStart = state[InflateWord.outStart];
    this.outEnd = state[InflateWord.outEnd];
    return status;
  }
}
