import type { Source } from './options.ts';

/** A random word of the source's, signed; 0 if it throws. */
export function randomWord(source: Source): number {
  try {
    return source.random() | 0;
  } catch {
    return 0;
  }
}
