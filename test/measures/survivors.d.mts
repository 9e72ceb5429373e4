import type { Exception } from './places.mjs';

export const SURVIVORS: readonly Exception[];
