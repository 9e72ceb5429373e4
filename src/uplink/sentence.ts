import { describeError } from '../error-text.ts';
import { ErrorId } from '../errors.ts';
import { type Loss, UplinkError } from './failure.ts';
import type { Change } from './options.ts';

/** Names and sentences of an uplink's own error ids, as `error-text.ts` has them for a connection's. */
const TEXT: Readonly<Record<number, string>> = Object.freeze({
  [UplinkError.hookFailed]: 'what to connect to could not be had',
  [UplinkError.hookTimeout]: 'what to connect to was not had in time',
  [UplinkError.networkLost]: 'the network is gone',
  [UplinkError.rotated]: 'the connection was as old as it may be',
  [UplinkError.storeFailed]: 'the store of the outbox failed',
});

/** Why there is no connection, without capital and full stop. */
export function lossSentence({ error, closeCode, httpStatus, location, reason }: Loss): string {
  if (error === 0) return closeCode === 1005 ? 'closed without a code' : `closed ${closeCode}`;
  if (error === ErrorId.httpStatus)
    return `refused with ${httpStatus}${location === '' ? '' : `, leading to ${location}`}`;
  const sentence = TEXT[error] ?? describeError(error);
  const cause = reason instanceof Error ? reason.message : '';
  return cause === '' ? sentence : `${sentence} (${cause})`;
}

/** A change of state in words: the reason and what comes next, as in `closed 1012, again in 3.2 s`. */
export function changeSentence({ state, loss, delay }: Change): string {
  const why = loss === undefined ? '' : `${lossSentence(loss)}, `;
  if (state !== 'waiting') return `${why}${state}`;
  return delay < 0 ? `${why}waiting for the network` : `${why}again in ${(delay / 1000).toFixed(1)} s`;
}
