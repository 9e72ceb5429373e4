import { hasShape } from './shape.ts';

/** Names of months as HTTP writes them, RFC 9110 §5.6.7, three letters each. */
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** 1 January 2020: a clock before it has not been set. */
const EARLIEST = 1577836800000;

/** Where the parts of a date in HTTP stand, behind its day of the week. */
interface Form {
  /** As `hasShape` has it. */
  readonly shape: string;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  /** Hours, minutes and seconds, two digits each and a colon between. */
  readonly time: number;
}

/** The three forms of RFC 9110 §5.6.7; in that of RFC 850 the day of the week is written out. */
const IMF: Form = Object.freeze({ shape: ', 00 Aaa 0000 00:00:00 GMT', day: 2, month: 5, year: 9, time: 14 });
const RFC850: Form = Object.freeze({
  shape: ', 00-Aaa-00 00:00:00 GMT',
  day: 2,
  month: 5,
  year: 9,
  time: 12,
});
const ASCTIME: Form = Object.freeze({ shape: ' Aaa _0 00:00:00 0000', day: 5, month: 1, year: 17, time: 8 });

/** Letters of a day of the week, short and at most. */
const enum Weekday {
  short = 3,
  fewest = 6,
  most = 9,
}

/** Milliseconds since 1970 of a date in HTTP; NaN for what is none. */
function httpDate(text: string, now: number): number {
  let letters = 0;
  while (letters < Weekday.most && hasShape(text[letters] ?? '', letters === 0 ? 'A' : 'a')) letters++;
  const rest = text.slice(letters);
  if (letters === Weekday.short && hasShape(rest, IMF.shape)) return timeOf(rest, IMF, yearIn(rest, IMF, 4));
  if (letters === Weekday.short && hasShape(rest, ASCTIME.shape))
    return timeOf(rest, ASCTIME, yearIn(rest, ASCTIME, 4));
  if (letters < Weekday.fewest || !hasShape(rest, RFC850.shape)) return NaN;
  // A year of two digits that seems to be more than 50 years ahead is the last one in the past that ends so.
  const today = new Date(now).getUTCFullYear();
  const year = today - (today % 100) + yearIn(rest, RFC850, 2);
  return timeOf(rest, RFC850, year > today + 50 ? year - 100 : year);
}

const numberAt = (text: string, at: number, digits: number): number => Number(text.slice(at, at + digits));

const yearIn = (text: string, form: Form, digits: number): number => numberAt(text, form.year, digits);

function timeOf(text: string, form: Form, year: number): number {
  const month = MONTHS.indexOf(text.slice(form.month, form.month + 3)) / 3;
  const day = numberAt(text, form.day, 2);
  const hours = numberAt(text, form.time, 2);
  const minutes = numberAt(text, form.time + 3, 2);
  const seconds = numberAt(text, form.time + 6, 2);
  const isValid = month >= 0 && month % 1 === 0 && day >= 1 && hours < 24 && minutes < 60;
  // 60 is a leap second.
  if (!isValid || seconds > 60) return NaN;
  const time = Date.UTC(year, month, day, hours, minutes, seconds);
  // 31 February would be in March.
  return new Date(time - (seconds === 60 ? 1000 : 0)).getUTCDate() === day ? time : NaN;
}

/** Most digits of seconds that are believed. */
const DIGITS = '0000000000';

/**
 * Milliseconds that a `Retry-After` header (RFC 9110 §10.2.3), without white space around it, asks to wait; 0 for a date that has passed, and −1 for
 * what is neither seconds nor a date. `clock` is the time in milliseconds since 1970; a date means nothing (−1) to a
 * device whose clock is not set.
 */
export function retryAfterOf(text: string, clock: number): number {
  if (text !== '' && hasShape(text, DIGITS.slice(0, text.length))) return Number(text) * 1000;
  if (!(clock >= EARLIEST)) return -1;
  const time = httpDate(text, clock);
  if (!(time === time)) return -1;
  return time > clock ? time - clock : 0;
}
