import { type Delivery, Span } from '../connection/events.ts';
import { randomWord } from '../connection/random-word.ts';
import type { Source } from '../connection/options.ts';
import { Place, Pumping, State } from '../connection/record.ts';
import { type ConnectionError, ErrorId } from '../errors.ts';
import { Opcode } from '../frame/opcode.ts';
import { putMessage } from '../frame/put-message.ts';
import { freeze } from '../freeze.ts';
import { type ClientEndpoint, Room } from '../client/client-endpoint.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../client/websocket-client.ts';
import type { Loss } from './failure.ts';
import type { Link, LinkSink, RecordSender } from './link.ts';

/** A class of ECMA-419 clients that is ours: it has `onSpan`, and lends its endpoint. */
export interface ClientClass {
  new (options: WebSocketClientOptions): WebSocketClient;
  endpointOf(client: WebSocketClient): ClientEndpoint<WebSocketClient>;
}

/** What {@link RANGES} knows of an endpoint. */
interface Sending {
  readonly memory: Uint8Array;
  readonly writable: number;
  readonly _words: Int32Array;
  readonly _source: Source;
  readonly _sending: number;
  readonly _ringMask: number;
  readonly _readAt: number;
  _writeAt: number;
  readonly _pumping: number;
  readonly _state: State;
  _accepted(): void;
  _sendFragment(bytes: Uint8Array, start: number, end: number, span: number): ErrorId;
}

function onWritable(this: WebSocketClient, count: number): void {
  (this.target as ClientLink)._writable(count);
}

function onSpan(
  this: WebSocketClient,
  bytes: Uint8Array,
  start: number,
  end: number,
  delivery: Delivery,
): void {
  (this.target as ClientLink)._sink.linkReceived(bytes, start, end, delivery.binary, delivery.more);
}

/* eslint-disable no-restricted-syntax -- once a connection, at its end */
function onClose(this: WebSocketClient): void {
  const { closeCode } = this;
  (this.target as ClientLink)._closed({
    error: 0,
    closeCode,
    httpStatus: 0,
    retryAfter: '',
    location: '',
    reason: undefined,
  });
}

function onError(this: WebSocketClient, failure: ConnectionError): void {
  const { id: error, closeCode, httpStatus, retryAfter, location, reason } = failure;
  (this.target as ClientLink)._closed({ error, closeCode, httpStatus, retryAfter, location, reason });
}
/* eslint-enable no-restricted-syntax */

/** How a Close is written. */
const CLOSE = freeze({ opcode: Opcode.close });

/**
 * Methods that the endpoint of an uplink has, too: those of the link would cost each record 5 bytecodes, and who has no uplink does
 * not carry them.
 */
export const RANGES = freeze({
  /**
   * As `post`, of `octets[start, end)`, which have to be there, but returns an error id less than none in place of
   * what that throws.
   */
  postRange(this: Sending, octets: Uint8Array, start: number, end: number, opcode: number): number {
    if (!this._sending) {
      const behind = putMessage(
        this.memory,
        Place.ring,
        this._writeAt,
        this._ringMask - Room.reserve,
        opcode,
        octets,
        randomWord(this._source),
        this._words,
        start,
        end,
      );
      if (behind) {
        this._writeAt = behind;
        if (!(this._pumping & Pumping.pumps)) this._accepted();
        else {
          const left = this._ringMask - Room.reserve + this._readAt - behind;
          if (left > Room.short && left <= Room.long) return left - Room.header;
        }
        return this.writable;
      }
    }
    let fault = ErrorId.notOpen;
    if (this._state === State.open)
      fault = this._sendFragment(octets, start, end, opcode === Opcode.binary ? Span.binary : 0);
    this._accepted();
    return fault ? -fault : this.writable;
  },

  /** As {@link Connection.send}, of a range of memory of ours, on devices, where an endpoint has no such method. */
  sendRange(this: Sending, bytes: Uint8Array, start: number, end: number, span: number): number {
    const fault = this._state === State.open ? this._sendFragment(bytes, start, end, span) : ErrorId.notOpen;
    this._accepted();
    return fault;
  },
});

/** A link over the ECMA-419 client, for devices. */
export class ClientLink implements Link {
  readonly _sink: LinkSink;
  readonly #client: WebSocketClient;
  readonly #endpoint: ClientEndpoint<WebSocketClient> & typeof RANGES;
  #isOpen = false;

  /** Throws what the class throws for its options. */
  constructor(Client: ClientClass, options: WebSocketClientOptions, sink: LinkSink) {
    this._sink = sink;
    const callbacks = { target: this, onWritable, onSpan, onClose, onError };
    this.#client = new Client(Object.assign({}, options, callbacks) as unknown as WebSocketClientOptions);
    this.#endpoint = Object.assign(Client.endpointOf(this.#client), RANGES);
  }

  /** The endpoint of a device has no getters for what its client has. */
  get protocol(): string {
    return this.#client.protocol;
  }

  get isFlushed(): boolean {
    const { _writeAt, _readAt } = this.#endpoint as unknown as Sending;
    return _writeAt === _readAt;
  }

  get records(): RecordSender {
    return this.#endpoint as unknown as RecordSender;
  }

  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    const ranges = this.#endpoint as unknown as Sending & typeof RANGES;
    const span = (binary ? Span.binary : 0) | (more ? Span.more : 0);
    return ranges.sendRange(bytes, start, end, span) === 0 ? ranges.writable : -1;
  }

  close(code: number): void {
    try {
      this.#client.write(Uint8Array.of(code >> 8, code), CLOSE);
    } catch {
      // It is over already, or about to be.
    }
  }

  drop(): void {
    this.#client.close();
  }

  _writable(count: number): void {
    if (this.#isOpen) this._sink.linkWritable(count);
    else {
      this.#isOpen = true;
      this._sink.linkOpened(count);
    }
  }

  _closed(loss: Loss): void {
    this._sink.linkClosed(loss);
  }
}
