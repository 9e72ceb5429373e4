import type { Case } from '../catalogue/case.ts';
import { ConformanceError } from '../errors.ts';

/** What a client came for. */
export type Task =
  | { readonly what: 'count' }
  | { readonly what: 'info'; readonly case: Case; readonly number: number }
  | { readonly what: 'run'; readonly case: Case; readonly number: number; readonly agent: string }
  | { readonly what: 'status'; readonly case: Case; readonly number: number; readonly agent: string }
  | { readonly what: 'report'; readonly agent: string };

/** Reads the path and query of a request. Cases are named by number in this run, or by id as `casetuple`. */
export function readTask(
  path: string,
  query: URLSearchParams,
  cases: readonly Case[],
): Task | ConformanceError {
  try {
    switch (path) {
      case '/getCaseCount':
        return { what: 'count' };
      case '/getCaseInfo':
        return { what: 'info', ...caseOf(query, cases) };
      case '/runCase':
        return { what: 'run', ...caseOf(query, cases), agent: agentOf(query) };
      case '/getCaseStatus':
        return { what: 'status', ...caseOf(query, cases), agent: agentOf(query) };
      case '/updateReports':
        return { what: 'report', agent: agentOf(query) };
      default:
        return new ConformanceError(
          'BAD_URL',
          `There is no ${path}; there are /getCaseCount, /getCaseInfo, /runCase, /getCaseStatus and /updateReports.`,
        );
    }
  } catch (error) {
    if (error instanceof ConformanceError) return error;
    throw error;
  }
}

function agentOf(query: URLSearchParams): string {
  const agent = query.get('agent')?.trim() ?? '';
  if (agent === '')
    throw new ConformanceError('BAD_URL', 'The request needs a name to report under: agent=NAME.');
  return agent.slice(0, 100);
}

function caseOf(query: URLSearchParams, cases: readonly Case[]): { case: Case; number: number } {
  const id = query.get('casetuple')?.trim();
  const index =
    id === undefined
      ? Number(query.get('case') ?? Number.NaN) - 1
      : cases.findIndex((each) => each.id === id);
  const found = Number.isInteger(index) ? cases[index] : undefined;
  if (found !== undefined) return { case: found, number: index + 1 };
  const asked = id ?? query.get('case');
  throw asked === null
    ? new ConformanceError('BAD_URL', 'The request needs a case: case=NUMBER or casetuple=ID.')
    : new ConformanceError(
        'NO_SUCH_CASE',
        `There is no case ${asked} among the ${cases.length} of this run.`,
      );
}
