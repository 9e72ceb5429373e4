import { Inflow } from './inflow.ts';
import { Outflow } from './outflow.ts';
import type { Views } from './queue.ts';

/**
 * The memory of a socket: octets that came and are not read, octets that wait to be sent, and a place for views of exact
 * lengths, in one buffer. Where that can be cut at no cost, as on XS, the view of the place has the length that is asked for
 * and nothing is allocated; elsewhere each view is a new one, of where the octets lie.
 */

/** Octets of the place: as many are moved at once where views follow the length of the buffer. */
const PLACE = 256;

/** See above. */
export class SocketMemory implements Views {
  readonly bytes: Uint8Array;
  readonly input: Inflow;
  readonly output: Outflow;
  private readonly _buffer: ArrayBuffer;
  private readonly _place: number;
  /** The view of the place; undefined where each view is a new one. */
  private readonly _view: Uint8Array | undefined;

  constructor(receiveWindow: number, sendWindow: number, resizable: boolean) {
    const place = receiveWindow + sendWindow;
    const all = resizable ? place + PLACE : place;
    const buffer = resizable ? new ArrayBuffer(all, { maxByteLength: all }) : new ArrayBuffer(all);
    this._buffer = buffer;
    this._place = place;
    this.bytes = new Uint8Array(buffer);
    this._view = resizable ? new Uint8Array(buffer, place) : undefined;
    this.input = new Inflow(this.bytes, 0, receiveWindow);
    this.output = new Outflow(this.bytes, receiveWindow, sendWindow);
  }

  get longest(): number {
    return this._view === undefined ? this._place : PLACE;
  }

  viewOf(start: number, end: number): Uint8Array {
    if (this._view !== undefined) this.bytes.copyWithin(this._place, start, end);
    return this.viewFor(start, end);
  }

  viewFor(start: number, end: number): Uint8Array {
    const view = this._view;

    // eslint-disable-next-line no-restricted-syntax -- where a view costs little
    if (view === undefined) return this.bytes.subarray(start, end);
    this._buffer.resize(this._place + end - start);
    return view;
  }

  release(): void {
    if (this._view !== undefined) this._buffer.resize(this._place + PLACE);
  }

  settle(start: number, count: number): void {
    if (this._view !== undefined) this.bytes.copyWithin(start, this._place, this._place + count);
  }
}
