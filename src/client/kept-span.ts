import type { Host } from '../host.ts';
import { Pumping } from '../connection/record.ts';
import { copyFitting } from '../frame/copy-fitting.ts';
import type { EndpointOptions } from './pump.ts';
import { StreamEndpoint } from './stream-endpoint.ts';

/** A span of a message that stays in the receive buffer until it is read, as ECMA-419 wants it. */
export class KeptSpanEndpoint<Target> extends StreamEndpoint<Target> {
  constructor(host: Host, options: EndpointOptions<Target>) {
    super(host, options);
    if (!options.takesSpans) this._pumping |= Pumping.keepsSpans;
  }

  /** The first `count` octets of the span have been read. */
  advance(count: number): void {
    this._spanStart += count;
    // Inside the event that reported it, the parsing goes on by itself.
    if (!(this._pumping & Pumping.receiving) && this._spanStart === this._spanEnd) this.resume();
  }

  /** Reads of the span what fits into `octets`; returns how many octets that is, or undefined if there are none. */
  readInto(octets: Uint8Array): number | undefined {
    const start = this._spanStart;
    const count = copyFitting(octets, this.memory, start, this._spanEnd, this._source);
    if (!count && start === this._spanEnd) return undefined;
    if (this._pumping & Pumping.receiving) this._spanStart = start + count;
    else this.advance(count);
    return count;
  }
}
