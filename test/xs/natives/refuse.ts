/** What the natives refuse, before anything has changed, and the views that they take. */
import {
  acceptOf,
  copyFitting,
  closeCodeOf,
  decodeUtf8,
  elapse,
  faultOfHeader,
  frameLength,
  hasToken,
  headText,
  keyOf,
  lengthAt,
  mask,
  newPart,
  partOf,
  putMessage,
  nextTick,
  startDeadline,
  statusOf,
  type Timeouts,
  trim,
  validate,
  wellFormed,
  writeHeader,
} from 'ringlet/natives';
import { areEqual, check, conclude, fill, outcomeOf } from './equal.ts';

function is(expected: string, what: string, action: () => unknown): void {
  const outcome = outcomeOf(action);
  check(outcome === expected, () => `${what}: ${outcome}, not ${expected}`);
}

const SIZE = 16;
/** Octets of the longest header. */
const HEADER = 14;
const LIMITS: Timeouts = {
  connectTimeout: 1,
  handshakeTimeout: 1,
  closeTimeout: 1,
  idleTimeout: 1,
  keepalive: 1,
  keepaliveTimeout: 1,
  sendTimeout: 1,
};
const bytes = fill(new Uint8Array(SIZE));
const other = fill(new Uint8Array(SIZE));
const before = bytes.slice();
const part = newPart();

const NO_POSITION = [-1, SIZE + 1, 1.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53];
const NO_NUMBER = [undefined, null, '1', {}, { valueOf: () => bytes.fill(0) && 1 }, true] as never[];

for (const wrong of [...NO_POSITION, ...NO_NUMBER]) {
  const name = `${typeof wrong} ${String(wrong)}`;
  is('RangeError', `validate from ${name}`, () => validate(bytes, wrong, SIZE, 6));
  is('RangeError', `validate to ${name}`, () => validate(bytes, 0, wrong, 6));
  is('RangeError', `mask to ${name}`, () => mask(bytes, wrong, other, 0, 1, 1));
  is('RangeError', `mask from ${name}`, () => mask(bytes, 0, other, wrong, SIZE, 1));
  is('RangeError', `mask up to ${name}`, () => mask(bytes, 0, other, 0, wrong, 1));
  is('RangeError', `copy from ${name}`, () => copyFitting(bytes, other, wrong, SIZE));
  is('RangeError', `copy up to ${name}`, () => copyFitting(bytes, other, 0, wrong));
  is('RangeError', `a part from ${name}`, () => partOf(part, bytes, wrong, SIZE));
  is('RangeError', `a part up to ${name}`, () => partOf(part, bytes, 0, wrong));
  is('RangeError', `a ring at ${name}`, () => putMessage(bytes, wrong, 0, 0, 2, other, 1));
  is('RangeError', `a message up to ${name}`, () => putMessage(bytes, 4, 0, wrong, 2, other, 1));
  is('RangeError', `opcode ${name}`, () => putMessage(bytes, 4, 0, 0, wrong, other, 1));
}
for (const wrong of [...NO_POSITION.filter((one) => one !== SIZE + 1), ...NO_NUMBER]) {
  const name = `${typeof wrong} ${String(wrong)}`;
  is('RangeError', `a header at ${name}`, () => faultOfHeader(bytes, wrong, 1, false, 0, 0));
  is('RangeError', `a header of ${name}`, () => faultOfHeader(bytes, 0, wrong, false, 0, 0));
  is('RangeError', `RSV bits ${name}`, () => faultOfHeader(bytes, 0, 1, false, wrong, 0));
  is('RangeError', `a mask bit ${name}`, () => faultOfHeader(bytes, 0, 1, false, 0, wrong));
  is('RangeError', `a length at ${name}`, () => lengthAt(bytes, wrong));
  is('RangeError', `a ring at ${name}`, () => frameLength(bytes, wrong, 0, 0));
  is('RangeError', `a frame at ${name}`, () => frameLength(bytes, 0, wrong, 0));
  is('RangeError', `a ring of ${name}`, () => frameLength(bytes, 0, 0, wrong));
  is('RangeError', `a header up to ${name}`, () => writeHeader(bytes, wrong, 0, 0, 0));
  is('RangeError', `a header with first ${name}`, () => writeHeader(bytes, SIZE, wrong, 0, 0));
  is('RangeError', `a header with mask bit ${name}`, () => writeHeader(bytes, SIZE, 0, wrong, 0));
  is('RangeError', `a header for ${name} octets`, () => writeHeader(bytes, SIZE, 0, 0, wrong));
}
is('RangeError', 'a header of no octets', () => faultOfHeader(bytes, 0, 0, false, 0, 0));
is('RangeError', 'a header of 15 octets', () => faultOfHeader(bytes, 0, 15, false, 0, 0));
is('RangeError', 'a header beyond the end', () => faultOfHeader(bytes, SIZE, 1, false, 0, 0));
is('TypeError', 'a header in no boolean', () => faultOfHeader(bytes, 0, 1, 0 as never, 0, 0));
is('RangeError', 'a length without room for the longest', () => lengthAt(bytes, SIZE - 13));
is('RangeError', 'a ring beyond the end', () => frameLength(bytes, 1, 0, SIZE - 1));
is('RangeError', 'a header that begins before the memory', () => writeHeader(bytes, 13, 0, 0, 0));
is('RangeError', 'a header beyond the memory', () => writeHeader(bytes, SIZE + 1, 0, 0, 0));
for (const wrong of [-1, 32, 1.5, NaN])
  is('RangeError', `state ${wrong}`, () => validate(bytes, 0, 1, wrong));
