import { describeError } from '../error-text.ts';
import { ErrorId } from '../errors.ts';
import type { Loss } from './failure.ts';
import type { Change } from './options.ts';

/** Why there is no connection, without capital and full stop. */
export function lossSentence({ error, closeCode, httpStatus, location, reason }: Loss): string {
  if (error === 0) return closeCode === 1005 ? 'closed without a code' : `closed ${closeCode}`;
  if (error === ErrorId.httpStatus)
    return `refused with ${httpStatus}${location === '' ? '' : `, leading to ${location}`}`;
  const sentence = describeError(error);
  const cause = reason instanceof Error ? reason.message : '';
  // Some have no more to say than what the id says.
  return cause === '' || cause === sentence ? sentence : `${sentence} (${cause})`;
}

/** A change of state in words: the reason and what comes next, as in `closed 1012, again in 3.2 s`. */
export function changeSentence({ state, loss, delay }: Change): string {
  const why = loss === undefined ? '' : `${lossSentence(loss)}, `;
  if (state !== 'waiting') return `${why}${state}`;
  return delay < 0 ? `${why}waiting for the network` : `${why}again in ${(delay / 1000).toFixed(1)} s`;
}
