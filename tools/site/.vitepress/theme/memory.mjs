/**
 * What a connection takes on a device, in bytes, by its options. What is measured comes from the numbers that CI compares
 * (bench/memory/expected.json); what is cut out of the connection's memory follows from the options.
 */

/** Control payloads, 128 bytes each way, and the place to read into. */
const CONTROL = 256;
const STAGING = 128;
/** Tables of inflate, and hash and codes of deflate. */
const RECEIVE_TABLES = 2048;
const TRANSMIT_TABLES = 1536;
/** In front of each record of an outbox. */
const RECORD = 16;
export const SLOT = 16;

export const toReceive = (bits) => 2 ** bits + RECEIVE_TABLES;
export const toTransmit = (bits) => 3 * 2 ** bits + TRANSMIT_TABLES;

/** Objects of a connection that compresses: what was measured with both windows of 2^10, less what is cut out for these. */
export const objectsOf = (numbers) => numbers['windows.2.receive'].value - toReceive(10) - toTransmit(10);

/** Rows of what is taken, and their sum. */
export function memoryOf(options, numbers) {
  const { receiveBuffer, transmitBuffer, compression, receiveBits, transmitBits } = options;
  const { outbox, outboxRecord, stack } = options;
  const record = outboxRecord > 0 ? RECORD + Math.ceil(outboxRecord / 4) * 4 : 0;
  const rows = [
    ['the connection', numbers.ramPerConnection.value],
    ['receive buffer, and an eighth of it', receiveBuffer + receiveBuffer / 8],
    ['transmit ring', transmitBuffer],
    ['control frames, and a place to read into', CONTROL + STAGING],
  ];
  if (compression) {
    rows.push(
      ['compression: objects', objectsOf(numbers)],
      [`compression: to receive, window 2^${receiveBits}`, toReceive(receiveBits)],
      [`compression: to transmit, window 2^${transmitBits}`, toTransmit(transmitBits)],
    );
  }
  if (outbox > 0) rows.push([`outbox: ${outbox} records of ${outboxRecord} bytes`, outbox * record]);
  const sum = rows.reduce((total, [, bytes]) => total + bytes, 0);
  return { rows, sum, stack: stack * SLOT };
}