is('RangeError', 'a ring without a key in front', () => putMessage(bytes, 3, 0, 0, 2, other, 1));
is('RangeError', 'a ring up to beyond the end', () => putMessage(bytes, 4, 0, SIZE - 3, 2, other, 1));
is('RangeError', 'a copy whose end is before the start', () => copyFitting(bytes, other, 2, 1));
is('RangeError', 'a part whose end is before the start', () => partOf(part, bytes, 2, 1));
is('RangeError', 'an end before the start', () => validate(bytes, 2, 1, 6));
is('RangeError', 'an end before the start, masked', () => mask(bytes, 0, other, 2, 1, 1));
is('RangeError', 'one octet more than the target has', () => mask(bytes, 1, other, 0, SIZE, 1));
is('RangeError', 'one octet more, in place', () => mask(bytes, 1, bytes, 0, SIZE, 1));
is('RangeError', 'into a target without octets', () => mask(new Uint8Array(0), 0, bytes, 0, 1, 1));
for (const wrong of NO_NUMBER) {
  is('TypeError', 'a key', () => mask(bytes, 0, bytes, 0, SIZE, wrong));
  is('TypeError', 'a key of a message', () => putMessage(bytes, 4, 0, SIZE - 4, 2, other, wrong));
}

for (const wrong of [undefined, null, 1, 'text', {}, [], new Int32Array(4), new Float64Array(2)] as never[]) {
  const name = typeof wrong;
  is('TypeError', `validate of ${name}`, () => validate(wrong, 0, 0, 6));
  is('TypeError', `a header in ${name}`, () => faultOfHeader(wrong, 0, 1, false, 0, 0));
  is('TypeError', `a length in ${name}`, () => lengthAt(wrong, 0));
  is('TypeError', `a frame in ${name}`, () => frameLength(wrong, 0, 0, 0));
  is('TypeError', `a header into ${name}`, () => writeHeader(wrong, HEADER, 0, 0, 0));
  is('TypeError', `copy into ${name}`, () => copyFitting(wrong, bytes, 0, 0));
  is('TypeError', `copy of ${name}`, () => copyFitting(bytes, wrong, 0, 0));
  is('TypeError', `a message into ${name}`, () => putMessage(wrong, 4, 0, 0, 2, bytes, 1));
  is('TypeError', `a message of ${name}`, () => putMessage(bytes, 4, 0, 0, 2, wrong, 1));
  is('TypeError', `a part of ${name}`, () => partOf(part, wrong, 0, 0));
  is('SyntaxError', `a part that is ${name}`, () => partOf(wrong, bytes, 0, SIZE));
  is('TypeError', `mask into ${name}`, () => mask(wrong, 0, bytes, 0, 0, 1));
  is('TypeError', `mask of ${name}`, () => mask(bytes, 0, wrong, 0, 0, 1));
}
/** Limits with `keepalive` in place of one of them. */
const limitsWith = (keepalive: unknown): Timeouts => ({ ...LIMITS, keepalive: keepalive as number });
const words = fill(new Uint8Array(40));
const wordsBefore = words.slice();
for (const wrong of NO_NUMBER) {
  const name = typeof wrong;
  is('TypeError', `a limit that is ${name}`, () => startDeadline(words, limitsWith(wrong), 0));
  is('TypeError', `a limit that is ${name}`, () => elapse(words, limitsWith(wrong), 0, 0, false));
  is('TypeError', `a limit that is ${name}`, () => nextTick(words, limitsWith(wrong), false));
  is('TypeError', `the time ${name}`, () => elapse(words, LIMITS, wrong, 0, false));
  is('RangeError', `signs that are ${name}`, () => elapse(words, LIMITS, 0, wrong, false));
  is('RangeError', `the deadline ${name}`, () => startDeadline(words, LIMITS, wrong));
  is('RangeError', `the rule ${name}`, () => wellFormed(wrong, 'a'));
  is('RangeError', `the fault ${name}`, () => closeCodeOf(wrong));
  is('RangeError', `a reason from ${name}`, () => decodeUtf8(bytes, wrong, SIZE));
  is('RangeError', `a reason to ${name}`, () => decodeUtf8(bytes, 0, wrong));
  is('RangeError', `text from ${name}`, () => headText(bytes, wrong, SIZE, false));
  is('RangeError', `text to ${name}`, () => headText(bytes, 0, wrong, false));
}
is('RangeError', 'text beyond the end', () => headText(bytes, 0, SIZE + 1, false));
is('RangeError', 'a reason beyond the end', () => decodeUtf8(bytes, 0, SIZE + 1));
is('TypeError', 'a reason in no memory', () => decodeUtf8([] as never, 0, 0));
is('RangeError', 'text that ends before it begins', () => headText(bytes, 1, 0, false));
is('TypeError', 'text in no memory', () => headText([] as never, 0, 0, false));
is('TypeError', 'a name in no boolean', () => headText(bytes, 0, 1, 1 as never));
for (const wrong of [undefined, null, 1, {}, ['a']] as never[]) {
  is('TypeError', 'trim', () => trim(wrong));
  is('TypeError', 'statusOf', () => statusOf(wrong));
  is('TypeError', 'hasToken in', () => hasToken(wrong, 'a'));
  is('TypeError', 'hasToken of', () => hasToken('a', wrong));
}
is('TypeError', 'no limits', () => elapse(words, undefined as never, 0, 0, false));
is('TypeError', 'pending in no boolean', () => elapse(words, LIMITS, 0, 0, 1 as never));
is('TypeError', 'pending in no boolean', () => nextTick(words, LIMITS, 0 as never));
is('RangeError', 'less memory than registers', () => startDeadline(words.subarray(8), LIMITS, 0));
is('RangeError', 'registers that begin at no word', () => startDeadline(words.subarray(1), LIMITS, 0));
is('TypeError', 'registers in no memory', () => startDeadline([] as never, LIMITS, 0));
check(areEqual(words, wordsBefore), () => 'deadlines that were refused changed something');

