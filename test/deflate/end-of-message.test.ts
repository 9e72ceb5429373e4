import { expect, test } from 'vitest';
import { InflateReason } from '../../src/deflate/decode/inflate-reason.ts';
import { InflateStatus } from '../../src/deflate/decode/inflate-state.ts';
import { FLUSH_MARKER } from '../../src/deflate/flush-marker.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';
import { hex } from './bits.ts';
import {
  concat,
  deflateMessage,
  inflateMessage,
  newDeflate,
  newInflate,
  patience,
  random,
  sample,
} from './streams.ts';

/** Decodes octets that are not the end of a message. */
function decode(end: ReturnType<typeof newInflate>, octets: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  let status = InflateStatus.more;
  const goOn = patience();
  while (status === InflateStatus.more) {
    goOn();
    status = end.inflate.push(octets, at, octets.length);
    at = end.inflate.consumed;
    parts.push(end.bytes.slice(end.inflate.outStart, end.inflate.outEnd));
  }
  expect(status).toBe(InflateStatus.done);
  return concat(parts);
}

test('the end of a message is what the flush marker decodes to', () => {
  const rnd = random(43);
  for (const { deflate: options, tableBits } of [PROFILES.device, PROFILES.desk]) {
    const deflate = newDeflate(options);
    const [short, long] = [
      newInflate(options.windowBits, tableBits),
      newInflate(options.windowBits, tableBits),
    ];
    for (let round = 0; round < 400; round++) {
      const data = sample(rnd, rnd(8) === 0 ? 0 : rnd(1500));
      const message = deflateMessage(deflate, data);
      // One ends each message; for the other all of them are one stream, the marker octets of it.
      const { data: ended, error } = inflateMessage(short, message);
      const flushed = decode(long, concat([message, FLUSH_MARKER]));
      expect(error).toBe(InflateReason.none);
      expect(Buffer.compare(ended, data)).toBe(0);
      expect(Buffer.compare(flushed, data)).toBe(0);
      expect(short.inflate.outStart).toBe(short.inflate.outEnd);
      // What they remember is the same, to the octet.
      expect(Buffer.compare(short.bytes, long.bytes)).toBe(0);
    }
  }
});

test.each([
  ['an octet of the length is there', 'f2 48 cd c9 c9 07 00 00', InflateReason.storedLength],
  ['the length is there', 'f2 48 cd c9 c9 07 00 00 00', InflateReason.storedLength],
  ['the whole marker is there', 'f2 48 cd c9 c9 07 00 00 00 ff ff', InflateReason.truncated],
])('not the end of a message: %s', (_, octets, reason) => {
  const end = newInflate(15);
  const { data, error } = inflateMessage(end, hex(octets));
  expect(Buffer.from(data).toString()).toBe('Hello');
  expect(error).toBe(reason);
});
