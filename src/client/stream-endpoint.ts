import { BufferSize, type ConnectionOptions } from '../connection/options.ts';
import { BINARY, READABLE, type ReadsSpans, SPAN, type TakesSpans } from '../connection/events.ts';
import { Pumping, Reading, Register, Whole } from '../connection/record.ts';
import { ErrorId } from '../errors.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import type { Host } from '../host.ts';
import type { EndpointOptions } from './endpoint-options.ts';
import { Pump } from './pump.ts';
import { newPart, partOf } from './part-of.ts';
import { type ByteStream, type Closable, idOf, type StreamOwner } from './stream.ts';

const enum Octets {
  /** At least so much of a frame can be left: a payload whose length stands in the second octet of its frame. */
  left = 128,
  /** So many fit into the shortest receive buffer. */
  fitting = 256,
  /** Of the header of a frame that is too long to be left and not long enough to be read in parts: without a key. */
  header = 4,
}

/**
 * A connection on an ECMA-419 stream. What is received is parsed where it was read to, and stays there until it is
 * consumed. Nothing more is read meanwhile: what the receiver does not take holds the peer back.
 *
 * These streams take and give whole buffers. The host's own class, which runs no code of others meanwhile, is given a part of
 * the memory that costs nothing (`part-of.ts`); other streams are given a new view each time.
 */
export class StreamEndpoint<Target> extends Pump<Target> implements StreamOwner {
  /** What `partOf` aims. */
  declare private readonly _part: unknown;
  declare private _stream: ByteStream | Closable | undefined;

  constructor(host: Host, options: EndpointOptions<Target>) {
    const { receiveBuffer = BufferSize.receive } = options;
    const eighth = receiveBuffer >> 3;
    const whole = eighth > Octets.left ? eighth : Octets.left;
    const input = whole + receiveBuffer;
    super();
    this._begin(
      Object.assign({ source: host }, options, { input, whole }) as unknown as ConnectionOptions<Target>,
    );
    const end = (this._words[Register.inputLimit] = this.memory.length);
    this._at = this._inputEnd = this._input = end - receiveBuffer;
    this._part = newPart();
    this._stream = undefined;
  }

  // --- The stream ----------------------------------------------------------------------------------------

  _hold(stream: Closable): boolean {
    if (this._pumping & Pumping.closed) return false;
    this._stream = stream;
    return true;
  }

  _streamOpened(stream: ByteStream, isNative: boolean, writable: number, readable: number): void {
    if (!this._hold(stream)) return;
    this._streamTakes = writable;
    this._words[Register.readable] = readable;
    // What `resume` asks for meanwhile is read below: the stack of a device is short.
    this._pumping |= Pumping.open | Pumping.reading | (isNative ? Pumping.native : 0);
    this._onOpened();
    this._pumping &= ~Pumping.reading;
    return this._readOn();
  }

  _streamWritable(count: number): void {
    this._streamTakes = count;
    this._pumping |= Pumping.reading;
    this._onTaken(0);
    this._pumping &= ~Pumping.reading;
    return this._readOn();
  }

  _streamReadable(count: number): void {
    const pumping = this._pumping | Pumping.heard;
    const end = this._input + count;
    if (
      (this._reading & Reading.busy) | ((pumping & Pumping.unready) ^ Pumping.ready) ||
      (count > Octets.fitting && end > this._words[Register.inputLimit])
    ) {
      this._words[Register.readable] = count;
      return this._readOn();
    }
    // The short way: nobody is in the middle of something, and all that is left is the beginning of a frame, if anything.
    const memory = this.memory;
    const at = this._reading ? this._bringForward() : this._input;
    this._at = at;
    this._pumping = pumping | Pumping.shortWay;
    try {
      (this._stream as ByteStream).read(partOf(this._part, memory, this._input, end));
      this._inputEnd = end;
      if (
        memory[at + 1] === end - at - 2 &&
        memory[at] === Whole.binary &&
        end - at < 128 &&
        !this._peerMask
      ) {
        // What `_parseWhole` does with one short message, which is what most reads bring.
        this._at = end;
        if (pumping & Pumping.takesSpans) (this._target as TakesSpans)[SPAN](memory, at + 2, end, BINARY);
        else {
          this._spanStart = at + 2;
          this._spanEnd = end;
          (this._target as ReadsSpans)[READABLE](end - at - 2, BINARY);
          if (this._spanStart !== end) this._keepLeft();
        }
      } else this._parseWhole(memory, this._words, end);
    } catch (error) {
      // Before the first event of a read, octets have been used: then it goes on behind that.
      if (this._at === at) this._failRead(error);
      else {
        this._source.report(error);
        this._keepLeft();
      }
    }
    if (this._reading ? this._reading === Reading.partial : this._at === end) {
      if (!((this._pumping ^ pumping ^ Pumping.shortWay) | this._writeAt | this._sending)) {
        // Nothing has changed but that octets came.
        this._pumping = pumping;
        return;
      }
      this._afterReceived();
    } else this._onReceived(memory, this._words, this._at, this._inputEnd);
    this._pumping &= ~Pumping.reading;
    return this._readOn();
  }

