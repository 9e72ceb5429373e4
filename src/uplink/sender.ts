import { ErrorId, RingletError } from '../errors.ts';
import type { Link } from './link.ts';
import { NUMBERED_AT, type Outbox, PAYLOAD_AT } from './outbox.ts';
import type { PostOptions } from './outbox/options.ts';
import { lengthOf } from './outbox/record.ts';
import { helloOf, SUBPROTOCOL } from './protocol.ts';

/**
 * Sends what an outbox keeps, and messages that it does not keep, over one connection after the other, as far as there is
 * room. Between two connections it has none, and sends nothing.
 */
export class Sender {
  /*
   * What is looked at for every record stands first: XS finds a field by going through those before it.
   */
  /** Octets that can be sent now. */
  _room = 0;
  /** Octets of the longest record that may pass the outbox on this connection; −1 for none. */
  _passing = -1;
  /** The connection, while it is open and our Close has not been sent. */
  _link: Link | undefined;
  readonly _outbox: Outbox | undefined;
  /** Octets that could be sent when the connection was new. */
  _capacity = 0;
  /** Octets of the record that is being sent in pieces. */
  _offset = 0;
  /** Records go with their numbers, and are acknowledged by the gateway. */
  _isNumbered = false;

  constructor(outbox: Outbox | undefined) {
    this._outbox = outbox;
  }

  /** A connection is open, with `room` for a payload. Introduces itself to a gateway as `name`. */
  _begin(link: Link, room: number, name: string): void {
    const outbox = this._outbox;
    this._link = link;
    this._room = this._capacity = room;
    if (outbox === undefined) return;
    if (link.protocol === SUBPROTOCOL) {
      const hello = helloOf(outbox.session, name);
      this._isNumbered = true;
      this._send(hello, 0, hello.length, true);
    } else {
      const { _longestPassing: passing } = outbox;
      this._passing = passing < link.longest ? passing : link.longest;
    }
  }

  /** Nothing more is sent on this connection. */
  _end(): void {
    this._link = undefined;
    this._passing = -1;
  }

  /** The connection is over; what it did not bring home is to be sent again. */
  _forget(): void {
    this._end();
    this._isNumbered = false;
    this._offset = this._room = 0;
    this._outbox?._ring._rewind();
  }

  /**
   * The fast path: sends a record that need not be kept because nothing is, and a transport takes it at once. Returns its
   * number; −1 if it has to be posted and sent. That is its twin.
   */
  _pass(bytes: Uint8Array, options: PostOptions | undefined): number {
    const outbox = this._outbox;
    if (outbox === undefined) throw new RingletError(ErrorId.optionInvalid, 'there is no outbox');
    if (outbox._tally._kept !== 0) return -1;
    const length = lengthOf(bytes);
    if (length > this._passing || length > this._room) return -1;
    const room = this._link!.sendWhole(bytes, options === undefined || options.binary !== false);
    this._room = room;
    // As much room as a new connection has: the transport has taken everything.
    if (room >= this._capacity) return outbox._passed(length);
    if (room >= 0) return outbox._handed(bytes, options);
    this._room = 0;
    return -1;
  }

  /** Sends a message that is not kept. Returns whether it is on its way. */
  _send(bytes: Uint8Array, start: number, end: number, binary: boolean): boolean {
    const link = this._link;
    // Not in the middle of a record that is sent in pieces.
    if (link === undefined || this._offset !== 0) return false;
    if (end - start > this._room || end - start > link.longest) return false;
    const room = link.send(bytes, start, end, binary, false);
    this._room = room < 0 ? 0 : room;
    return room >= 0;
  }

  /** Sends what the outbox has, as far as there is room. */
  _pump(): void {
    const outbox = this._outbox;
    const link = this._link;
    if (outbox === undefined || link === undefined) return;
    const ring = outbox._ring;
    const before = this._isNumbered ? NUMBERED_AT : PAYLOAD_AT;
    for (let record = ring._next(); record >= 0; record = ring._next()) {
      if (this._offset === 0) outbox._begin(record);
      const end = record + PAYLOAD_AT + ring._lengthOf(record);
      const start = record + before + this._offset;
      const binary = before === NUMBERED_AT || !ring._isText(record);
      if (end - start > this._room || end - start > link.longest) {
        if (!this._sendPiece(link, record, start, end, binary)) break;
        continue;
      }
      const room = link.send(ring._bytes, start, end, binary, false);
      if (room < 0) {
        this._room = 0;
        break;
      }
      this._room = room;
      this._offset = 0;
      ring._sent(record);
    }
    if (link.isFlushed) outbox._flushed();
  }

  /** Sends a part of a record that never fits as a whole. Returns whether it did; if not, there will be more room. */
  private _sendPiece(link: Link, record: number, start: number, end: number, binary: boolean): boolean {
    const most = link.longest < this._capacity ? link.longest : this._capacity;
    // It fits when what is on its way has left, or at least a longer part does.
    if (this._room < most && (end - start <= most || this._room * 2 < most)) return false;
    const count = this._room < most ? this._room : most;
    const ring = this._outbox!._ring;
    const room = link.send(ring._bytes, start, start + count, binary, true);
    this._room = room < 0 ? 0 : room;
    if (room < 0) return false;
    ring._started(record);
    this._offset += count;
    return true;
  }
}
