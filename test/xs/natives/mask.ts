/** `mask` and its twin: every length, every alignment of both ends, every overlap, every split, and long payloads. */
import { mask } from 'ringlet/natives';
import { maskBytes } from '../../../src/frame/mask-bytes.ts';
import { ALIGNMENTS, areEqual, below, check, conclude, fill, LENGTHS, next } from './equal.ts';

/** What the memory `target` is to be like afterwards. The source is read as a whole first. */
function expect(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
  key: number,
): { memory: Uint8Array; key: number } {
  const payload = source.slice(start, end);
  const turned = maskBytes(payload, 0, payload.length, key);
  const memory = target.slice();
  memory.set(payload, at);
  return { memory, key: turned | 0 };
}

function compare(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
  key: number,
): void {
  const expected = expect(target, at, source, start, end, key);
  const before = target === source ? undefined : source.slice();
  const turned = mask(target, at, source, start, end, key);
  check(
    turned === expected.key && areEqual(target, expected.memory),
    () => `[${start}, ${end}) to ${at} with ${key}: key ${turned}, not ${expected.key}`,
  );
  if (before !== undefined) check(areEqual(source, before), () => `[${start}, ${end}): the source changed`);
}

// In place, at every alignment.
for (let length = 0; length <= LENGTHS; length++)
  for (let at = 0; at < ALIGNMENTS; at++) {
    const bytes = fill(new Uint8Array(at + length + ALIGNMENTS));
    compare(bytes, at, bytes, at, at + length, next());
  }

// From one memory to another, at every alignment of both; a key of 0 only moves.
for (let length = 0; length <= LENGTHS; length += 1 + below(16))
  for (let at = 0; at < ALIGNMENTS; at++)
    for (let start = 0; start < ALIGNMENTS; start++) {
      const source = fill(new Uint8Array(start + length + 3));
      const target = fill(new Uint8Array(at + length + 5));
      compare(target, at, source, start, start + length, start === 3 ? 0 : next());
    }

// Within one memory, by every distance, forwards and backwards.
for (let length = 0; length <= 40; length++)
  for (let distance = -45; distance <= 45; distance++) {
    const bytes = fill(new Uint8Array(150));
    const start = 50 + below(ALIGNMENTS);
    compare(bytes, start + distance, bytes, start, start + length, next());
  }

// Two views that begin at different places of one memory.
for (let round = 0; round < 500; round++) {
  const memory = fill(new Uint8Array(300)).buffer;
  const first = below(40);
  const second = below(40);
  const target = new Uint8Array(memory, first, 200);
  const source = new Uint8Array(memory, second, 200);
  const start = below(50);
  const end = start + below(100);
  const at = below(90);
  const whole = new Uint8Array(memory);
  const expected = expect(whole, first + at, whole, second + start, second + end, 0x12345678 ^ round);
  const turned = mask(target, at, source, start, end, 0x12345678 ^ round);
  check(turned === expected.key && areEqual(whole, expected.memory), () => `views, round ${round}`);
}

// Every split: the key goes on where it stopped.
for (let length = 0; length <= LENGTHS; length += 1 + below(32)) {
  const source = fill(new Uint8Array(length));
  const key = next();
  const whole = new Uint8Array(length);
  const turned = mask(whole, 0, source, 0, length, key);
  for (let split = 0; split <= length; split++) {
    const target = new Uint8Array(length);
    const rest = mask(target, 0, source, 0, split, key);
    const last = mask(target, split, source, split, length, rest);
    check(last === turned && areEqual(target, whole), () => `${length} split at ${split}`);
  }
}

for (let round = 0; round < 8; round++) {
  const source = fill(new Uint8Array(20_000));
  const start = below(100);
  const target = new Uint8Array(20_100);
  compare(target, below(100), source, start, 20_000 - below(100), next());
}

// The example of RFC 6455 §5.7: "Hello" with the key 37 fa 21 3d. A key may be given unsigned, too.
const hello = Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x6f);
mask(hello, 0, hello, 0, 5, 0x3d21fa37);
check(areEqual(hello, Uint8Array.of(0x7f, 0x9f, 0x4d, 0x51, 0x58)), () => 'the example of the RFC');
const signed = fill(new Uint8Array(9));
const unsigned = signed.slice();
const keys = [mask(signed, 0, signed, 0, 9, -2), mask(unsigned, 0, unsigned, 0, 9, 0xfffffffe)];
check(keys[0] === keys[1] && areEqual(signed, unsigned), () => 'a key without its sign');

conclude();