  /**
   * The stream has ended: in order (`failure` 0) or not, or there is none. A failure that has an id is reported at once;
   * what came before an end in order is delivered first, and a device does not say which of the two it was.
   */
  _streamEnded(failure: number, reason?: unknown): void {
    if (this._pumping & Pumping.closed) return;
    if (reason !== undefined) this._transportReason = reason;
    if (failure) {
      this._releaseTransport();
      this._onEnded(failure);
    } else {
      this._words[Register.streamEnded] = 1;
      this._pumping &= ~Pumping.armed;
      return this._readOn();
    }
  }

  /** The stream has failed or ended; only some streams say why. */
  _streamError(error?: unknown): void {
    return this._streamEnded(idOf(error), error);
  }

  /** These streams know no half-close: the peer is waited for, until the close deadline. */
  protected override _endOutput(): void {}

  protected override _releaseTransport(): void {
    const stream = this._stream;
    this._pumping |= Pumping.closed;
    this._words[Register.readable] = this._streamTakes = 0;
    this._stream = undefined;
    stream?.close();
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Reads as long as the stream has octets and the receiver takes them. */
  protected override _readOn(): void {
    const memory = this.memory;
    const words = this._words;
    if (this._pumping & (Pumping.reading | Pumping.closed)) return;
    if (this._pumping & Pumping.open) {
      this._pumping |= Pumping.reading;
      while (!(this._reading & Reading.paused)) {
        if (this._at === this._inputEnd || this._reading & Reading.partial) {
          if (words[Register.readable] > 0) this._fillBehind();
          else if (this._reading & Reading.stopped || !this._hasMore) break;
        }
        this._onReceived(memory, words, this._at, this._inputEnd);
        if (this._pumping & Pumping.closed) break;
      }
      this._pumping &= ~Pumping.reading;
    }
    if (words[Register.streamEnded] && !(this._pumping & Pumping.closed)) return this._endStream();
  }

  /** Ends the connection with its stream, if all that came before has been consumed; else that has a deadline. */
  private _endStream(): void {
    const isLeft =
      this._words[Register.readable] > 0 ||
      (this._at !== this._inputEnd && !(this._reading & Reading.partial)) ||
      this._spanStart !== this._spanEnd;
    if (this._pumping & Pumping.open && isLeft) {
      if (!(this._pumping & Pumping.armed)) this._accepted();
      return;
    }
    this._releaseTransport();
    return this._onEnded(0);
  }

  /** Reads what there is, as far as it fits, behind what is left. */
  private _fillBehind(): void {
    const words = this._words;
    const input = this._input;
    const limit = words[Register.inputLimit];
    let end = input + words[Register.readable];
    this._at = this._bringForward();
    if (end > limit) end = this._endOfRead(limit - input);
    words[Register.readable] -= end - input;
    // What was not read of a span is lost: see `close`.
    this._spanStart = this._spanEnd = 0;
    try {
      // By itself, as in `_writeOut`: the stack of a device is short.
      (this._stream as ByteStream).read(
        this._pumping & Pumping.native
          ? partOf(this._part, this.memory, input, end)
          : // eslint-disable-next-line no-restricted-syntax -- only for streams of a foreign class
            this.memory.subarray(input, end),
      );
      this._inputEnd = end;
    } catch (error) {
      this._failRead(error);
    }
  }

  /**
   * Where a read of at most `most` octets ends for which the stream has more. It is in a frame, if that is as long as the last
   * one of which not all had come: then what would be more than can be left is not read yet.
   */
  private _endOfRead(most: number): number {
    const size = this._size + Octets.header + (this._peerMask >> 5);
    const left = this._input - this._at;
    const due = this._reading ? this._remaining : left ? size - left : 0;
    const over = (most - due) % size;
    const isDeep = size <= most && over > this._words[Register.whole] && over < most;
    return this._input + (isDeep ? most - over : most);
  }

  /** Moves what is left in front of the receive buffer, where it is not in the way any more. Returns where it begins. */
  private _bringForward(): number {
    const at = this._at;
    const to = this._input - this._inputEnd + at;
    this._reading &= ~Reading.partial;
    copyMasked(this.memory, to, this.memory, at, this._inputEnd, 0, this._words);
    return to;
  }

  /** The stream could not be read: the connection will fail. */
  private _failRead(error: unknown): void {
    this._inputEnd = this._at;
    this._words[Register.readable] = 0;
    this._transportReason = error;
    this._failSoon(ErrorId.transportFailed);
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  protected override _writeOut(start: number, end: number): number {
    let from = start;
    try {
      while (from < end && this._streamTakes > 0) {
        const to = end - from < this._streamTakes ? end : from + this._streamTakes;
        this._streamTakes -= to - from;
        const left = (this._stream as ByteStream).write(
          this._pumping & Pumping.native
            ? partOf(this._part, this.memory, from, to)
            : // eslint-disable-next-line no-restricted-syntax -- only for streams of a foreign class
              this.memory.subarray(from, to),
        );
        from = to;
        // Not every stream says how much it takes then.
        if ((left as number) >= 0) this._streamTakes = left as number;
      }
    } catch {
      this._streamTakes = 0;
      return -1;
    }
    return from - start;
  }
}
