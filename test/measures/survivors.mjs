/**
 * Mutants of `src/` that the tests of their room do not notice, each with why. A mutant is named by its file, by the text of
 * its line and, where others of that line are noticed, by what Stryker put there (`replacement`). `npm run mutation` fails for
 * one that is missing here, and for one that is here and is noticed.
 */
export const SURVIVORS = [];
