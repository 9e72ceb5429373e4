import type { Host, TimerId } from '../host.ts';
import { NEVER } from './times.ts';

/** What an uplink waits for. */
export const enum Due {
  nothing,
  /** What a method asked for. */
  settle,
  attempt,
  hookDeadline,
  hookAnswer,
  /** The connection has lived long enough to be a good one. */
  held,
  rotation,
  closeDeadline,
}

/** Who waits. */
export interface Sleeper {
  /** The time has come; nothing is waited for any more. */
  _onDue(due: Due): void;
}

/**
 * The one timer of an uplink, which waits for one thing at a time. It never looks at a clock, so that a clock that jumps,
 * goes back or stands still changes nothing.
 */
export class Alarm {
  private readonly _host: Host;
  private readonly _sleeper: Sleeper;
  private _timer: TimerId | undefined;
  /** What is waited for now. */
  _due: Due = Due.nothing;

  constructor(host: Host, sleeper: Sleeper) {
    this._host = host;
    this._sleeper = sleeper;
  }

  /**
   * Waits `delay` milliseconds for `due`, and for nothing else. The interval is as long as the delay, since on Linux
   * Moddable's timers do not stand another one that is set in their own callback; a timer that waits for nothing parks
   * itself when it comes.
   */
  _set(due: Due, delay: number): void {
    const { Timer } = this._host;
    const span = delay < 1 ? 1 : delay;
    this._due = due;
    if (this._timer === undefined) {
      this._timer = Timer.set(Alarm._onTimer, span, span);
      this._timer.target = this;
    } else Timer.schedule(this._timer, span, span);
  }

  /** Waits for nothing, and leaves no timer behind. */
  _clear(): void {
    this._host.Timer.clear(this._timer);
    this._timer = undefined;
    this._due = Due.nothing;
  }

  private static _onTimer(timer: TimerId): void {
    const alarm = timer.target as Alarm;
    const due = alarm._due;
    alarm._due = Due.nothing;
    alarm._sleeper._onDue(due);
    if (alarm._due === Due.nothing && alarm._timer !== undefined)
      alarm._host.Timer.schedule(alarm._timer, NEVER, NEVER);
  }
}
