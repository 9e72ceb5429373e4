/** What options of a connection may be, up to their bounds, and what the refusal of others says they must be. */
import { describe, expect, test } from 'vitest';
import { type Cover, coverOf } from '../../src/connection/cover.ts';
import { SPAN } from '../../src/connection/events.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../src/connection/options.ts';
import { randomWord } from '../../src/connection/random-word.ts';
import { SansIoConnection } from '../../src/connection/sans-io.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { ErrorId } from '../../src/errors.ts';
import { EVENTS, expectRefused } from '../support/wrong-options.ts';

const random = (): number => 1;
const SOUND = { role: 'client', events: EVENTS, target: {}, random };
const make = (options: object): SansIoConnection => new SansIoConnection({ ...SOUND, ...options } as never);

test.each<[string, object]>([
  ['the role of a server', { role: 'server' }],
  ['no input, and frames of no octets as a whole', { input: 0, whole: 0 }],
  ['input of one word', { input: 4 }],
  ['frames as a whole of any number of octets', { whole: 7 }],
  ['the shortest buffers', { receiveBuffer: 256, transmitBuffer: 256 }],
  ['buffers that are another power of two', { receiveBuffer: 4096, transmitBuffer: 65_536 }],
  ['a target that takes none', { takesSpans: false }],
  ['a target that takes spans', { takesSpans: true, target: { [SPAN]: () => {} } }],
  ['events that are a function with methods', { events: Object.assign(() => {}, EVENTS) }],
  ['a source of its own', { source: { random }, random: undefined }],
  ['natives', { validateLong: () => 0, copy: () => {} }],
  ['no natives', { source: { random, validateLong: undefined, copy: undefined } }],
  ['compression', { compression: permessageDeflate() }],
  ['limits that were made before', { limits: DEFAULT_LIMITS }],
  ['no limit', { maxFragments: 0, idleTimeout: 0, keepalive: 0, closeTimeout: 0 }],
])('%s may be', (_name, options) => expect(make(options).state).toBe(0));

test.each<[name: string, value: unknown, must: string]>([
  ['role', 'peer', "role must be 'client' or 'server'"],
  ['events', 5, 'events must be an object'],
  ['events', { ...EVENTS, onControl: 5 }, 'events must have the method onControl'],
  ['opening', 5, 'opening must be a function'],
  ['source', 5, 'source must be an object'],
  ['source', {}, 'source.random must be a function'],
  ['source', { random, copy: 5 }, 'source.copy must be a function'],
  ['random', 5, 'random must be a function'],
  ['validateLong', 5, 'validateLong must be a function'],
  ['compression', true, 'compression must be made by permessageDeflate'],
  ['takesSpans', 1, 'takesSpans must be true or false'],
  ['takesSpans', true, 'target must be an object with the method SPAN, as takesSpans says'],
  ['input', 2, 'input must be a multiple of 4'],
  ['input', 2 ** 30 + 4, 'input must be a multiple of 4'],
  ['whole', 0.5, 'whole must be a number of octets'],
  ['limits', [], 'limits must be an object'],
  ['limits', { ...DEFAULT_LIMITS, keepalive: undefined }, 'limits.keepalive must be set'],
  ['limits', { ...DEFAULT_LIMITS, keepalive: -1 }, 'invalid keepalive'],
])('%s: %o is refused, and the error says what it must be', async (name, value, must) => {
  const { id, message } = await expectRefused(() => make({ [name]: value }));
  expect([id, message]).toEqual([ErrorId.optionInvalid, must]);
});

test('options that are none are called so', async () => {
  for (const value of [5, null, []])
    expect((await expectRefused(() => new SansIoConnection(value as never))).message).toBe(
      'options must be an object',
    );
});

test('a target that is none takes no spans', async () => {
  for (const target of [undefined, null, 5, { [SPAN]: 5 }])
    await expectRefused(() => make({ takesSpans: true, target }));
});

