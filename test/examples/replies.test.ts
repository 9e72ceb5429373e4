import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonRecord } from '../../examples/telemetry/json-record.ts';
import { INCOMPLETE, ReplyReader, UNKNOWN } from '../../examples/telemetry/reply-reader.ts';
import { RoundTrips } from '../../src/uplink/round-trips.ts';

const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe('the sequence number of a reply', () => {
  const sequence = 4_294_967_295;
  const json = new JsonRecord(['load']).compose(sequence, 7, Float64Array.of(0.5));
  const binary = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 7, 1, 2, 3, 4);

  test.each([
    ['text', json, false],
    ['binary', binary, true],
  ])('is found in %s at every split, whatever came before', (_name, message, isBinary) => {
    const reader = new ReplyReader();
    for (let first = 0; first <= message.length; first++) {
      for (let second = first; second <= message.length; second++) {
        expect(reader.accept(message, 0, first, isBinary, true)).toBe(INCOMPLETE);
        expect(reader.accept(message, first, second, isBinary, true)).toBe(INCOMPLETE);
        expect(reader.accept(message, second, message.length, isBinary, false)).toBe(sequence);
      }
    }
  });

  test.each([
    '',
    '{',
    '{"seq":',
    '{"seq":12',
    '{"sequence":1}',
    '[{"seq":1}]',
    '{"seq":4294967296}',
    'hello',
  ])('is not found in %j', (text) => {
    const message = octets(text);
    const reader = new ReplyReader();
    expect(reader.accept(message, 0, message.length, false, false)).toBe(UNKNOWN);
    expect(reader.accept(json, 0, json.length, false, false)).toBe(sequence);
  });

  test('is not found in a binary message that is too short', () => {
    expect(new ReplyReader().accept(binary, 0, 3, true, false)).toBe(UNKNOWN);
  });
});

describe('the histogram of round trips', () => {
  test('has no quantiles without any', () => {
    expect(new RoundTrips().quantile(0.5)).toBe(0);
  });

  test('its quantiles are those of a sorted list, within 4 % (or a microsecond)', () => {
    const times = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (milliseconds, share) => {
        const histogram = new RoundTrips();
        for (const time of milliseconds) histogram.add(time);
        const sorted = [...milliseconds].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
        expect(Math.abs(histogram.quantile(share) - exact)).toBeLessThanOrEqual(
          Math.max(exact * 0.04, 0.001),
        );
        expect(histogram.count).toBe(milliseconds.length);
      }),
      { seed: 1 },
    );
  });

  test('what is longer than it can tell is counted as the longest', () => {
    const histogram = new RoundTrips();
    histogram.add(1e9);
    histogram.add(-1);
    expect(histogram.quantile(1)).toBeGreaterThan(60_000);
    expect(histogram.quantile(0.5)).toBe(0);
  });
});
