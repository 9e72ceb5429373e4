/** Octets in front of the values: sequence number and time. */
const HEAD = 8;

/**
 * Samples packed into octets, in network byte order: sequence number and milliseconds since the stream began as
 * 32-bit integers, then each value as a 32-bit float (NaN where a sensor has none). The memory is made once.
 */
export class BinaryRecord {
  readonly #bytes: Uint8Array;
  readonly #data: DataView;

  constructor(valueCount: number) {
    const buffer = new ArrayBuffer(HEAD + 4 * valueCount);
    this.#bytes = new Uint8Array(buffer);
    this.#data = new DataView(buffer);
  }

  /** Octets of a record, always the same. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Writes one record; the octets returned are good until the next. Both integers are below 2^32. */
  compose(sequence: number, time: number, values: Float64Array): Uint8Array {
    const data = this.#data;
    data.setUint32(0, sequence);
    data.setUint32(4, time);
    for (let at = HEAD, i = 0; at < data.byteLength; at += 4, i++) data.setFloat32(at, values[i]);
    return this.#bytes;
  }
}
