import { Second } from '../frame/opcode.ts';
import type { Opening } from '../handshake/opening.ts';
import { type HandshakeOutcome, NO_OUTCOME } from '../handshake/outcome.ts';
import type { Compression } from './compression.ts';
import type { ConnectionEvents } from './events.ts';
import { limitsGiven } from './given.ts';
import type { Limits } from './limits.ts';
import { BufferSize, type ConnectionOptions, type Source, sizeOf } from './options.ts';

/*
 * All state of a connection, and of what drives one. A connection is one object and one ArrayBuffer: on XS an object,
 * a reference and a field take 16 bytes each, so that rooms that held each other would cost their references. What is
 * read for every message is a field; what is read seldom is a word of the memory, which takes a quarter of that.
 *
 *     registers | control payload in | control payload out | header | transmit ring | windows | receive buffer
 *
 * Everything begins at a multiple of 4, so that words can be used throughout.
 */

/** The life of a connection, in order: RFC 6455 §4 and §7. Written by `connection.ts` and `Sender._failSoon`. */
export const enum State {
  /** The transport is not there yet. */
  connecting,
  /** The opening handshake is under way. */
  handshake,
  open,
  /** Our Close is on its way, the peer's is awaited. */
  closing,
  /** Nothing more is parsed; what is left to send goes out, then the transport ends. */
  ending,
  closed,
}

/** Bits of `_reading`. 0: the next octet begins a message, nothing is in the way, and whole frames may pass at once. */
export const enum Reading {
  /** Of the open message: what its next span is, as bits of {@link Span}. */
  span = 5,
  /** The open message is compressed. */
  compressed = 8,
  /** A message is open: its last frame is still to come. */
  inMessage = 16,
  /** All of the open message, to be forgotten with it. */
  message = span | compressed | inMessage,

  /** The next octet is another one of a header; a payload's; a control payload's. None: it begins a frame. */
  header = 1 << 5,
  data = 2 << 5,
  control = 3 << 5,
  /** The peer broke a rule, and what came before that has been delivered: see `Register.detail`. */
  failed = 4 << 5,
  phase = 7 << 5,

  /** The receiver takes nothing: by `pause`, or because it still reads a span. */
  paused = 1 << 8,
  /** Nothing is parsed any more. */
  ended = 1 << 9,
  /** A frame is to be offered again when it is whole. */
  partial = 1 << 10,
  stopped = paused | ended | partial,
  /** With any of these a read cannot take the shortest way. */
  busy = 0x7fff & ~partial,
  /** Whole frames take the general way: `maxMessageSize` is below what the fast path takes. */
  general = 1 << 11,
  /** We closed while paused: data that still come are not delivered. */
  discards = 1 << 12,
  /** The opening handshake is not done. */
  opening = 1 << 13,

  /** With any of these there may be something to be done for which no more input is needed. */
  alone = failed | ended | compressed | opening,
}

/** Bits of `_sending`: what is to be sent, and what may be. 0: an open client without compression, nothing pending. */
export const enum Sending {
  /** A message was begun and its last fragment is still to come. */
  inMessage = 1,
  /** That message is compressed. */
  compressed = 2,
  /** A Ping of ours is to be sent. */
  ping = 4,
  /** A Close has been accepted: nothing may follow it. */
  closing = 8,
  /** What we send of the opening handshake has not all gone into the ring: no frame comes before. */
  text = 16,
  /** Messages take the general way: before the connection is open and after that, in the server's role, compressed. */
  general = 32,
  /** The transport has ended in order, and something is still to be delivered before that: see `Register.ended`. */
  ended = 64,
  /** What may have been announced as writable stands in `Register.promised`. */
  promised = 128,

  /** The Pong or Close whose payload waits at `Place.controlOut`: its opcode above its length. */
  waiting = 0xffff << 8,

  /** No frame can be accepted. */
  shut = closing | text,
  /** A Pong or Ping is to go in front of the ring: of the two opcodes that can wait, a Pong's alone has this bit. */
  urgent = ping | (2 << 16),
  /** There is something to send beside what lies in the ring. */
  pending = waiting | ping | text | promised,
}

/** Where the control frame that waits stands among the bits of `_sending`. */
export const enum Waiting {
  shift = 8,
}

