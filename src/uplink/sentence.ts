import { describeError } from '../error-text.ts';
import { check, ErrorId } from '../errors.ts';
import type { Loss } from './failure.ts';
import type { Change } from './options.ts';

/** Whether `value` can be a loss: an object with what the sentence is made of. */
function isLoss(value: unknown): value is Loss {
  if (typeof value !== 'object' || value === null) return false;
  const { error, closeCode, httpStatus, location } = value as Partial<Loss>;
  const areNumbers = [error, closeCode, httpStatus].every((each) => typeof each === 'number');
  return areNumbers && typeof location === 'string';
}

/** Why there is no connection, without capital and full stop. Throws a RingletError for what is no loss. */
export function lossSentence(loss: Loss): string {
  check(isLoss(loss), 'loss', ErrorId.argumentInvalid);
  const { error, closeCode, httpStatus, location, reason } = loss;
  if (error === 0) return closeCode === 1005 ? 'closed without a code' : `closed ${closeCode}`;
  if (error === ErrorId.httpStatus)
    return `refused with ${httpStatus}${location === '' ? '' : `, leading to ${location}`}`;
  const sentence = describeError(error);
  const cause = reason instanceof Error ? reason.message : '';
  // Some have no more to say than what the id says.
  return cause === '' || cause === sentence ? sentence : `${sentence} (${cause})`;
}

/**
 * A change of state in words: the reason and what comes next, as in `closed 1012, again in 3.2 s`. Throws a RingletError for
 * what is no change.
 */
export function changeSentence(change: Change): string {
  const isObject = typeof change === 'object' && change !== null;
  check(isObject && typeof change.state === 'string', 'change', ErrorId.argumentInvalid);
  const { state, loss, delay } = change;
  const why = loss === undefined ? '' : `${lossSentence(loss)}, `;
  if (state !== 'waiting') return `${why}${state}`;
  check(typeof delay === 'number', 'change', ErrorId.argumentInvalid);
  return delay < 0 ? `${why}waiting for the network` : `${why}again in ${(delay / 1000).toFixed(1)} s`;
}
