import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BinaryRecord } from '../../examples/telemetry/binary-record.ts';
import { DECIMAL_LENGTH, writeDecimal } from '../../src/uplink/decimal.ts';
import { JsonRecord } from '../../examples/telemetry/json-record.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function decimal(value: number): string {
  const bytes = new Uint8Array(DECIMAL_LENGTH + 2);
  const end = writeDecimal(bytes, 1, value);
  expect(bytes[0]).toBe(0);
  expect(bytes[end]).toBe(0);
  return text(bytes.subarray(1, end));
}

describe('decimals', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [10, '10'],
    [-12.5, '-12.5'],
    [0.001, '0.001'],
    [0.0004, '0'],
    [-0.0004, '0'],
    [0.0996, '0.1'],
    [99.9996, '100'],
    [1234.056, '1234.056'],
    [4294967295, '4294967295'],
    [9e12, '9000000000000'],
    [-8999999999999.5, '-8999999999999.5'],
    [9.1e12, 'null'],
    [NaN, 'null'],
    [Infinity, 'null'],
    [-Infinity, 'null'],
  ])('%d is written as %s', (value, expected) => {
    expect(decimal(value)).toBe(expected);
  });

  test('every number with three decimals comes back from JSON as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e15, max: 9e15 }), (thousandths) => {
        expect(Math.abs(JSON.parse(decimal(thousandths / 1000)) - thousandths / 1000)).toBeLessThanOrEqual(
          Math.abs(thousandths) * 1e-15,
        );
      }),
      { seed: 1 },
    );
  });
});

describe('JSON records', () => {
  test('are JSON, in the order of the names, whatever the values', () => {
    const names = ['load', 'a/b', 'x'];
    const record = new JsonRecord(names);
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.array(fc.double({ min: -9e12, max: 9e12, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (sequence, time, values) => {
          const octets = record.compose(sequence, time, Float64Array.from(values));
          expect(octets.length % 32).toBe(0);
          const parsed = JSON.parse(text(octets)) as Record<string, number>;
          expect(Object.keys(parsed)).toEqual(['seq', 'time', ...names]);
          expect([parsed.seq, parsed.time]).toEqual([sequence, time]);
          values.forEach((value, i) => expect(parsed[names[i]]).toBeCloseTo(value, 2));
        },
      ),
      { seed: 1 },
    );
  });

  test('the longest one fits, and one of the same length has the same memory', () => {
    const record = new JsonRecord(['a', 'b']);
    const longest = Float64Array.of(-8999999999999.875, -8999999999999.875);
    const octets = record.compose(0xffffffff, 0xffffffff, longest);
    expect(JSON.parse(text(octets))).toMatchObject({ seq: 0xffffffff, a: longest[0] });
    expect(record.compose(0xfffffffe, 0xffffffff, longest)).toBe(octets);
  });

  test.each(['', 'a b', 'a"b', 'a\\b', 'ä', 'a\n'])(
    'refuses a name that would have to be escaped: %j',
    (name) => {
      if (name === '')
        expect(JSON.parse(text(new JsonRecord(['']).compose(1, 2, Float64Array.of(3))))['']).toBe(3);
      else expect(() => new JsonRecord([name])).toThrow(RangeError);
    },
  );
});

test('binary records are packed in network byte order', () => {
  const record = new BinaryRecord(2);
  const octets = record.compose(0x01020304, 0xfffffffe, Float64Array.of(1.5, NaN));
  expect(Buffer.from(octets).toString('hex')).toBe('01020304fffffffe3fc000007fc00000');
  expect(record.compose(1, 2, Float64Array.of(0, 0))).toBe(octets);
});
