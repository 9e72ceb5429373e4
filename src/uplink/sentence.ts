import { readingOf } from '../reading-of.ts';
import { describeError } from '../error-text.ts';
import { check, ErrorId } from '../errors.ts';
import { checkLoss } from './check-loss.ts';
import type { Loss } from './failure.ts';
import type { Change } from './options.ts';

/** Why there is no connection, without capital and full stop. Throws a RingletError for what is no loss. */
export function lossSentence(loss: Loss): string {
  checkLoss(loss);
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
  return readingOf('the change', () => sentenceOf(change), ErrorId.argumentInvalid);
}

function sentenceOf(change: Change): string {
  const isObject = typeof change === 'object' && change !== null;
  check(isObject && typeof change.state === 'string', 'change', ErrorId.argumentInvalid);
  const { state, loss, delay } = change;
  const why = loss === undefined ? '' : `${lossSentence(loss)}, `;
  if (state !== 'waiting') return `${why}${state}`;
  check(typeof delay === 'number', 'change', ErrorId.argumentInvalid);
  return delay < 0 ? `${why}waiting for the network` : `${why}again in ${(delay / 1000).toFixed(1)} s`;
}