/** Bits of `_pumping`: what whoever moves the octets is in the middle of, and what happened since the last tick. */
export const enum Pumping {
  /** Octets came; octets of ours were taken; the receiver was paused. Set anywhere, cleared by `Connection.tick`. */
  heard = 1,
  moved = 2,
  wasPaused = 4,
  sinceTick = heard | moved | wasPaused,
  /** The target's own method {@link SPAN} takes messages. Set by the constructor. */
  takesSpans = 8,
  /** The target's own method {@link READABLE} is called for messages instead. Set by client-endpoint. */
  keepsSpans = 1 << 16,
  /** The ring was empty when the input came that is being parsed: the transport takes what there is. By connection. */
  drained = 1 << 18,

  // Of `client/flow.ts` and `client/pump.ts`.
  /** Inside a call of the transport or the timer, which sends what there is at its end. */
  pumping = 16,
  /** Inside a call of the connection that delivers data. */
  receiving = 32,
  /** The transport is full, or still looks at what was written. */
  full = 64,
  /** The transport took octets, which `onWritable` has not announced. */
  taken = 128,
  /** What `resume` asked for is still to be done. */
  resumes = 256,
  released = 1024,
  /** The timer is armed for what is waited for now: cleared by whoever begins to wait for something else. */
  armed = 2048,
  /** A turn was asked for, before anything else runs. */
  deferred = 4096,

  // Of `client/stream-endpoint.ts`.
  /** The stream can carry octets. */
  open = 1 << 14,
  /** It is being read, or about to be. */
  reading = 1 << 13,
  closed = 1 << 9,

  /** It is of the host's own class, and the buffer can be cut for it. */
  native = 1 << 20,

  // What is seldom looked at stands beyond the 15 bits that XS has shorter instructions for.
  /** A turn of its own was asked for; our side of the transport has been ended. `pump.ts`. */
  later = 1 << 15,
  ended = 1 << 17,
  /** The timer was armed while the transport was full. `pump.ts`. */
  stalling = 1 << 19,

  /** What is sent will be pumped in any case. */
  pumps = pumping | deferred | released,
  /** Nothing can be written. */
  stuck = full | released,
  /** What a call from outside has to look after at its end; that the timer is armed is to be expected. */
  busy = resumes | taken | armed,
  /** What a read has to look at before it can take the shortest way, and what is to be expected then. */
  unready = pumping | reading | open | native | closed | busy,
  ready = open | native | armed,
  /** Set on that way. */
  shortWay = pumping | receiving | reading,
}

/** Words of the memory, by their index. */
export const enum Register {
  // Of `deadlines.ts`; times in milliseconds.
  /** The time, as of the last tick, and when the next was asked for, 0 for never. */
  time,
  asked,
  /** The one thing that is waited for with a deadline of its own: a `Deadline`. */
  deadline,
  /** Left of that; while the connection is open, to the next Ping. */
  left,
  /**
   * Left for the peer to be silent; for its Pong; for the transport to take octets (0 if none waited at the last tick); for the
   * closing handshake.
   */
  idle,
  pong,
  stall,
  bound,
  /** Pings that were not answered yet, and the payload of the last one. Read by `Connection` for a Pong. */
  unanswered,
  pings,

  // Of `connection.ts`.
  /** The peer's close code, and where the reason ends that its Close had. */
  closeCode,
  reasonEnd,
  /** Error id of what went wrong. */
  error,
  /** A fault that the next `tick` reports, because no event may come from inside what found it. By `Sender`, `Flow` and `Pump`. */
  due,
  /** What `transportClosed` said while something was still to be delivered, plus 1; 0 if it said nothing. */
  ended,

  // Of `sender.ts` and `control.ts`.
  /** Octets at the ring's read position that belong to a frame already begun, or to the handshake. */
  started,
  /** Octets of the ring that may have been announced as writable, see `Sending.promised`. */
  promised,

  // Of `whole-frames.ts` and `receiver.ts`.
  /** First octet of the frame being read. */
  first,
  /** Octets of its header, or of the control payload, that have come; the error id of a fault. */
  detail,
  /** Frames of the open message. */
  fragments,
  /** State of the UTF-8 automaton, and the masking key, turned to the next octet. */
  utf8,
  key,
  /** How much of a frame may be left until it is whole. Set by the constructor. */
  whole,

  // Of `client/stream-endpoint.ts`.
  /** Where the receive buffer ends. */
  inputLimit,
  /** Octets that the stream holds for us. */
  readable,
  /** 1: the stream has ended in order, and there are octets that came before. */
  streamEnded,
  count,
}

export const enum Size {
  /** Longest payload of a control frame (RFC 6455 §5.5), in whole words. */
  control = 128,
  /** Header (2), masking key (4) and payload (125) of the longest control frame: never announced as writable. */
  controlFrame = 131,
}

/** Where the parts begin whose places are the same in every connection. Numbers in place: a constant is looked up. */
export const enum Place {
  /** Where a header that is not whole is collected, and a control frame's payload. */
  controlIn = Register.count * 4,
  /** Where the payload of a Pong or Close waits to be sent. */
  controlOut = controlIn + Size.control,
  /** The transmit ring. Right in front of it the header of a frame on its way out is composed. */
  ring = controlOut + Size.control + 16,
  /** The last masking key, which ends a header there, and the word that it is. */
  key = ring - 4,
  keyWord = key / 4,
}

