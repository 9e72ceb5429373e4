import type { Case } from '../catalogue/case.ts';
import { numberOf } from '../catalogue/index.ts';
import type { Connection } from '../endpoint/connection.ts';
import { reportTraffic } from '../endpoint/traffic.ts';
import type { Conductor } from './conductor.ts';
import type { CaseResult } from './result.ts';
import { judgeClose, missedTheFault } from './verdict.ts';

/** What a result says besides what the connection itself knows. */
export interface CaseContext {
  readonly agent: string;
  readonly started: Date;
  /** When the connection was opened, on the clock of `performance.now()`; null if it never was. */
  readonly openedAt: number | null;
  readonly httpRequest: string;
  readonly httpResponse: string;
}

/** Judges a case whose connection has ended. */
export function conclude(
  each: Case,
  connection: Connection,
  conductor: Conductor,
  context: CaseContext,
): CaseResult {
  const { facts, log } = connection;
  const { expectedClose } = each;
  const verdicts = conductor.judge(judgeClose(connection.wasOpen, facts, expectedClose));
  const unopened = !connection.wasOpen;
  const missed = missedTheFault(facts, expectedClose, verdicts.behavior.verdict);
  const failed = unopened || missed;
  const compressed = each.kind === 'compressed' && connection.compresses;
  return {
    agent: context.agent,
    case: numberOf(each.id),
    id: each.id,
    description: each.description,
    expectation: each.expectation,
    started: context.started.toISOString(),
    duration: context.openedAt === null ? 0 : Math.round(performance.now() - context.openedAt),
    reportTime: each.kind !== 'script',
    reportCompressionRatio: compressed,
    behavior: failed ? 'FAILED' : verdicts.behavior.verdict,
    behaviorClose: unopened ? 'FAILED' : verdicts.close.verdict,
    result: failed ? missedSentence(unopened, facts.wasNotCleanReason) : verdicts.behavior.sentence,
    resultClose: verdicts.close.sentence,
    expected: conductor.expected,
    expectedClose,
    received: conductor.received,
    ...facts,
    httpRequest: context.httpRequest,
    httpResponse: context.httpResponse,
    createStats: true,
    createWirelog: log.enabled,
    rxOctetStats: log.octetsReceived.counts(),
    txOctetStats: log.octetsSent.counts(),
    rxFrameStats: log.framesReceived.counts(),
    txFrameStats: log.framesSent.counts(),
    wirelog: log.rows,
    trafficStats: compressed ? reportTraffic(connection.traffic) : null,
  };
}

const missedSentence = (unopened: boolean, reason: string | null): string =>
  unopened
    ? `The case could not begin: ${reason ?? 'the connection ended too early'}.`
    : 'The peer did not fail the connection, so it missed the fault.';
