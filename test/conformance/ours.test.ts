import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FuzzingServerClient } from '../../hosts/node/cli/fuzzing-server-client.ts';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import {
  compareWithExpected,
  runFuzzingClient,
  startFuzzingServer,
} from '../../hosts/node/conformance/index.ts';
import { serve } from '../../hosts/node/serve.ts';

const SECTIONS = { cases: ['1.*', '2.*', '3.*', '4.*', '5.*', '6.*', '7.*', '10.*'] };
const CASES = 247;
/** Seconds: what is measured here is what an endpoint does, not how soon on a machine that is busy. */
const deadlines = { openHandshake: 30, closeHandshake: 15, serverConnectionDrop: 15 };
const expected = join(import.meta.dirname, 'expected.json');

test.concurrent('our client passes sections 1 to 7 and 10', { timeout: 180_000 }, async () => {
  const lab = await startFuzzingServer({ ...SECTIONS, deadlines, port: 0 });
  const client = new FuzzingServerClient(lab.url, 'node-client', {
    headers: undefined,
    tls: {},
    compression: undefined,
  });
  const count = await client.caseCount();
  for (let number = 1; number <= count; number++) await client.runCase(number);
  const results = lab.store.resultsOf('node-client');
  await lab.close();
  expect(await compareWithExpected(results, expected)).toEqual([]);
  expect(results).toHaveLength(CASES);
});

test.concurrent('our server passes sections 1 to 7 and 10', { timeout: 180_000 }, async () => {
  const server = await serve<Echo>({
    events: echoEvents,
    accept: () => new Echo(),
    transmitBuffer: Echo.transmitBuffer,
  });
  const { results, stopped } = await runFuzzingClient({
    ...SECTIONS,
    deadlines,
    url: `ws://127.0.0.1:${server.port}`,
    agent: 'node-server',
  });
  await server.close();
  expect(stopped).toBeNull();
  expect(await compareWithExpected(results, expected)).toEqual([]);
  expect(results).toHaveLength(CASES);
});
