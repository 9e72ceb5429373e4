import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Backoff, roundUp } from '../../src/uplink/backoff.ts';
import { lossOf } from '../../src/uplink/failure.ts';
import { isFinalLoss } from '../../src/uplink/final-loss.ts';
import { retryAfterOf } from '../../src/uplink/retry-after.ts';
import { words } from '../support/random.ts';

const HALF = 0x80000000 | 0;

describe('the backoff', () => {
  test('doubles up to its cap, and begins again after a good connection', () => {
    const backoff = new Backoff(100, 350, () => HALF);
    const next = (): number => backoff.next();
    expect([next(), next(), next(), next()]).toEqual([50, 100, 175, 175]);
    backoff.reset();
    expect([next(), next()]).toEqual([50, 100]);
  });

  test('a base above the cap is no more than itself once', () => {
    const backoff = new Backoff(1000, 300, () => -1);
    expect([backoff.next(), backoff.next()]).toEqual([1000, 300]);
  });

  test('has full jitter: every millisecond from 0 to the delay, whatever the sign of the word', () => {
    expect(new Backoff(1000, 1000, () => 1).next()).toBe(0);
    expect(new Backoff(1000, 1000, () => -1).next()).toBe(1000);
    const random = words(3);
    const seen = new Set<number>();
    const backoff = new Backoff(9, 9, random);
    for (let i = 0; i < 1000; i++) seen.add(backoff.next());
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('without random words it waits for all of the delay', () => {
    const backoff = new Backoff(100, 400, () => {
      throw new Error('no entropy');
    });
    expect([backoff.next(), backoff.next()]).toEqual([100, 200]);
  });

  test('a source that has failed gives 0 only, and that is not to try again at once', () => {
    const backoff = new Backoff(100, 400, () => 0);
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 400, 400]);
  });

  test('a thousand that were thrown off at once come back spread over the delay', () => {
    const random = words(11);
    const buckets = new Array<number>(20).fill(0);
    for (let i = 0; i < 1000; i++)
      buckets[Math.min(19, Math.floor(new Backoff(4000, 4000, random).next() / 200))]++;
    expect(Math.max(...buckets)).toBeLessThanOrEqual(100);
  });
});

describe('Retry-After', () => {
  // The example of RFC 9110 §10.2.3, and of §5.6.7 in its three forms.
  const clock = Date.UTC(2024, 11, 31, 23, 58, 59);
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['7', 7000],
    ['Tue, 31 Dec 2024 23:59:59 GMT', 60_000],
    ['Tuesday, 31-Dec-24 23:59:59 GMT', 60_000],
    ['Tue Dec 31 23:59:59 2024', 60_000],
    ['Wed Jan  1 00:00:00 2025', 61_000],
    ['Tue, 31 Dec 2024 23:59:60 GMT', 61_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ])('%s', (text, milliseconds) => {
    expect(retryAfterOf(text, clock)).toBe(milliseconds);
  });

  test.each([
    '',
    ' 7',
    '7 ',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '12345678901',
    'soon',
    'Tue, 31 Dec 2024 23:59:59 CET',
    'Tue, 31 Dez 2024 23:59:59 GMT',
    'Tue, 31 anF 2024 23:59:59 GMT',
    'Sat, 31 Feb 2026 00:00:00 GMT',
    'Sat, 00 Feb 2026 00:00:00 GMT',
    'Tue, 31 Dec 2024 24:00:00 GMT',
    'Tue, 31 Dec 2024 23:60:00 GMT',
    'Tue, 31 Dec 2024 23:59:61 GMT',
  ])('%j says nothing', (text) => {
    expect(retryAfterOf(text, clock)).toBe(-1);
  });

  test('a date says nothing to a clock that is not set, seconds do', () => {
    for (const unset of [0, 86_400_000, NaN, -1]) {
      expect(retryAfterOf('Tue, 31 Dec 2024 23:59:59 GMT', unset)).toBe(-1);
      expect(retryAfterOf('3', unset)).toBe(3000);
    }
  });

  // Day names have three letters, or in the form of RFC 850 six to nine; the first one is a capital.
  test.each([
    'Su, 06 Nov 1994 08:49:37 GMT',
    'Sund, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06 Nov 1994 08:49:37 GMT',
    'sun, 06 Nov 1994 08:49:37 GMT',
    'SUn, 06 Nov 1994 08:49:37 GMT',
    ', 06 Nov 1994 08:49:37 GMT',
    'Su Nov  6 08:49:37 1994',
    'Sunday Nov  6 08:49:37 1994',
    'sun Nov  6 08:49:37 1994',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunda, 06-Nov-94 08:49:37 GMT',
    'Wednesdayy, 06-Nov-94 08:49:37 GMT',
    'sunday, 06-Nov-94 08:49:37 GMT',
  ])('%j is no date', (text) => expect(retryAfterOf(text, clock)).toBe(-1));

  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Wednesday, 06-Nov-94 08:49:37 GMT',
  ])('%j is one that has passed', (text) => expect(retryAfterOf(text, clock)).toBe(0));

  test('a clock is set from the first millisecond of 2020 on', () => {
    const date = 'Wed, 01 Jan 2020 00:00:01 GMT';
    const first = Date.UTC(2020, 0);
    expect([retryAfterOf(date, first), retryAfterOf(date, first - 1)]).toEqual([1000, -1]);
  });

  test('every date that a server can write is understood as JavaScript writes it', () => {
    const dates = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2099, 0) });
    fc.assert(
      fc.property(dates, (time) => {
        const whole = time - (time % 1000);
        expect(retryAfterOf(new Date(whole).toUTCString(), clock)).toBe(whole - clock);
      }),
      { seed: 1 },
    );
  });

  test('takes time that grows with the length of the header, and no more', () => {
    const text = `Tue, ${'3'.repeat(100_000)}`;
    expect(retryAfterOf(text, clock)).toBe(-1);
  });
});

