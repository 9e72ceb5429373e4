import { ErrorId, RingletError } from '../errors.ts';
import { hasOctets, isWithin } from './arguments.ts';
import { checkConnectionOptions, checkOpening } from './check-options.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions } from './options.ts';
import { type Cover, coverOf } from './cover.ts';
import { Stop } from './receiver.ts';
import { Place } from './record.ts';
import { readingOf } from '../reading-of.ts';

/**
 * A WebSocket connection without input and output of its own, exported as `Connection`: octets in, octets out, events,
 * and time from outside. Whoever owns it
 * - calls `opened` when the transport carries octets, `receive` with what arrived, `transportClosed` at its end;
 * - after each call, while `output` is not 0, hands `memory[outputStart, outputStart + output)` to the transport
 *   and says by `sent` how many octets it took;
 * - then looks at `shouldEnd` and, when `state` is closed, releases the transport;
 * - calls `tick` after as many milliseconds as the last `tick` returned, whenever the state changed, and when the
 *   transport has stopped to take octets.
 *
 * What an event throws leaves the method that the event came from; the connection is as intact as without it, and
 * the owner goes on with what is behind `position`.
 *
 * Everything is allocated in the constructor, and for the opening handshake; nothing afterwards.
 */
export class SansIoConnection<Target = unknown> extends Connection<Target> {
  #cover: Cover | undefined;

  /** Throws a RingletError for options that are wrong, with nothing made. */
  constructor(options: ConnectionOptions<Target>) {
    readingOf('an option', () => checkConnectionOptions(options));
    super();
    this._begin(options);
    if (options.opening !== undefined) readingOf('what opening makes', () => checkOpening(this._handshake));
  }

  /**
   * `bytes[start, end)` arrived. Parses them where they lie, masks in place, and delivers what they mean. Returns
   * `position`: the end, unless the receiver paused. The octets behind it are to be offered again after `resume`, as they
   * were left. Throws a RingletError for what is no range of a Uint8Array, and what an event throws.
   */
  receive(bytes: Uint8Array, start: number, end: number): number {
    let cover = this.#cover;
    // What is short here comes for every octet where these come one by one: V8 takes it all into one function.
    if (cover === undefined || cover.view !== bytes || cover.length !== bytes.length || !cover.length)
      cover = this.#coverOf(bytes);
    if (!isWithin(start, end, cover.length)) throw noRange();
    this.#cover = cover;
    const { offset } = cover;
    this._at = start + offset;
    if (!this._deliverMiddle(cover.bytes, cover.words, end + offset)) this.#takeAll(cover, end + offset);
    return this._at - offset;
  }

  /** Of what is not the memory of the last input, or is not as long any more. */
  #coverOf(bytes: Uint8Array): Cover {
    if (!hasOctets(bytes)) throw noRange();
    return coverOf(bytes, this.#cover);
  }

  #takeAll({ bytes, words }: Cover, end: number): void {
    let stop: Stop;
    while ((stop = this._take(bytes, words, end)) >= Stop.opened)
      if (stop === Stop.opened) this._events.onOpen(this._target);
  }

  /** See {@link Connection.send}. A span that is no number is refused by the id that is returned. */
  override send(bytes: Uint8Array, start: number, end: number, span: number): number {
    return isNumber(span) ? super.send(bytes, start, end, span) : ErrorId.argumentInvalid;
  }

  /** See {@link Connection.close}. A code that is no number is refused by the id that is returned. */
  override close(code?: number, reason?: Uint8Array, start?: number, end?: number): number {
    const isCode = code === undefined || isNumber(code);
    return isCode ? super.close(code, reason, start, end) : ErrorId.closeCodeRefused;
  }

  /** See {@link Connection.tick}. Throws a RingletError for what is no time. */
  override tick(now: number): number {
    if (!isNumber(now) || now - now !== 0) throw new RingletError(ErrorId.argumentInvalid, 'invalid now');
    return super.tick(now);
  }

  /** How far the input of the last `receive` is consumed. */
  get position(): number {
    return this._at - (this.#cover?.offset ?? 0);
  }

  /** Where the octets for the transport begin. */
  get outputStart(): number {
    return Place.ring + this._readAt;
  }

  /** The transport took `count` octets of the output. Throws a RingletError for more than there are. */
  sent(count: number): void {
    if (!isNumber(count) || count !== (count | 0) || count < 0 || count > this.bufferedAmount)
      throw new RingletError(ErrorId.argumentInvalid, 'invalid count');
    this._sent(count);
  }

  /** The transport has ended: by the peer in order (`failure` 0) or by a fault (an error id). Throws for anything else. */
  transportClosed(failure: number): void {
    if (!isNumber(failure) || failure !== (failure | 0) || failure < 0)
      throw new RingletError(ErrorId.argumentInvalid, 'invalid failure');
    this._endTransport(failure);
  }
}

// eslint-disable-next-line no-restricted-syntax -- of what is thrown
const noRange = (): RingletError => new RingletError(ErrorId.argumentInvalid, 'bytes: no such range');

// eslint-disable-next-line no-restricted-syntax -- V8 compares the kind with such a literal in one step
const isNumber = (value: unknown): value is number => typeof value === 'number';