type Loose = (...values: unknown[]) => unknown;
is('TypeError', 'validate without arguments', () => (validate as Loose)());
is('TypeError', 'validate without a state', () => (validate as Loose)(bytes, 0, 1));
is('TypeError', 'mask without a key', () => (mask as Loose)(bytes, 0, bytes, 0, 1));
is('TypeError', 'elapse without whether something waits', () => (elapse as Loose)(words, LIMITS, 0, 0));
is('TypeError', 'trim without a text', () => (trim as Loose)());
is('TypeError', 'hasToken without a token', () => (hasToken as Loose)('a'));
is('TypeError', 'headText without a kind', () => (headText as Loose)(bytes, 0, 1));
is('TypeError', 'wellFormed without a text', () => (wellFormed as Loose)(0));
is('TypeError', 'acceptOf without arguments', () => (acceptOf as Loose)());
for (const wrong of [undefined, null, 1, {}, []] as never[])
  is('TypeError', 'acceptOf', () => acceptOf(wrong));
is('RangeError', 'a key of three words', () => keyOf(new Int32Array(3)));

check(areEqual(bytes, before), () => 'what was refused changed something');

// Nothing, at the end of a buffer, is a span.
is('6', 'validate of nothing', () => validate(bytes, SIZE, SIZE, 6));
is('-2', 'mask of nothing', () => mask(bytes, SIZE, other, SIZE, SIZE, -2));
is('6', 'validate of no octets', () => validate(new Uint8Array(0), 0, 0, 6));

// A view that begins within its buffer, and one that follows a buffer's length.
const memory = new ArrayBuffer(8, { maxByteLength: 64 });
const tracking = new Uint8Array(memory, 2);
const fixed = new Uint8Array(memory, 4, 4);
new Uint8Array(memory).set([0xff, 0xff, 0x41, 0x42, 0x43, 0xc3, 0xa4, 0x44]);
is('6', 'a view with an offset', () => validate(tracking, 0, 6, 6));
is('16', 'within a character', () => validate(fixed, 0, 2, 6));
is('RangeError', 'beyond the length', () => validate(tracking, 0, 7, 6));
memory.resize(9);
is('6', 'a buffer that grew', () => validate(tracking, 0, 7, 6));
memory.resize(6);
is('RangeError', 'a buffer that shrank', () => validate(tracking, 0, 6, 6));
is('16', 'the rest of it', () => validate(tracking, 0, 4, 6));
is('TypeError', 'a view that is out of bounds', () => validate(fixed, 0, 0, 6));
is('TypeError', 'into a view that is out of bounds', () => mask(fixed, 0, bytes, 0, 1, 1));
is('TypeError', 'out of a view that is out of bounds', () => mask(bytes, 0, fixed, 0, 1, 1));
memory.resize(8);
mask(fixed, 0, fixed, 0, 4, 0x01010101);
check(
  areEqual(fixed, Uint8Array.of(0x42, 0xc2, 1, 1)),
  () => `masked in a resizable buffer: ${fixed.join()}`,
);
check(areEqual(new Uint8Array(memory, 0, 4), Uint8Array.of(0xff, 0xff, 0x41, 0x42)), () => 'before the view');

conclude();
