/**
 * Branches of `src/` that no suite takes, each with why. `npm run coverage` fails for one that is missing here, and for one
 * that is here and is taken.
 */
export const UNCOVERED = [
  {
    file: 'src/client/stream-endpoint.ts',
    text: 'if (this._pumping & Pumping.open) {',
    reason:
      'A stream that is not open has nothing to be read; the native ones of Moddable tell of an end before that.',
  },
  {
    file: 'src/deflate/encode/match-finder.ts',
    text: 'if (((position - next) & 0xffff) >= LATE) next = position;',
    reason:
      'Positions that are hashed lag behind by 32 K only where as much is written that is not searched for matches.',
  },
];
