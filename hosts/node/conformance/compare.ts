import { readFile } from 'node:fs/promises';
import { ConformanceError, messageOf } from './errors.ts';
import type { Behavior, BehaviorClose, CaseResult } from './run/result.ts';
import { matcher } from './selection.ts';

/**
 * What a file of expected results says of one agent: patterns and verdicts on behaviour. The last pattern that
 * matches a case decides, so a file begins with the rule and goes on with the exceptions:
 * `{"*": "OK", "6.4.*": "NON-STRICT"}`.
 */
export type Expectations = Readonly<Record<string, Behavior>>;

/** Expected results by agent. */
export type ExpectedResults = Readonly<Record<string, Expectations>>;

/** A case that came out in another way than was expected. */
export interface Difference {
  readonly agent: string;
  readonly id: string;
  /** Null when nothing was expected of this case. */
  readonly expected: Behavior | null;
  readonly behavior: Behavior;
  readonly behaviorClose: BehaviorClose;
}

const behaviors: readonly string[] = ['OK', 'NON-STRICT', 'INFORMATIONAL', 'UNIMPLEMENTED', 'FAILED'];

/** A case that is expected to pass must end well too; one that is expected to fail may end as it likes. */
const endsAsExpected = (expected: Behavior, close: BehaviorClose): boolean =>
  expected === 'FAILED' || close === (expected === 'INFORMATIONAL' ? 'INFORMATIONAL' : 'OK');

/** Results that are not as expected, in the order of the results. */
export function compareResults(
  results: readonly CaseResult[],
  expected: ExpectedResults,
): readonly Difference[] {
  return results.flatMap(({ agent, id, behavior, behaviorClose }) => {
    const rules = Object.entries(expected[agent] ?? {});
    const rule = rules.filter(([pattern]) => matcher(pattern)(id)).at(-1)?.[1] ?? null;
    const right = rule === behavior && endsAsExpected(rule, behaviorClose);
    return right ? [] : [{ agent, id, expected: rule, behavior, behaviorClose }];
  });
}

/** Holds results against a JSON file of expected results. Rejects as {@link readExpected} does. */
export async function compareWithExpected(
  results: readonly CaseResult[],
  expectedFile: string,
): Promise<readonly Difference[]> {
  return compareResults(results, await readExpected(expectedFile));
}

/**
 * Reads a JSON file of expected results. Rejects with CANNOT_READ_FILE when the file is missing or is not of that
 * shape, and with BAD_PATTERN for a pattern in it that is none.
 */
export async function readExpected(file: string): Promise<ExpectedResults> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ConformanceError('CANNOT_READ_FILE', `${file} cannot be read: ${messageOf(error)}`);
  }
  if (!isExpected(content)) {
    const shape = '{"agent": {"pattern": "OK"}}';
    throw new ConformanceError(
      'CANNOT_READ_FILE',
      `${file} holds no expected results of the shape ${shape}.`,
    );
  }
  for (const rules of Object.values(content)) Object.keys(rules).forEach(matcher);
  return content;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isExpected = (value: unknown): value is ExpectedResults =>
  isRecord(value) &&
  Object.values(value).every(
    (rules) =>
      isRecord(rules) && Object.values(rules).every((verdict) => behaviors.includes(String(verdict))),
  );
