/**
 * `ringlet:xs/random`: `word()` gives 32 unpredictable bits as an integer from -2^31 to 2^31 - 1 and
 * allocates nothing; it throws if the kernel has no randomness to give.
 */
export const word = native('randomWord');
