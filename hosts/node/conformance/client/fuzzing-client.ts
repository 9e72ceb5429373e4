import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { withoutCredentials } from '../../terminal-text.ts';
import { defaultDeadlines } from '../endpoint/closing.ts';
import { ConformanceError, messageOf } from '../errors.ts';
import { checkedMessages, checkOptions, type CommonOptions } from '../options.ts';
import { ReportStore } from '../report/store.ts';
import type { CaseResult } from '../run/result.ts';
import { selectCases } from '../selection.ts';
import { attempt, reach, type Target } from './attempt.ts';

/** Options of a fuzzing client. */
export interface FuzzingClientOptions extends CommonOptions {
  /** The server under test, ws: or wss:. */
  readonly url: string;
  /** Name for the reports; by default what the server calls itself. */
  readonly agent?: string;
  /** Certificates to trust in PEM; `insecure` takes any certificate, for a bench only. */
  readonly tls?: { readonly ca?: string | Buffer; readonly insecure?: boolean };
  /** Seconds to try again when the server cannot be reached, for a board that restarts; by default 5. */
  readonly patience?: number;
  /** Stops the run; what was judged by then is kept and reported. */
  readonly signal?: AbortSignal;
}

/** The outcome of a run against a server. */
export interface FuzzingClientRun {
  readonly agent: string;
  readonly results: readonly CaseResult[];
  /** Why the run stopped before its last case; null when it did not. */
  readonly stopped: ConformanceError | null;
  readonly store: ReportStore;
}

/** Cases in a row without an opening handshake after which the server counts as silent. */
const silence = 3;

/**
 * Runs cases against a server, one after the other. Rejects with a ConformanceError when nothing could be run:
 * BAD_URL, BAD_PATTERN, NO_SUCH_CASE, NO_CASES, BAD_OPTION, CANNOT_WRITE_REPORT, PEER_UNREACHABLE. A server
 * that is lost later, or stays silent, ends the run; what was judged by then is in the result and the reports.
 */
export async function runFuzzingClient(options: FuzzingClientOptions): Promise<FuzzingClientRun> {
  checkOptions(options);
  const cases = selectCases(options);
  const rounds = checkedMessages(options.messages);
  const store = ReportStore.from(options.report);
  await store.prepare();
  const { ca, insecure } = options.tls ?? {};
  const target: Target = {
    url: parseUrl(options.url),
    tls: { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: insecure !== true },
    deadlines: { ...defaultDeadlines, ...options.deadlines },
  };
  const results: CaseResult[] = [];
  let agent = options.agent ?? null;
  let stopped: ConformanceError | null = null;
  let unanswered = 0;
  for (const [index, each] of cases.entries()) {
    if (options.signal?.aborted) break;
    const socket = await reachPatiently(target, options).catch((error: unknown) => messageOf(error));
    if (typeof socket === 'string') {
      const code = results.length === 0 ? 'PEER_UNREACHABLE' : 'PEER_LOST';
      stopped = new ConformanceError(
        code,
        `${withoutCredentials(options.url)} cannot be reached: ${socket}.`,
      );
      break;
    }
    const progress = {
      agent: agent ?? withoutCredentials(options.url),
      id: each.id,
      number: index + 1,
      total: cases.length,
    };
    options.onProgress?.({ ...progress, result: null });
    const context = { rounds, agent, signal: options.signal };
    const result = await attempt(each, socket, target, context);
    // An interrupted case has no verdict.
    if (options.signal?.aborted) break;
    agent ??= result.httpResponse === '' ? null : result.agent;
    results.push(result);
    store.add(result);
    options.onProgress?.({ ...progress, agent: result.agent, result });
    unanswered = result.wasOpenHandshakeTimeout ? unanswered + 1 : 0;
    if (unanswered === silence) {
      const sentence = `${withoutCredentials(options.url)} takes connections but answered no opening handshake ${silence} times in a row.`;
      stopped = new ConformanceError('PEER_SILENT', sentence);
      break;
    }
  }
  await store.flush();
  if (stopped?.code === 'PEER_UNREACHABLE') throw stopped;
  return { agent: agent ?? target.url.host, results, stopped, store };
}

function parseUrl(text: string): URL {
  if (typeof text !== 'string') throw new ConformanceError('BAD_URL', 'There is no address to test.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    throw new ConformanceError(
      'BAD_URL',
      `"${withoutCredentials(text)}" is no address that starts with ws:// or wss://.`,
    );
  }
  if (text.includes('#'))
    throw new ConformanceError('BAD_URL', 'A WebSocket address has no fragment (no "#").');
  // Addresses stand in sentences and reports, where no password belongs.
  if (url.username !== '' || url.password !== '') {
    throw new ConformanceError('BAD_URL', 'The address must not hold a user name or password.');
  }
  return url;
}

async function reachPatiently(
  target: Target,
  { patience = 5, signal }: FuzzingClientOptions,
): Promise<Socket> {
  const end = performance.now() + patience * 1000;
  for (;;) {
    try {
      return await reach(target);
    } catch (error) {
      if (performance.now() >= end || signal?.aborted) throw error;
      await pause(250);
    }
  }
}
