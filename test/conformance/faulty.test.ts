import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  hasFailed,
  runFuzzingClient,
  startFuzzingServer,
  type CaseResult,
} from '../../hosts/node/conformance/index.ts';
import { faults, runFaultyClient, startFaultyServer, type Fault } from './faulty.ts';

/** A conforming endpoint is not merely not failed: it is strict. */
const isCaught = (result: CaseResult): boolean => hasFailed(result) || result.behavior === 'NON-STRICT';

async function runAgainstServer(
  conduct: Fault['conduct'],
  cases: readonly string[],
): Promise<readonly CaseResult[]> {
  const server = await startFaultyServer(conduct);
  try {
    return (await runFuzzingClient({ url: server.url, cases, patience: 0 })).results;
  } finally {
    await server.close();
  }
}

async function runAgainstClient(
  conduct: Fault['conduct'],
  cases: readonly string[],
): Promise<readonly CaseResult[]> {
  const server = await startFuzzingServer({ port: 0, cases });
  try {
    for (const [index] of cases.entries()) {
      await runFaultyClient(conduct, server.port, `/runCase?case=${index + 1}&agent=faulty`);
    }
    return server.store.resultsOf('faulty');
  } finally {
    await server.close();
  }
}

const everyCatchingCase = [...new Set(faults.map(({ caughtBy }) => caughtBy))];

test.concurrent('the endpoint without a fault passes every case that catches one, as a server', async () => {
  const results = await runAgainstServer({}, everyCatchingCase);
  expect(results.filter(isCaught).map(({ id, result, resultClose }) => [id, result, resultClose])).toEqual(
    [],
  );
  expect(results).toHaveLength(everyCatchingCase.length);
});

test.concurrent('the endpoint without a fault passes every case that catches one, as a client', async () => {
  const results = await runAgainstClient({}, everyCatchingCase);
  expect(results.filter(isCaught).map(({ id, result, resultClose }) => [id, result, resultClose])).toEqual(
    [],
  );
  expect(results).toHaveLength(everyCatchingCase.length);
});

test.concurrent.each(faults)(
  '$name: $fault, caught by $caughtBy',
  async ({ conduct, caughtBy, asClient }) => {
    const results = await (asClient ? runAgainstClient : runAgainstServer)(conduct, [caughtBy]);
    expect(results.map(({ id }) => id)).toEqual([caughtBy]);
    expect(results.filter(isCaught)).toHaveLength(1);
  },
);

test('the documentation lists every fault with the case that catches it', () => {
  const guide = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  const rows = guide.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const table = rows.filter(
    ([, name, , caughtBy]) => name?.startsWith('`') && /^[\d.]+$/.test(caughtBy ?? ''),
  );
  expect(table.map(([, ...cells]) => cells.slice(0, 3))).toEqual(
    faults.map(({ name, fault, caughtBy }) => [`\`${name}\``, fault, caughtBy]),
  );
});
