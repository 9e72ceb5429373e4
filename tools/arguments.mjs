// Numbers on the command lines of the scripts. For Commander, which makes a sentence of what these throw, and exits with 1.
import { InvalidArgumentError } from 'commander';

/** More than anybody counts. */
const MOST = 1_000_000_000;
/** As many seconds in milliseconds are a time that timers know: those of more than 2 ** 31 fire at once. */
const MOST_SECONDS = 1_000_000;

/** A parser for a whole number of at least `least`. */
export function whole(least, most = MOST) {
  return (text) => {
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return Number(text);
  };
}

/** A parser for a number above 0, such as 0.5: seconds, or a factor. */
export function above0(text) {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value > 0 && value <= MOST_SECONDS))
    throw new InvalidArgumentError(`It must be a number above 0, ${MOST_SECONDS} at most.`);
  return value;
}
