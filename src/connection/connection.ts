import { mask } from '../frame/mask.ts';
import { coverOf, type Foreign } from './foreign.ts';
import { Life } from './life.ts';

export { State } from './state.ts';

/**
 * A WebSocket connection without input and output of its own: octets in, octets out, events, and the time told
 * from outside. Whoever owns it
 * - calls `opened` when the transport carries octets, `receive` with what arrived, `transportClosed` at its end;
 * - after each call, while `output` is not 0, hands `memory[outputStart, outputStart + output)` to the transport
 *   and says by `sent` how many octets it took;
 * - then looks at `shouldEnd` and, when `state` is closed, releases the transport;
 * - calls `tick` after as many milliseconds as the last `tick` returned, and whenever the state changed.
 *
 * What an event throws leaves the method that the event came from; the connection is as intact as without it, and
 * the owner goes on with what is behind `position`.
 *
 * Everything is allocated here, in the constructor, and for the opening handshake; nothing afterwards.
 */
export class Connection<Target = unknown> extends Life<Target> {
  declare private foreign: Foreign | undefined;
  /** Where the view begins that the input was given in, in its buffer. */
  #offset = 0;

  /**
   * Octets arrived. Parses them where they lie, masks in place, and delivers what they mean. Returns `position`:
   * the end, unless the receiver paused. The octets behind it are to be offered again after `resume`, as they were
   * left.
   */
  receive(bytes: Uint8Array, start: number, end: number): number {
    const foreign = (this.foreign = coverOf(bytes, this.foreign));
    const offset = (this.#offset = foreign.offset);
    this.take(foreign.bytes, foreign.words, start + offset, end + offset);
    return this.position;
  }

  /** How far the input of the last `receive` is consumed. */
  get position(): number {
    return this.at - this.#offset;
  }

  /** The transport has ended: by the peer (`failure` 0) or by a fault (an error id). */
  transportClosed(failure: number): void {
    this.endTransport(failure);
  }

  protected override accepted(): void {}

  protected override drain(): void {}

  protected override copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    const { copy } = this.source;
    const isWhole = end - start === bytes.length;
    if (copy === undefined || isWhole || bytes === this.memory) super.copy(bytes, start, end, at);
    else copy(bytes, start, end, this.memory, at);
  }

  protected override mask(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    key: number,
  ): number {
    return mask(bytes, words, start, end, key);
  }

  protected override validateLong(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    state: number,
  ): number {
    const { validateLong } = this.source;
    // The octets of decompression lie in the connection's memory, which no transport has handed over.
    if (validateLong === undefined || bytes === this.memory)
      return super.validateLong(bytes, words, start, end, state);
    return validateLong(bytes, words, start, end, state);
  }
}
