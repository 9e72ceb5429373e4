/** `partOf` and its twin: the same octets, for whoever reads from a buffer or writes to one, wherever the memory has moved. */
import { copyFitting, mask, newPart, partOf } from 'ringlet/natives';
import * as twin from '../../../src/client/part-of.ts';
import { areEqual, below, check, conclude, fill, next } from './equal.ts';

const SIZE = 64;
const OTHER = 7;
const memory = fill(new Uint8Array(OTHER + SIZE)).subarray(OTHER);
const part = newPart();

for (let start = 0; start <= SIZE; start++)
  for (let end = start; end <= SIZE; end++) {
    const what = (): string => `[${start}, ${end})`;
    const count = end - start;
    // What lies there is read, and no more than that.
    const view = twin.partOf(twin.newPart(), memory, start, end);
    const read = new Uint8Array(count);
    check(copyFitting(read, partOf(part, memory, start, end), 0, count) === count, what);
    check(areEqual(read, view), what);
    let isRefused = false;
    try {
      copyFitting(new Uint8Array(SIZE + 1), partOf(part, memory, start, end), 0, count + 1);
    } catch {
      isRefused = true;
    }
    check(isRefused, () => `${what()}: an octet more`);
    // What is written lies there, and nothing else changes.
    const octets = fill(new Uint8Array(count));
    const expected = memory.slice();
    twin.partOf(twin.newPart(), expected, start, end).set(octets);
    mask(partOf(part, memory, start, end), 0, octets, 0, count, 0);
    check(areEqual(memory, expected), () => `${what()}: written`);
  }

// Memory that is collected in between moves what is left: a part is where its memory is when it is aimed.
for (let round = 0; round < 200; round++) {
  let garbage = new Uint8Array(1 + below(20_000));
  const own = fill(new Uint8Array(SIZE));
  const start = below(SIZE);
  const before = own.slice();
  for (let i = 0; i < 40; i++) garbage = new Uint8Array(20_000);
  garbage[0] = next();
  const read = new Uint8Array(SIZE - start);
  copyFitting(read, partOf(part, own, start, SIZE), 0, SIZE - start);
  check(areEqual(read, before.subarray(start)), () => `round ${round}`);
}

conclude();
