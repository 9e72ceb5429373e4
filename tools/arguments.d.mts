/** A parser for a whole number of at least `least`, and of at most `most`: 1,000,000,000 if it is left out. */
export declare function whole(least: number, most?: number): (text: string) => number;
/** A parser for a number above 0: seconds, or a factor. */
export declare function above0(text: string): number;
