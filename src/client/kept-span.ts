import type { Host } from '../host.ts';
import { Pumping, Reading, State } from '../connection/record.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import type { EndpointOptions } from './pump.ts';
import { StreamEndpoint } from './stream-endpoint.ts';

/** A span of a message that stays in the receive buffer until it is read, as ECMA-419 wants it. */
export class KeptSpanEndpoint<Target> extends StreamEndpoint<Target> {
  constructor(host: Host, options: EndpointOptions<Target>) {
    super(host, options);
  }

  /**
   * Keeps `memory[start, end)` until it is read. What the receiver leaves for later stops the reading; not once the
   * closing handshake has begun, since the peer's answer lies behind it: then it is valid until more is read.
   */
  keepSpan(start: number, end: number): void {
    this._spanStart = start;
    this._spanEnd = end;
    if (end === start || this._state > State.open) return;
    this._reading |= Reading.paused;
    this._pumping = (this._pumping | Pumping.wasPaused) & ~Pumping.resumes;
  }

  /** Where the span begins that is being read, and how many octets are left of it. */
  get spanStart(): number {
    return this._spanStart;
  }

  get available(): number {
    return this._spanEnd - this._spanStart;
  }

  /** The first `count` octets of the span have been read. */
  advance(count: number): void {
    this._spanStart += count;
    if (this._spanStart !== this._spanEnd) return;
    // Inside the event that reported it, the parsing goes on by itself.
    if (this._pumping & Pumping.receiving) this._reading &= ~Reading.paused;
    else this.resume();
  }

  /** Reads of the span what fits into `octets`; returns how many octets that is, or undefined if there are none. */
  readInto(octets: Uint8Array): number | undefined {
    const start = this._spanStart;
    const left = this._spanEnd - start;
    if (!left) return undefined;
    const length = octets.length;
    const count = length < left ? length : left;
    copyMasked(octets, 0, this.memory, start, start + count, 0, this._words, this._source.copy);
    if (count === left && this._pumping & Pumping.receiving) {
      this._spanStart = start + count;
      this._reading &= ~Reading.paused;
    } else this.advance(count);
    return count;
  }
}