describe('limits', () => {
  const times = Object.keys(DEFAULT_LIMITS).filter((name) => !name.startsWith('max'));
  const counts = Object.keys(DEFAULT_LIMITS).filter((name) => name.startsWith('max'));

  test('are times of up to 12 days, and counts and lengths of up to 2^53 − 1', () => {
    for (const name of times) {
      expect(limitsOf({ [name]: 2 ** 30 - 1 })).toEqual({ ...DEFAULT_LIMITS, [name]: 2 ** 30 - 1 });
      expect(() => limitsOf({ [name]: 2 ** 30 })).toThrow(`invalid ${name}`);
    }
    for (const name of counts) {
      expect(limitsOf({ [name]: 2 ** 53 - 1 })).toEqual({ ...DEFAULT_LIMITS, [name]: 2 ** 53 - 1 });
      expect(() => limitsOf({ [name]: 2 ** 53 })).toThrow(`invalid ${name}`);
    }
    for (const name of [...times, ...counts]) {
      expect(limitsOf({ [name]: 0 })).toEqual({ ...DEFAULT_LIMITS, [name]: 0 });
      for (const value of [-1, 0.5, NaN, '1' as unknown as number])
        expect(() => limitsOf({ [name]: value })).toThrow(`invalid ${name}`);
    }
  });

  test('that are left out are the shared ones', () => {
    expect(limitsOf({})).toBe(DEFAULT_LIMITS);
    expect(limitsOf({ keepalive: undefined, other: 5 } as unknown as Partial<Limits>)).toBe(DEFAULT_LIMITS);
    expect(limitsOf({ keepalive: 1, maxFragments: 2 })).toEqual({
      ...DEFAULT_LIMITS,
      keepalive: 1,
      maxFragments: 2,
    });
  });

  test('sizes of buffers are powers of two from 256 to 2^30', () => {
    for (let size = 256; size <= 2 ** 30; size *= 2) {
      expect(sizeOf('buffer', size)).toBe(size);
      expect(() => sizeOf('buffer', size + 1)).toThrow('invalid buffer');
      expect(() => sizeOf('buffer', size - 1)).toThrow('invalid buffer');
    }
    for (const size of [0, 1, 128, 384, 2 ** 31, 2 ** 32, 256.5, -256, NaN])
      expect(() => sizeOf('buffer', size)).toThrow('invalid buffer');
  });
});

test('a random word is signed, and 0 of a source that throws', () => {
  const words = [0xffff_ffff, 2 ** 32 + 5, 1.5];
  expect(words.map((word) => randomWord({ random: () => word }))).toEqual([-1, 5, 1]);
  const broken = (): number => {
    throw new Error('broken');
  };
  expect(randomWord({ random: broken })).toBe(0);
});

describe('views of memory that input lies in', () => {
  const sees = ({ bytes, words, offset }: Cover): number[] => [bytes.length, words.length, offset];

  test('cover its buffer from the first octet on, in whole words', () => {
    const buffer = new ArrayBuffer(11);
    const part = new Uint8Array(buffer, 3, 5);
    const cover = coverOf(part, undefined);
    expect(sees(cover)).toEqual([11, 2, 3]);
    expect([cover.bytes.buffer, cover.words.buffer]).toEqual([buffer, buffer]);
    expect(cover.bytes).not.toBe(part);
    const all = new Uint8Array(buffer);
    expect(coverOf(all, undefined).bytes).toBe(all);
    expect(sees(coverOf(all, undefined))).toEqual([11, 2, 0]);
  });

  test('are used again for the same view of the same length only', () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
    const view = new Uint8Array(buffer);
    const first = coverOf(view, undefined);
    expect(coverOf(view, first)).toBe(first);
    const other = new Uint8Array(buffer, 4);
    expect(sees(coverOf(other, first))).toEqual([8, 2, 4]);
    expect(sees(coverOf(new Uint8Array(8), first))).toEqual([8, 2, 0]);
    expect(coverOf(new Uint8Array(8), first)).not.toBe(first);
    buffer.resize(16);
    expect(sees(coverOf(view, first))).toEqual([16, 4, 0]);
  });
});
