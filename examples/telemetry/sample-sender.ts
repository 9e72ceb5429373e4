import type { WriteOptions } from '../../src/index.ts';
import { BinaryRecord } from './binary-record.ts';
import type { Counters } from './counters.ts';
import type { InFlight } from './in-flight.ts';
import { JsonRecord } from './json-record.ts';
import type { Sensors, StreamClient } from './options.ts';

/** Octets of the headers of two masked frames, at most 64 KiB long. */
const HEADERS = 16;

const TEXT: WriteOptions = Object.freeze({ binary: false });
const BINARY: WriteOptions = Object.freeze({ binary: true });
const CLOSE: WriteOptions = Object.freeze({ opcode: 8 });

/** Sends samples, each as two messages, as far as the client has room for them. */
export class SampleSender {
  readonly #sensors: Sensors;
  readonly #clock: () => number;
  readonly #inFlight: InFlight;
  readonly #counters: Counters;
  readonly #json: JsonRecord;
  readonly #binary: BinaryRecord;
  readonly #values: Float64Array;
  /** The payload of a Close with code 1000. */
  readonly #normalClosure = Uint8Array.of(0x03, 0xe8);
  /** The text of a sample that there was no room for. */
  #text: Uint8Array | undefined;
  /** Octets that the client takes now, as it said last. */
  room = 0;

  /** Throws RangeError for names of values that cannot be written. */
  constructor(sensors: Sensors, clock: () => number, inFlight: InFlight, counters: Counters) {
    this.#sensors = sensors;
    this.#clock = clock;
    this.#inFlight = inFlight;
    this.#counters = counters;
    this.#json = new JsonRecord(sensors.names);
    this.#binary = new BinaryRecord(sensors.names.length);
    this.#values = new Float64Array(sensors.names.length);
  }

  /** Sends the present sample, with `time` (an integer below 2^32). Returns whether there was room for it. */
  send(client: StreamClient, time: number): boolean {
    let text = this.#text;
    if (text === undefined) {
      this.#sensors.sample(this.#values);
      text = this.#json.compose(this.#inFlight.next, time, this.#values);
      this.#text = text;
    }
    if (this.room < text.length + this.#binary.length + HEADERS) return false;
    this.#text = undefined;
    if (!this._write(client, text, TEXT)) return false;
    return this._write(client, this.#binary.compose(this.#inFlight.next, time, this.#values), BINARY);
  }

  /** Forgets the sample that there was no room for. */
  skip(): void {
    this.#text = undefined;
  }

  /** Begins the closing handshake. */
  close(client: StreamClient): void {
    try {
      client.write(this.#normalClosure, CLOSE);
    } catch {
      // The peer was faster: the end is on its way.
    }
  }

  private _write(client: StreamClient, data: Uint8Array, options: WriteOptions): boolean {
    const counters = this.#counters;
    try {
      this.room = client.write(data, options);
    } catch {
      // The connection is about to end, or a pong took the room.
      this.room = 0;
      return false;
    }
    if (this.#inFlight.sent(this.#clock())) counters.unanswered++;
    counters.messagesSent++;
    counters.octetsSent += data.length;
    return true;
  }
}
