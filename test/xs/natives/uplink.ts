/** What an uplink asks when a connection is lost, and its twins: dates of all forms and what nearly is one, and every number. */
import { isFinalLoss, retryAfterOf } from 'ringlet/uplink-natives';
import * as twin from '../../../src/uplink/final-loss.ts';
import { retryAfterOf as portable } from '../../../src/uplink/retry-after.ts';
import { below, check, conclude, next, outcomeOf } from './equal.ts';

const NOW = Date.UTC(2026, 6, 1, 12, 30, 15) + 250;
/** The last moment of JavaScript, and clocks around where the century of two digits is chosen; some that are not set. */
const CLOCKS = [
  ...[0, -1, NaN, Infinity, 1577836799999, 1577836800000, 8.64e15, 8.64e15 + 2, NOW + 0.5],
  ...[2049, 2050, 2051, 2099, 2100, 2400, 9999, 275759, 275760].flatMap((year) => [
    Date.UTC(year, 0, 1) - 1,
    Date.UTC(year, 0, 1),
  ]),
];

function compareAt(text: string, clock: number): void {
  const expected = portable(text, clock);
  const actual = retryAfterOf(text, clock);
  check(Object.is(actual, expected), () => `${JSON.stringify(text)} at ${clock}: ${actual}, not ${expected}`);
}

function compare(text: string): void {
  compareAt(text, NOW);
  compareAt(text, CLOCKS[below(CLOCKS.length)]);
}

const SHORT = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** A date in each of the three forms; whether there is such a day or hour does not matter. */
function datesOf(year: number, month: number, day: number, time: string): string[] {
  const name = MONTHS[month];
  const weekday = below(7);
  return [
    `${SHORT[weekday]}, ${two(day)} ${name} ${String(year).padStart(4, '0')} ${time} GMT`,
    `${LONG[weekday]}, ${two(day)}-${name}-${two(year % 100)} ${time} GMT`,
    `${SHORT[weekday]} ${name} ${String(day).padStart(2)} ${time} ${String(year).padStart(4, '0')}`,
  ];
}

// The last days of every month, in years of all kinds, some of which JavaScript takes for others.
for (const year of [0, 1, 69, 70, 99, 100, 400, 1899, 1900, 1969, 1970, 2000, 2023, 2024, 2026, 2100, 9999])
  for (let month = 0; month < 12; month++)
    for (const day of [0, 1, 9, 10, 27, 28, 29, 30, 31, 32, 99])
      for (const text of datesOf(year, month, day, '23:59:59')) compare(text);
for (const time of [
  '00:00:00',
  '23:59:60',
  '24:00:00',
  '23:60:00',
  '23:59:61',
  '99:99:99',
  '12:30:15',
  '12:30:16',
])
  for (let year = 1950; year < 2100; year++)
    for (const text of datesOf(year, below(12), 1 + below(31), time)) compare(text);
for (const clock of CLOCKS)
  for (let year = 0; year < 100; year++)
    for (const text of datesOf(year, year % 12, 28, '12:00:00')) compareAt(text, clock);

// Every character in every place of each form, and every length.
for (const text of [...datesOf(2027, 1, 28, '08:49:37'), '1234567890', '0'])
  for (let at = 0; at <= text.length; at++) {
    compare(text.slice(0, at));
    for (const one of [
      '',
      ' ',
      '0',
      '9',
      'A',
      'a',
      'Z',
      'z',
      ',',
      ':',
      '-',
      '@',
      '`',
      '[',
      '{',
      '/',
      '\0',
      '\xe9',
      '€',
    ])
      for (const rest of [text.slice(at), text.slice(at + 1)]) compare(text.slice(0, at) + one + rest);
  }
for (let letters = 0; letters < 12; letters++)
  for (const text of datesOf(2027, 4, 6, '08:49:37'))
    compare(`Abcdefghijkl`.slice(0, letters) + text.slice(text.search(/[^A-Za-z]/)));
for (const month of ['jan', 'JAN', 'anF', 'Dez', 'Janu', 'Ja', ''])
  compare(`Sun, 06 ${month} 2027 08:49:37 GMT`);
for (const text of [
  '',
  ' ',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  '00',
  '0000000000',
  '9999999999',
  '12345678901',
])
  for (const around of [text, ` ${text}`, `${text} `]) compare(around);
for (let round = 0; round < 1000; round++) compare(String(next()));

// --- Losses ----------------------------------------------------------------------------------------------

interface Given {
  readonly error: unknown;
  readonly closeCode: unknown;
  readonly httpStatus: unknown;
  readonly reason?: unknown;
}

function compareLoss(given: Given): void {
  const expected = outcomeOf(() => twin.isFinalLoss(given as never));
  const actual = outcomeOf(() => isFinalLoss(given as never));
  check(actual === expected, () => `${JSON.stringify(given)}: ${actual}, not ${expected}`);
}

for (let error = 0; error < 800; error++) compareLoss({ error, closeCode: 1008, httpStatus: 401 });
for (let number = 0; number < 5100; number++) {
  compareLoss({ error: 0, closeCode: number, httpStatus: number });
  if (number < 1000) compareLoss({ error: 104, closeCode: 1008, httpStatus: number });
}
const NO_NUMBERS = [
  -1,
  -0,
  0.5,
  NaN,
  2 ** 31,
  2 ** 32,
  65536,
  65536 + 1003,
  undefined,
  null,
  '0',
  '104',
  true,
  {},
];
for (const one of NO_NUMBERS) {
  compareLoss({ error: one, closeCode: 1008, httpStatus: 401 });
  compareLoss({ error: 0, closeCode: one, httpStatus: 401 });
  compareLoss({ error: 104, closeCode: 1008, httpStatus: one });
}
const CODES = [
  ...[
    'CERT_HAS_EXPIRED',
    'CERT_',
    'CERT',
    'CERT_NOT_YET_VALID',
    'CERT_NOT_YET_VALI',
    'CERT_NOT_YET_VALIDS',
    '',
  ],
  ...[
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE',
  ],
  ...['HOSTNAME_MISMATCH', 'INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED', 'ERR_TLS_CERT_ALTNAME'],
  ...['EPROTO', 'ECONNRESET', 'cert_', ' CERT_', 'INVALID_', 'ERR_TLS_CERT'],
];
for (const text of CODES)
  for (let length = 0; length <= text.length; length++)
    compareLoss({ error: 504, closeCode: 0, httpStatus: 0, reason: { code: text.slice(0, length) } });
for (const reason of [undefined, null, 'CERT_', 1, true, {}, { code: 1 }, { code: null }, Symbol.iterator])
  compareLoss({
    error: 504,
    closeCode: 1008,
    httpStatus: 401,
    reason: typeof reason === 'symbol' ? [] : reason,
  });
const thrower = {
  get code(): string {
    throw new RangeError('no code');
  },
};
compareLoss({ error: 504, closeCode: 0, httpStatus: 0, reason: thrower });
for (const nothing of [undefined, null]) compareLoss(nothing as never);

// What is no text is no header.
for (const wrong of [undefined, null, 1, {}, []] as never[])
  check(outcomeOf(() => retryAfterOf(wrong, NOW)) === 'TypeError', () => `${String(wrong)} is no text`);
type Loose = (...values: unknown[]) => unknown;
check(outcomeOf(() => (retryAfterOf as Loose)('1')) === 'TypeError', () => 'without a clock');
check(outcomeOf(() => (isFinalLoss as Loose)()) === 'TypeError', () => 'without a loss');

conclude();
