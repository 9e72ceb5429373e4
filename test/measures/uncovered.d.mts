import type { Exception } from './places.mjs';

export const UNCOVERED: readonly Exception[];
