/** Names of months as HTTP writes them, RFC 9110 §5.6.7, three letters each. */
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** 1 January 2020: a clock before it has not been set. */
const EARLIEST = 1577836800000;

/** Milliseconds since 1970 of a date in HTTP; NaN for what is none. */
function httpDate(text: string, now: number): number {
  let match =
    /^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT$/.exec(text);
  if (match !== null) return timeOf(Number(match[3]), match[2], match[1], match[4], match[5], match[6]);
  match = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-9][0-9]) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([0-9]{4})$/.exec(
    text,
  );
  if (match !== null) return timeOf(Number(match[6]), match[1], match[2], match[3], match[4], match[5]);
  match =
    /^[A-Z][a-z]{5,8}, ([0-9]{2})-([A-Z][a-z]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT$/.exec(
      text,
    );
  if (match === null) return NaN;
  // A year of two digits that seems to be more than 50 years ahead is the last one in the past that ends so.
  const today = new Date(now).getUTCFullYear();
  let year = today - (today % 100) + Number(match[3]);
  if (year > today + 50) year -= 100;
  return timeOf(year, match[2], match[1], match[4], match[5], match[6]);
}

function timeOf(
  year: number,
  monthName: string,
  day: string,
  hours: string,
  minutes: string,
  seconds: string,
): number {
  const month = MONTHS.indexOf(monthName) / 3;
  const isValid =
    month >= 0 && month % 1 === 0 && Number(day) >= 1 && Number(hours) < 24 && Number(minutes) < 60;
  // 60 is a leap second.
  if (!isValid || Number(seconds) > 60) return NaN;
  const time = Date.UTC(year, month, Number(day), Number(hours), Number(minutes), Number(seconds));
  // 31 February would be in March.
  return new Date(time - (Number(seconds) === 60 ? 1000 : 0)).getUTCDate() === Number(day) ? time : NaN;
}

/**
 * Milliseconds that a `Retry-After` header (RFC 9110 §10.2.3) asks to wait; 0 for a date that has passed, and −1 for
 * what is neither seconds nor a date. `clock` is the time in milliseconds since 1970; a date means nothing (−1) to a
 * device whose clock is not set.
 */
export function retryAfterOf(header: string, clock: number): number {
  const text = header.trim();
  if (/^[0-9]{1,10}$/.test(text)) return Number(text) * 1000;
  if (!(clock >= EARLIEST)) return -1;
  const time = httpDate(text, clock);
  if (!(time === time)) return -1;
  return time > clock ? time - clock : 0;
}
