import { BaseSequencer } from 'vitest/node';

/** Files that take long: the ends of their paths. */
export const LONG: readonly string[];

/** The order in which vitest runs the files of the tests. */
export default class LongestFirst extends BaseSequencer {}
