/**
 * `time`: the part of Moddable's Time that means something here. Ticks are monotonic milliseconds that wrap
 * as a 32-bit integer.
 */
const ticks = native('timeTicks');
const delta = native('timeDelta');

export default class Time {
  static get ticks() {
    return ticks();
  }
  static delta(start, end) {
    return end === undefined ? delta(start) : delta(start, end);
  }
}
