import type { LinkRequest } from './link.ts';
import type { UplinkCallbacks } from './options.ts';

/**
 * A question to the hook before an attempt, which it answers by what it returns, by a promise of it, or by calling `done`.
 * What it throws is an answer, too. The first answer counts, unless the question was given up before.
 */
export class Question {
  private _onAnswer: (() => void) | undefined;
  /** What was answered: what to connect to, or else why that is not to be had. */
  _request: LinkRequest | undefined;
  _error: unknown;

  /** Asks; `onAnswer` is called once, perhaps at once. */
  _ask<Self>(prepare: UplinkCallbacks<Self>['prepare'], self: Self, onAnswer: () => void): void {
    const done = (error: unknown, request?: LinkRequest): void => this._answer(error, request);
    this._onAnswer = onAnswer;
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

  /** No answer is wanted any more. */
  _giveUp(): void {
    this._onAnswer = undefined;
  }

  private _answer(error: unknown, request: LinkRequest | undefined): void {
    const onAnswer = this._onAnswer;
    if (onAnswer === undefined) return;
    this._onAnswer = undefined;
    this._error = error;
    this._request = request;
    onAnswer();
  }
}