/** Whole messages, as the receiver's fast path knows them: first octets, and what these have above the bits of their span. */
export const enum Whole {
  binary = 0x82,
  text = 0x81,
  span = 0x7d,
  /** Longest frame, header included. */
  most = 0xffff,
}

/**
 * The page itself. What is read for every message stands first, because XS finds a field by going through those before it;
 * `_begin` makes them in this order. (They are declared here and made there because that is less bytecode.)
 */
export class Record<Target> {
  /** {@link Pumping}: by `client/` but for its first bits. */
  declare _pumping: number;
  /** {@link Reading}: by the receiver, by connection (`opening`, `ended`, `discards`), by `client/` (`paused`). */
  declare protected _reading: number;
  /** Position in the input up to which it is used; kept up to date before every event. By the receiver. */
  declare protected _at: number;
  /** Where the span of the receive buffer begins that the receiver reads. By receiver, client-endpoint and websocket-client. */
  declare _spanStart: number;
  /** Where what was read from a stream ends, and the receive buffer begins. By stream-endpoint. */
  declare protected _inputEnd: number;
  declare protected _input: number;
  /**
   * The ring's write position, counted from its first place; more than its size where the octets wrap. Written by the
   * sender and by `client-endpoint.ts`. An empty ring begins again at 0, so that what comes and goes at once never wraps.
   */
  declare protected _writeAt: number;
  /** {@link Sending}: by sender, control and connection. */
  declare protected _sending: number;
  /** All memory of the connection. */
  declare readonly memory: Uint8Array;
  /** The same, by 32-bit words: {@link Register}. */
  declare protected _words: Int32Array;
  /** The ring's read position. Written by the sender. */
  declare protected _readAt: number;
  /** Where the span ends. */
  declare _spanEnd: number;
  /** Octets that the stream takes. By stream-endpoint. */
  declare protected _streamTakes: number;
  /** The ring's size, a power of two, less one. */
  declare protected _ringMask: number;
  /** First argument of every event. */
  declare protected _target: Target;
  /** Natives and chance, lent by the owner or the runtime. */
  declare _source: Source;
  declare protected _state: State;
  declare protected _events: ConnectionEvents<Target>;
  declare protected _limits: Limits;
  /** `Second.masked` in the server's role, else 0: a client masks, a server does not (RFC 6455 §5.1). */
  declare protected _peerMask: number;
  /** Octets of the frame's payload still to come: up to 2^53, so no word. By the receiver. */
  declare protected _remaining: number;
  /**
   * Octets of the message in the frames begun so far, or as far as it is decompressed; of the last frame of which not all had
   * come. By the receiver.
   */
  declare protected _size: number;
  /** Our half of the opening handshake, and then what it came to. By connection. */
  declare protected _handshake: Opening | HandshakeOutcome;
  /** What compresses, if that was agreed; before the connection is open, if that is to be negotiated. By connection. */
  declare protected _compression: Compression | undefined;
  /** What brings the time. `pump.ts`. */
  declare protected _timer: { target?: unknown };
  /** What the runtime said when the transport ended, if it did. `endpoint.ts`, `stream-endpoint.ts`. */
  declare protected _transportReason: unknown;

  /**
   * Makes the fields, in place of a constructor: those of ten classes would stand on the stack of a device at once. Throws
   * a RingletError for options that are wrong, with nothing made.
   */
  protected _begin(options: ConnectionOptions<Target>): void {
    const { compression, receiveBuffer = BufferSize.receive, transmitBuffer = BufferSize.transmit } = options;
    const limits = limitsGiven(options);
    sizeOf('receiveBuffer', receiveBuffer);
    const windows = Place.ring + sizeOf('transmitBuffer', transmitBuffer);
    const octets = windows + (compression?.memory ?? 0) + (options.input ?? 0);
    const buffer = new ArrayBuffer(octets);
    this._pumping = options.takesSpans ? Pumping.takesSpans : 0;
    this._reading = limits.maxMessageSize < Whole.most ? Reading.opening | Reading.general : Reading.opening;
    // The last one is made first.
    this._writeAt = this._input = this._inputEnd = this._spanStart = this._at = 0;
    this._sending = Sending.general;
    (this as { memory: Uint8Array }).memory = new Uint8Array(buffer);
    this._words = new Int32Array(buffer);
    this._streamTakes = this._spanEnd = this._readAt = 0;
    this._ringMask = transmitBuffer - 1;
    this._target = options.target;
    this._source = options.source ?? options;
    this._state = State.connecting;
    this._events = options.events;
    this._limits = limits;
    this._peerMask = options.role === 'client' ? 0 : Second.masked;
    this._size = this._remaining = 0;
    this._handshake = NO_OUTCOME;
    this._words[Register.whole] = options.whole ?? 0;
    if (compression) this._compression = compression._create(this.memory, windows);
  }
}
