/** One of a machine's sensors, which gives one or more values. */
export interface Sensor {
  readonly names: readonly string[];
  /** Milliseconds for which a reading is good. */
  readonly interval: number;
  /** Reads the values at `now` milliseconds; NaN for what cannot be read this time. */
  read(now: number): readonly number[];
}

/** What costs a system call or two, and what costs more than that. */
export const FAST = 100;
export const SLOW = 1000;
