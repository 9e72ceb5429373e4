import { Connection } from '../connection/connection.ts';
import { Stop } from '../connection/receiver.ts';
import { Place, Pumping, Reading, Sending, State } from '../connection/record.ts';
import { ErrorId } from '../errors.ts';
import type { Host } from '../host.ts';
import type { EndpointEvents } from './endpoint-options.ts';

const enum Announced {
  /** How often in one turn it is announced that more can be sent. */
  times = 4,
}

/**
 * What moves octets between a connection and its transport, in one call: input is parsed, and on behind what an event throws;
 * the ring is offered to the transport, and more room is announced. When that is done is `pump.ts`'s.
 */
export abstract class Flow<Target> extends Connection<Target> {
  /** What the runtime lends. */
  declare _source: Host;

  constructor() {
    super();
  }

  /** Offers `memory[start, end)` to the transport, see {@link Transport.write}. */
  protected abstract _writeOut(start: number, end: number): number;

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Has `bytes[_at, end)` parsed, with what is to be done in between. */
  protected _takeAll(bytes: Uint8Array, words: Int32Array, end: number): void {
    if (this._deliverMiddle(bytes, words, end)) return;
    for (;;) {
      const stop = this._take(bytes, words, end);
      if (stop < Stop.opened) return;
      if (stop === Stop.opened) this._announceOpen();
      // Many Pings came at once: the transport is given their Pongs, so that one does not take the place of another.
      else this._flush();
    }
  }

  /**
   * Announces that the connection is open. What that throws is reported here: a server has used no octets for it, so that nobody
   * could tell it from a failure of its own. By itself, since applications begin to send here: `_guard` would take 27 slots of the
   * stack.
   */
  private _announceOpen(): void {
    try {
      this._events.onOpen(this._target);
    } catch (error) {
      this._source.report(error);
    }
  }

  /** Calls a method of this connection, `act`, from which events come: what they throw is reported, and all goes on. */
  protected _guard(act: (argument: number) => number | void, argument: number): number | void {
    try {
      return act.call(this, argument);
    } catch (error) {
      this._source.report(error);
    }
  }

  /**
   * `bytes[start, end)` were being parsed when something threw `error`: mostly an event, and then it goes on behind that.
   * If nothing has changed since, it was no event, and the connection fails.
   */
  protected _takeBehind(
    error: unknown,
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
  ): void {
    let thrown = error;
    // Every event here but that of a compressed message has used octets of the input.
    let isStuck = this._at === start && !(this._reading & Reading.compressed) && this._state < State.ending;
    while (!isStuck) {
      this._source.report(thrown);
      this._keepLeft();
      const at = this._at;
      const size = this._size;
      const reading = this._reading;
      try {
        this._takeAll(bytes, words, end);
        return;
      } catch (error) {
        thrown = error;
        isStuck = this._at === at && this._size === size && this._reading === reading;
      }
    }
    this._source.report(thrown);
    this._failSoon(ErrorId.transportFailed);
  }

  // --- Octets out ----------------------------------------------------------------------------------------
  protected _flush(): void {
    while (!(this._pumping & Pumping.stuck)) {
      const isOpen = this._state === State.open;
      // Mostly there are frames in the ring, and nothing else.
      const isPlain = isOpen && (this._sending & Sending.pending) === 0 && this._writeAt <= this._ringMask;
      const count = isPlain ? this._writeAt - this._readAt : this.output;
      if (!count) return;
      // `output` may have put a frame in front.
      const start = Place.ring + this._readAt;
      const taken = this._writeOut(start, start + count);
      if (taken < count) this._becomeFull();
      // The request of the opening handshake is nothing that the user waits for.
      if (taken > 0 && isOpen) this._pumping |= Pumping.taken | Pumping.moved;
      if (taken > 0 && isPlain) {
        this._release(taken);
        if (taken === count) return;
      } else if (taken) this._guard(this._afterWrite, taken);
    }
  }

  /** The transport takes nothing more: from now on that has a deadline. */
  protected _becomeFull(): void {
    if (!(this._pumping & Pumping.stalling)) this._pumping &= ~Pumping.armed;
    this._pumping |= Pumping.full;
  }

  /** `taken` octets are sent, or the transport has failed (−1). */
  protected _afterWrite(taken: number): void {
    if (taken > 0) this._sent(taken);
    else if (this._state === State.ending) this._endTransport(ErrorId.transportFailed);
    else this._failSoon(ErrorId.transportFailed);
  }

  /**
   * Announces that more can be sent, and sends that: a few times where every further turn would take a timer, but not for
   * ever, so that whoever sends all the time leaves time to others.
   */
  protected _announce(): void {
    for (let times = this._source.defer ? 1 : Announced.times; times > 0; times--) {
      this._pumping &= ~Pumping.taken;
      const count = this.writable;
      if (!count) return;
      try {
        (this._events as EndpointEvents<Target>).onWritable(this._target, count);
      } catch (error) {
        this._source.report(error);
      }
      if (this._writeAt === this._readAt) return;
      this._flush();
      if ((this._pumping & (Pumping.taken | Pumping.full | Pumping.released)) !== Pumping.taken) return;
    }
  }
}
