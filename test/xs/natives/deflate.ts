/**
 * `Inflate` and `Deflate` of devices, over `ringlet/deflate-natives`, and their twins: the same octets out of the same octets,
 * however input and output are cut, with every window and every kind of block; and the same end for what is malformed.
 */
import { Inflate as NativeInflate } from '../../../hosts/moddable/natives/inflate.ts';
import { Deflate as NativeDeflate } from '../../../hosts/moddable/natives/deflate.ts';
import { Inflate } from '../../../src/deflate/decode/inflate.ts';
import { inflateMemory } from '../../../src/deflate/decode/table-layout.ts';
import { type DeflateOptions, deflateMemory } from '../../../src/deflate/encode/deflate-options.ts';
import { Deflate } from '../../../src/deflate/encode/deflate.ts';
import { areEqual, below, check, conclude, fill } from './equal.ts';

const DONE = 0;
const MORE = 1;
const OFFSET = 8;

/** Octets of messages that compress well, badly, and not at all. */
function messageOf(kind: number, length: number): Uint8Array {
  const message = new Uint8Array(length);
  if (kind === 0) return fill(message);
  for (let i = 0; i < length; i++) {
    const word = below(5);
    message[i] = kind === 1 ? 97 + below(3) : kind === 2 ? (i * 7) & 15 : word === 0 ? below(256) : 32 + word;
    if (kind === 3 && i > 20 && below(9) === 0)
      for (let k = below(60); k > 0 && i + 1 < length; k--) message[++i] = message[i - 17];
  }
  return message;
}

interface Compressor {
  readonly consumed: number;
  readonly produced: number;
  write(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    from: number,
    limit: number,
  ): number;
  endMessage(output: Uint8Array, from: number, limit: number): number;
}

/** The message compressed, with at most `step` octets in or out at a time. */
function compressed(deflate: Compressor, message: Uint8Array, step: number): Uint8Array {
  const output = new Uint8Array(message.length * 2 + 4096);
  let at = 0;
  let to = 0;
  while (at < message.length) {
    const end = Math.min(message.length, at + step);
    deflate.write(message, at, end, output, to, Math.min(output.length, to + step));
    at = deflate.consumed;
    to = deflate.produced;
  }
  for (let status = MORE; status !== DONE;) {
    status = deflate.endMessage(output, to, Math.min(output.length, to + step));
    to = deflate.produced;
  }
  return output.slice(0, to);
}

interface Decompressor {
  readonly consumed: number;
  readonly outStart: number;
  readonly outEnd: number;
  push(input: Uint8Array, start: number, end: number, room: number): number;
  endMessage(room: number): number;
}

interface Outcome {
  readonly octets: Uint8Array;
  readonly status: number;
}

/** What comes out of `input`, with at most `step` octets in and `room` out at a time. */
function decompressed(
  inflate: Decompressor,
  memory: Uint8Array,
  input: Uint8Array,
  step: number,
  room: number,
  most: number,
): Outcome {
  const octets = new Uint8Array(most);
  let length = 0;
  let at = 0;
  let status = DONE;
  const take = (): void => {
    const span = memory.subarray(inflate.outStart, inflate.outEnd);
    octets.set(span, length);
    length += span.length;
  };
  while (at < input.length && status <= MORE && length + room <= most) {
    status = inflate.push(input, at, Math.min(input.length, at + step), room);
    at = inflate.consumed;
    take();
  }
  while (status === MORE && length + room <= most) {
    status = inflate.push(input, at, at, room);
    take();
  }
  while (status === DONE) {
    status = inflate.endMessage(room);
    take();
    if (status === DONE) break;
    if (status === MORE) status = DONE;
  }
  return { octets: octets.slice(0, length), status };
}