describe('final losses', () => {
  const refusal = (httpStatus: number) => ({ ...lossOf(ErrorId.httpStatus), httpStatus });
  const close = (closeCode: number) => ({ ...lossOf(0), closeCode });
  const certificate = (code: string) => lossOf(ErrorId.tlsFailed, Object.assign(new Error('x'), { code }));

  test.each([401, 403, 407, 410])('status %d', (status) => expect(isFinalLoss(refusal(status))).toBe(true));
  test.each([404, 408, 426, 429, 500, 502, 503])('not status %d', (status) =>
    expect(isFinalLoss(refusal(status))).toBe(false),
  );
  test.each([1003, 1007, 1008, 1010, 3000, 3003])('code %d', (code) =>
    expect(isFinalLoss(close(code))).toBe(true),
  );
  test.each([1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 1014, 4000])('not code %d', (code) =>
    expect(isFinalLoss(close(code))).toBe(false),
  );
  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s', (code) => expect(isFinalLoss(certificate(code))).toBe(true));
  test.each(['EPROTO', 'ECONNRESET', 'CERT_NOT_YET_VALID'])('not %s', (code) =>
    expect(isFinalLoss(certificate(code))).toBe(false),
  );
  test.each([
    ErrorId.certificateExpired,
    ErrorId.certificateHost,
    ErrorId.certificateUntrusted,
    ErrorId.certificateWanted,
    ErrorId.proxyUnauthorized,
  ])('error %d', (error) => expect(isFinalLoss(lossOf(error))).toBe(true));
  test('not a certificate that is not valid yet, nor a code that came with an error', () => {
    expect(isFinalLoss(lossOf(ErrorId.certificateNotYetValid))).toBe(false);
    expect(isFinalLoss({ ...lossOf(ErrorId.transportReset), closeCode: 1008 })).toBe(false);
  });
  test('not what TLS on a device says, nor a network that failed', () => {
    expect(isFinalLoss(lossOf(ErrorId.tlsFailed))).toBe(false);
    expect(isFinalLoss(lossOf(ErrorId.tlsFailed, null))).toBe(false);
    expect(isFinalLoss(lossOf(ErrorId.connectFailed))).toBe(false);
    expect(isFinalLoss(lossOf(ErrorId.transportReset))).toBe(false);
  });
});

test.each([
  [0, 0],
  [1, 1],
  [5000, 5000],
  [0.001, 1],
  [1.5, 2],
  [2.999, 3],
  [2 ** 30 - 1.5, 2 ** 30 - 1],
])('%d rounded up is %d', (value, rounded) => expect(roundUp(value)).toBe(rounded));
