import { check, ErrorId } from '../errors.ts';
import { readingOf } from '../reading-of.ts';
import type { Loss } from './failure.ts';
import { isFinalLoss as isFinal } from './final-loss.ts';

/** Whether `value` can be a loss: an object with what the sentence is made of. */
function isLoss(value: unknown): value is Loss {
  if (typeof value !== 'object' || value === null) return false;
  const { error, closeCode, httpStatus, location } = value as Partial<Loss>;
  const areNumbers = [error, closeCode, httpStatus].every((each) => typeof each === 'number');
  return areNumbers && typeof location === 'string';
}

/** Throws a RingletError for what is no loss. */
export function checkLoss(loss: unknown): void {
  const is = readingOf('the loss', () => isLoss(loss), ErrorId.argumentInvalid);
  check(is, 'loss', ErrorId.argumentInvalid);
}

/** See `isFinalLoss` in `final-loss.ts`. Throws a RingletError for what is no loss. */
export function isFinalLoss(loss: Loss): boolean {
  checkLoss(loss);
  return isFinal(loss);
}
