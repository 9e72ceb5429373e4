import { copyMasked } from '../frame/copy-masked.ts';
import { Opcode } from '../frame/opcode.ts';
import type { Link, RecordSender } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { PostOptions } from './outbox/options.ts';
import type { Lane } from './outbox/lane.ts';
import { Field, NUMBERED_AT, PAYLOAD_AT } from './outbox/record.ts';
import { helloOf, NUMBERED_HEAD, RECORD, RecordFlag, SUBPROTOCOL } from './protocol.ts';

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
  /** Octets of the longest record that may go out as it is posted; −1 for none. */
  _straight = -1;
  /** The connection, while it is open and our Close has not been sent. */
  _link: Link | undefined;
  /** What sends its records. */
  private _records: RecordSender | undefined;
  readonly _outbox: Outbox | undefined;
  /** Octets that are sent in front of a payload: those of the gateway's protocol, or none. */
  _head = 0;
  /** Octets that could be sent when the connection was new. */
  _capacity = 0;
  /** Octets of the record that is being sent in pieces. */
  _offset = 0;
  /** Records are kept while they are sent, in any case. */
  _keeps = false;

  constructor(outbox: Outbox | undefined) {
    this._outbox = outbox;
  }

  /** Records go with their numbers, and are acknowledged by the gateway. */
  get _isNumbered(): boolean {
    return this._head !== 0;
  }

  /** A connection is open, with `room` for a payload. Introduces itself to a gateway as `name`. */
  _begin(link: Link, room: number, name: string): void {
    const outbox = this._outbox;
    this._link = link;
    this._records = link.records;
    this._room = this._capacity = room;
    if (outbox === undefined) return;
    // What a store has to keep is kept there before it is sent.
    if (outbox._keeper === undefined) this._straight = outbox._longest;
    this._keeps = outbox._isAcknowledged;
    if (link.protocol !== SUBPROTOCOL) return;
    this._keeps = true;
    const hello = helloOf(outbox.session, name);
    this._head = NUMBERED_HEAD;
    this._send(hello, 0, hello.length, true);
  }

  /** Nothing more is sent on this connection. */
  _end(): void {
    this._link = this._records = undefined;
    this._straight = -1;
  }

  /** The connection is over. Its transport has taken all that was sent, or else that is to be sent again. */
  _forget(isFlushed: boolean): void {
    const outbox = this._outbox;
    this._end();
    this._head = this._offset = this._room = 0;
    if (outbox === undefined) return;
    if (isFlushed) outbox._flushed();
    outbox._ring._rewind();
  }

  /*
   * The fast paths of a record whose length is at most `_straight` and fits into `_room`: it is sent as it is posted, where
   * nothing waits before it. They return its number; −1 if it has to be posted and sent by `_pump`, which is the twin of
   * both. On XS a record costs less than half by them; what other records have methods for is done in place.
   */

  /** Sends a record that need not be kept because nothing is, and a transport takes it at once. */
  _pass(bytes: Uint8Array, length: number, options: PostOptions | undefined): number {
    const outbox = this._outbox!;
    const ring = outbox._ring;
    const urgent = ring._urgent;
    if (ring._normal.count !== 0 || (urgent !== undefined && urgent.count !== 0)) return -1;
    const room = this._records!.postRange(
      bytes,
      0,
      length,
      options === undefined || options.binary !== false ? Opcode.binary : Opcode.text,
    );
    this._room = room;
    if (room >= this._capacity) {
      // As much room as a new connection has: the transport has taken everything.
      const tally = ring._tally;
      tally._passed++;
      tally._octetsStraight += length;
      return outbox._numbers++ >>> 0;
    }
    if (room >= 0) return outbox._handed(bytes, options);
    this._room = 0;
    return -1;
  }

  /** Puts a record into memory, and sends it from there. */
  _postKept(bytes: Uint8Array, length: number, options: PostOptions | undefined): number {
    const outbox = this._outbox!;
    const ring = outbox._ring;
    const lane = ring._normal;
    const at = lane.write;
    const payload = at + Field.payload;
    const end = payload + ((length + 3) >> 2);
    // Where the lane wraps or is full, the general way knows what to do.
    if (lane.unsent !== 0 || end > lane.bound) return -1;
    const urgent = ring._urgent;
    if (urgent !== undefined && (urgent.unsent !== 0 || options?.urgent === true)) return -1;
    const number = outbox._numbers++ >>> 0;
    let opcode = Opcode.binary as number;
    let type = RECORD as number;
    if (options !== undefined && options.binary === false) {
      type |= RecordFlag.text << 8;
      if (this._head === 0) opcode = Opcode.text;
    }
    lane.write = end;
    lane.count++;
    const words = ring._words;
    words[at] = length;
    if (ring._lives !== 0) words[at + Field.time] = ring._host.now();
    words[at + Field.type] = type;
    words[at + Field.number] = number;
    const octets = ring._bytes;
    const start = payload << 2;
    copyMasked(octets, start, bytes, 0, length, 0, words);
    const room = this._records!.postRange(octets, start - this._head, start + length, opcode);
    if (room < 0) return this._leave(lane, at, number, length);
    this._room = room;
    lane.lastSent = number;
    ring._tally._octetsStraight += length;
    if (!outbox._isAcknowledged && this._link!.isFlushed) outbox._flushed();
    return number;
  }

  /** The connection has not taken a record: it waits, as if it had been posted without one. */
  private _leave(lane: Lane, at: number, number: number, length: number): number {
    const tally = this._outbox!._ring._tally;
    this._room = 0;
    lane.unsent = 1;
    lane.next = at;
    tally._queued++;
    tally._octetsQueued += length;
    return number;
  }

  /** Sends a message that is not kept. Returns whether it is on its way. */
  _send(bytes: Uint8Array, start: number, end: number, binary: boolean): boolean {
    const link = this._link;
    // Not in the middle of a record that is sent in pieces.
    if (link === undefined || this._offset !== 0 || end - start > this._room) return false;
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
    const isNumbered = this._head !== 0;
    const before = isNumbered ? NUMBERED_AT : PAYLOAD_AT;
    for (let record = ring._next(); record >= 0; record = ring._next()) {
      if (this._offset === 0) outbox._begin(record);
      const end = record + PAYLOAD_AT + ring._lengthOf(record);
      const start = record + before + this._offset;
      const binary = isNumbered || !ring._isText(record);
      if (end - start > this._room) {
        if (!this._sendPiece(link, record, start, end, binary)) break;
        continue;
      }
      const room = link.records.postRange(ring._bytes, start, end, binary ? Opcode.binary : Opcode.text);
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
    const most = this._capacity;
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
