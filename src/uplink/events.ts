import { ErrorId, RingletError } from '../errors.ts';
import type { Host, TimerId } from '../host.ts';
import type { Loss } from './failure.ts';
import type { Change, UplinkCallbacks } from './options.ts';
import type { Keeper } from './outbox/keeper.ts';
import { isFinalLoss } from './final-loss.ts';
import { NEVER } from './times.ts';

/*
 * How an application hears of what happens. A callback that throws is reported, as an exception that nobody has caught,
 * and changes nothing.
 */

/** Tells of a change of state. */
export function tellChange<Self>(
  { onChange }: UplinkCallbacks<Self>,
  self: Self,
  change: Change,
  host: Host,
): void {
  try {
    onChange?.call(self, change);
  } catch (error) {
    host.report(error);
  }
}

/** Whether a loss is final, as the application says, or as it is by default. A promise is no answer: it is reported. */
export function askFinal<Self>(
  { isFinal = isFinalLoss }: UplinkCallbacks<Self>,
  self: Self,
  loss: Loss,
  host: Host,
): boolean {
  try {
    const answer: unknown = isFinal.call(self, loss);
    if (typeof answer !== 'object' || answer === null) return !!answer;
    throw new RingletError(ErrorId.optionInvalid, 'isFinal must return true or false');
  } catch (error) {
    host.report(error);
    return false;
  }
}

/** Reports what became of a store, in a turn of its own: the news came while a method was at work. */
export function reportStore<Self>(
  options: UplinkCallbacks<Self>,
  self: Self,
  keeper: Keeper,
  host: Host,
): void {
  keeper._hasNews = false;
  const { Timer } = host;
  const onTurn = (timer: TimerId): void => {
    Timer.clear(timer);
    options.onStore?.call(self, keeper._error);
  };
  Timer.set(onTurn, 0, NEVER);
}
