import type { LinkRequest } from './link.ts';
import type { Prepared, UplinkCallbacks } from './options.ts';

/** What the hook before an attempt answered. */
export interface HookAnswer {
  readonly error: unknown;
  readonly request: LinkRequest | undefined;
}

/**
 * Asks the hook before an attempt: it answers by what it returns, by a promise of it, or by calling `done`. What it
 * throws is an answer, too. `done` may be called more than once, and at once.
 */
export function ask<Self>(prepare: UplinkCallbacks<Self>['prepare'], self: Self, done: Prepared): void {
  try {
    const answer = prepare!.call(self, done);
    if (answer === undefined || answer === null) return;
    if (typeof (answer as PromiseLike<LinkRequest>).then !== 'function')
      done(undefined, answer as LinkRequest);
    else (answer as PromiseLike<LinkRequest>).then((request) => done(undefined, request), done);
  } catch (error) {
    done(error);
  }
}
