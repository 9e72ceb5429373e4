/** A place in `src/` of which something is excepted, and why. Other fields have to be equal in what is found there. */
export interface Exception {
  readonly file: string;
  readonly text: string;
  readonly reason: string;
  readonly [field: string]: unknown;
}

export interface Found {
  readonly file: string;
  readonly text: string;
  readonly [field: string]: unknown;
}

export const root: string;
export function linesOf(file: string): string[];
export function lineAt(file: string, line: number): string;
export function isAbout(exception: Exception, found: Found): boolean;
export function withoutPlace(exceptions: readonly Exception[]): Exception[];
