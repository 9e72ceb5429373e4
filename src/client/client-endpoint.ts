import { Span } from '../connection/events.ts';
import { randomWord } from '../connection/random-word.ts';
import { Place, Pumping, Size, State } from '../connection/record.ts';
import { ErrorId, RingletError } from '../errors.ts';
import { Opcode } from '../frame/opcode.ts';
import { putMessage } from '../frame/put-message.ts';
import type { Host } from '../host.ts';
import type { EndpointOptions } from './endpoint-options.ts';
import { StreamEndpoint } from './stream-endpoint.ts';

export const enum Room {
  /** What the user's messages leave of a ring: a control frame's, less the octet that the ring's mask does not count. */
  reserve = Size.controlFrame - 1,
  /** Octets in front of a payload of 126 to 65,535 octets: two, an extended length of two, a masking key. */
  header = 8,
  /** In as much as this, and less, another header is in front of the longest payload. */
  short = header + 125,
  long = header + 0xffff,
}

/**
 * What the client of ECMA-419 wants of its endpoint: whole messages are sent in one call, and a span of a message stays in the
 * receive buffer until it is read.
 */
export class ClientEndpoint<Target> extends StreamEndpoint<Target> {
  constructor(host: Host, options: EndpointOptions<Target>) {
    super(host, options);
    if (!options.takesSpans) this._pumping |= Pumping.keepsSpans;
  }

  /**
   * Sends all of `octets` as a whole message; `opcode` is text or binary. Returns how many octets can be sent next.
   * Throws a RingletError, having sent nothing, for what {@link Connection.send} refuses.
   *
   * On the fast path one step puts all of the message into the ring. The twin is `send`. `postRange` of an uplink has the
   * same steps (`client-link.ts`): a method for both would cost a message 15 bytecodes of 200, and who has no uplink does not
   * carry them.
   */
  post(octets: Uint8Array, opcode: number): number {
    if (!this._sending) {
      // A reserve is kept for a control frame, and where the ring wraps, the general way knows how.
      const end = putMessage(
        this.memory,
        Place.ring,
        this._writeAt,
        this._ringMask - Room.reserve,
        opcode,
        octets,
        randomWord(this._source),
        this._words,
      );
      if (end) {
        this._writeAt = end;
        if (!(this._pumping & Pumping.pumps)) this._accepted();
        else {
          // What `writable` says, of such a connection.
          const left = this._ringMask - Room.reserve + this._readAt - end;
          if (left > Room.short && left <= Room.long) return left - Room.header;
        }
        return this.writable;
      }
    }
    // What has lost its memory has no octets either, and throws where it is copied.
    if (octets.length === 0) octets.set(octets);
    // What `send` does, with less of the stack: it is a whole array.
    let fault = ErrorId.notOpen as number;
    if (this._state === State.open)
      fault = this._sendFragment(octets, 0, octets.length, opcode === Opcode.binary ? Span.binary : 0);
    this._accepted();
    return this._writableAfter(fault);
  }

  /** How many octets can be sent next, after `fault` 0 of a method that sends; else throws. */
  _writableAfter(fault: number): number {
    if (!fault) return this.writable;
    throw new RingletError(this._state === State.closed ? ErrorId.closed : fault, 'nothing was written');
  }

  /** The first `count` octets of the span have been read. */
  _advance(count: number): void {
    this._spanStart += count;
    // Inside the event that reported it, the parsing goes on by itself.
    if (!(this._pumping & Pumping.receiving) && this._spanStart === this._spanEnd) this.resume();
  }
}