const PROFILES: DeflateOptions[] = [
  { windowBits: 8, hashBits: 6, chain: 1, lazy: 0, tokens: 64, dynamic: false },
  { windowBits: 10, hashBits: 9, chain: 8, lazy: 16, tokens: 256, dynamic: false },
  { windowBits: 11, hashBits: 10, chain: 4, lazy: 32, tokens: 512, dynamic: true },
  { windowBits: 15, hashBits: 15, chain: 16, lazy: 32, tokens: 16384, dynamic: true },
];
const STEPS = [1, 7, 250, 100_000];

for (const [number, options] of PROFILES.entries()) {
  const memory = new Uint8Array(OFFSET + deflateMemory(options));
  const other = new Uint8Array(OFFSET + deflateMemory(options));
  const twin = new Deflate(memory, new Uint16Array(memory.buffer), OFFSET, options);
  const native = new NativeDeflate(other, undefined as never, OFFSET, options);
  const size = OFFSET + inflateMemory(options.windowBits, 9);
  const window = new Uint8Array(size);
  const otherWindow = new Uint8Array(size);
  const inflateTwin = new Inflate(window, new Uint16Array(window.buffer), OFFSET, options.windowBits, 9);
  const inflate = new NativeInflate(otherWindow, undefined as never, OFFSET, options.windowBits, 9);
  for (let round = 0; round < 28; round++) {
    const isLong = round % 7 === 6;
    const message = messageOf(round % 4, isLong ? 3000 + below(number === 3 ? 40_000 : 3000) : below(400));
    const step = STEPS[isLong ? 3 : round % 3];
    const what = `profile ${number}, round ${round}`;
    if (round % 9 === 8) {
      const bits = 8 + below(options.windowBits - 7);
      twin.restrict(bits);
      native.restrict(bits);
      inflateTwin.restrict(options.windowBits);
      inflate.restrict(options.windowBits);
    } else if (round % 5 === 4) {
      twin.reset();
      native.reset();
    }
    check(twin.bound(message.length) === native.bound(message.length), () => `${what}: another bound`);
    const octets = compressed(native, message, step);
    check(areEqual(octets, compressed(twin, message, STEPS[3])), () => `${what}: compressed differently`);
    const room = STEPS[(round + 1) % 3];
    const whole = decompressed(inflate, otherWindow, octets, step, room, message.length + room);
    check(
      whole.status === DONE && areEqual(whole.octets, message),
      () => `${what}: decompressed to ${whole.octets.length} octets, status ${whole.status}`,
    );
    const expected = decompressed(inflateTwin, window, octets, STEPS[3], 100_000, message.length + 200_000);
    check(areEqual(expected.octets, message), () => `${what}: the twin`);
  }
}

// What is malformed: an octet is changed, or the rest is missing, or it is noise. Both stop at the same place.
const options = PROFILES[2];
const memory = new Uint8Array(OFFSET + deflateMemory(options));
const deflate = new NativeDeflate(memory, undefined as never, OFFSET, options);
const size = OFFSET + inflateMemory(10, 8);
for (let round = 0; round < 1500; round++) {
  deflate.reset();
  let octets = compressed(deflate, messageOf(1 + (round % 3), 40 + below(500)), 100_000);
  if (round % 3 === 0) octets = octets.slice(0, below(octets.length));
  else if (round % 3 === 1) octets[below(octets.length)] ^= 1 << below(8);
  else octets = fill(new Uint8Array(2 + below(80)));
  const window = new Uint8Array(size);
  const otherWindow = new Uint8Array(size);
  const twin = new Inflate(window, new Uint16Array(window.buffer), OFFSET, 10, 8);
  const native = new NativeInflate(otherWindow, undefined as never, OFFSET, 10, 8);
  const step = STEPS[round % 4];
  const a = decompressed(twin, window, octets, 100_000, 500, 20_000);
  const b = decompressed(native, otherWindow, octets, step, STEPS[(round >> 2) % 3], 20_000);
  const isShort = a.octets.length + 500 <= 20_000;
  check(
    !isShort || (a.status === b.status && areEqual(a.octets, b.octets)),
    () => `round ${round}: ${a.status}, ${a.octets.length} octets and ${b.status}, ${b.octets.length}`,
  );
}

conclude();
