import type { Case } from './catalogue/case.ts';
import { catalogue } from './catalogue/index.ts';
import { ConformanceError } from './errors.ts';

/** Which cases to run. */
export interface Selection {
  /** Case ids or patterns such as `6.*`; all cases when there are none. */
  readonly cases?: readonly string[];
  /** Case ids or patterns to leave out. */
  readonly exclude?: readonly string[];
  /** Only the first so many cases of each sub-section of 12 and 13. */
  readonly sizes?: number;
}

const shape = /^(\d+|\*)(\.(\d+|\*))*$/;

/** A pattern matches number by number; a `*` at its end stands for any number of numbers. */
export function matcher(pattern: string): (id: string) => boolean {
  if (!shape.test(pattern)) {
    throw new ConformanceError(
      'BAD_PATTERN',
      `"${pattern}" is no case id and no pattern; write for example 1.1.1 or 6.4.* or 6.*`,
    );
  }
  const parts = pattern.split('.');
  const open = parts.at(-1) === '*';
  return (id) => {
    const numbers = id.split('.');
    const fits = open ? numbers.length >= parts.length : numbers.length === parts.length;
    return fits && parts.every((part, index) => part === '*' || part === numbers[index]);
  };
}

function matchers(patterns: readonly string[]): readonly ((id: string) => boolean)[] {
  return patterns.map((pattern) => {
    const matches = matcher(pattern);
    if (!catalogue.some(({ id }) => matches(id))) {
      throw new ConformanceError('NO_SUCH_CASE', `There is no case ${pattern}.`);
    }
    return matches;
  });
}

const limited = new Set(['12', '13']);

/** The chosen cases in the order of the catalogue. Throws a ConformanceError for a bad or empty choice. */
export function selectCases({ cases = [], exclude = [], sizes }: Selection = {}): readonly Case[] {
  if (sizes !== undefined && !(Number.isInteger(sizes) && sizes > 0)) {
    throw new ConformanceError(
      'BAD_OPTION',
      `The number of sizes must be a whole number above 0, not ${sizes}.`,
    );
  }
  const wanted = matchers(cases);
  const unwanted = matchers(exclude);
  const chosen = catalogue.filter(({ id }) => {
    const [section, , number] = id.split('.');
    if (sizes !== undefined && limited.has(section!) && Number(number) > sizes) return false;
    return (
      (wanted.length === 0 || wanted.some((matches) => matches(id))) &&
      !unwanted.some((matches) => matches(id))
    );
  });
  if (chosen.length === 0) throw new ConformanceError('NO_CASES', 'The choice leaves no case to run.');
  return chosen;
}
