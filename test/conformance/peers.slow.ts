import { afterAll, describe, expect, test } from 'vitest';
import {
  catalogue,
  compareResults,
  selectCases,
  startFuzzingServer,
  summarize,
  type CaseResult,
} from '../../hosts/node/conformance/index.ts';
import { websocketClient, wsClient, type EchoClient } from './echo-peers.ts';

/**
 * The tester against peers whose verdicts are known: these are the figures that the suite whose cases these are
 * gave for the same versions and options. A difference means that the tester is wrong.
 *
 * CONFORMANCE_MESSAGES lowers the number of messages a case in sections 12 and 13 (1000 by default),
 * CONFORMANCE_REPORT names a directory for the reports.
 */
const messages = Number(process.env['CONFORMANCE_MESSAGES'] ?? 1000);
const report = process.env['CONFORMANCE_REPORT'];

const hour = 3_600_000;
const totals: Record<string, unknown> = {};
afterAll(() => {
  console.log(JSON.stringify(totals));
});

/** Runs cases with a client, several at a time as far as sections 1 to 7 go, which mostly wait. */
async function runAll(
  agent: string,
  client: EchoClient,
  cases: readonly string[],
): Promise<readonly CaseResult[]> {
  const server = await startFuzzingServer({
    port: 0,
    cases,
    messages,
    ...(report === undefined ? {} : { report: `${report}/${agent}` }),
  });
  const chosen = selectCases({ cases });
  const runOne = (number: number): Promise<void> =>
    client(`${server.url}/runCase?case=${number}&agent=${agent}`);
  try {
    const waiting = chosen.flatMap(({ id }, index) =>
      /^6\.4\./.test(id) || /^5\.(19|20)$/.test(id) ? [index + 1] : [],
    );
    const together = Promise.all(waiting.map(runOne));
    for (const [index] of chosen.entries()) {
      if (!waiting.includes(index + 1)) await runOne(index + 1);
    }
    await together;
    await expect.poll(() => server.store.resultsOf(agent).length, { timeout: 30_000 }).toBe(chosen.length);
    totals[agent] = summarize(server.store.resultsOf(agent));
    return server.store.resultsOf(agent);
  } finally {
    await server.close();
  }
}

const informational = { '7.1.6': 'INFORMATIONAL', '7.13.*': 'INFORMATIONAL' } as const;

describe('the tester against clients whose verdicts are known', () => {
  test(
    'ws: NON-STRICT in 6.4, FAILED where its limit of fragments strikes, everything else as it should be',
    async () => {
      const results = await runAll('ws', wsClient(), ['*']);
      expect(results).toHaveLength(catalogue.length);
      const expected = {
        '*': 'OK',
        ...informational,
        '6.4.*': 'NON-STRICT',
        '9.3.1': 'FAILED',
        '9.3.2': 'FAILED',
        '9.4.1': 'FAILED',
        '9.4.2': 'FAILED',
      } as const;
      expect(compareResults(results, { ws: expected })).toEqual([]);
    },
    hour,
  );

  test(
    'ws without its UTF-8 check: 75 cases of section 6 fail',
    async () => {
      const results = await runAll('ws-unchecked', wsClient({ skipUTF8Validation: true }), ['6.*']);
      expect(results.filter(({ behavior }) => behavior === 'FAILED')).toHaveLength(75);
    },
    hour,
  );

  test(
    'websocket: no compression, UTF-8 checked when the message is whole',
    async () => {
      const results = await runAll('websocket', websocketClient(), ['*']);
      const { failed, ...counts } = summarize(results);
      expect(counts).toEqual({ OK: 294, INFORMATIONAL: 3, 'NON-STRICT': 4, UNIMPLEMENTED: 216 });
      expect(failed).toEqual([]);
    },
    hour,
  );
});
