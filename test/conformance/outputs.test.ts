import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { badgeOf, junitText, ReportStore, runFuzzingClient } from '../../hosts/node/conformance/index.ts';
import { ProgressLine } from '../../hosts/node/conformance/progress.ts';
import { startWsServer } from './echo-peers.ts';
import { startFaultyServer } from './faulty.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-outputs-'));
});
afterEach(() => rm(directory, { recursive: true }));

const index = async (): Promise<Record<string, Record<string, unknown>>> =>
  JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;

describe('runs into one directory', () => {
  test('add up to one index, and what failed can be had from it', async () => {
    const good = await startWsServer();
    const bad = await startFaultyServer({ pong: () => null });
    try {
      await runFuzzingClient({ url: good.url, agent: 'a b', cases: ['1.1.1'], report: directory });
      await runFuzzingClient({ url: bad.url, agent: 'a_b', cases: ['2.2', '7.3.1'], report: directory });
      await runFuzzingClient({ url: good.url, agent: 'a b', cases: ['2.2'], report: directory });
    } finally {
      await good.close();
      await bad.close();
    }
    const all = await index();
    expect(Object.keys(all['a b']!)).toEqual(['1.1.1', '2.2']);
    expect(Object.keys(all['a_b']!)).toEqual(['2.2', '7.3.1']);
    const page = await readFile(join(directory, 'index.html'), 'utf8');
    for (const entries of Object.values(all))
      for (const { reportfile } of Object.values(entries) as { reportfile: string }[]) {
        expect(page).toContain(reportfile.replace('.json', '.html'));
        expect(JSON.parse(await readFile(join(directory, reportfile), 'utf8'))).toHaveProperty('wirelog');
      }
    const store = new ReportStore(directory);
    await store.prepare();
    expect([store.failedEarlier(), store.failedEarlier('a b')]).toEqual([['2.2'], []]);
  });

  test.each([
    '{',
    '{"a": {"1.1.1": {}}}',
    '{"a": {"1.1.1": {"behavior": "OK", "behaviorClose": "OK", "duration": 1, "remoteCloseCode": null, "reportfile": "../x_case_1.json"}}}',
  ])('leave an index alone that is not theirs: %s', async (text) => {
    await writeFile(join(directory, 'index.json'), text);
    await expect(new ReportStore(directory).prepare()).rejects.toMatchObject({ code: 'CANNOT_WRITE_REPORT' });
    expect(await readFile(join(directory, 'index.json'), 'utf8')).toBe(text);
  });
});

test('a failure says what was waited for, in results, on the console and in JUnit XML; a badge counts it', async () => {
  const bad = await startFaultyServer({ pong: () => null });
  const written: string[] = [];
  const line = new ProgressLine({ write: (text: string) => written.push(text) });
  const { results } = await runFuzzingClient({
    url: bad.url,
    agent: '<p&eer>',
    cases: ['1.1.1', '2.2'],
    deadlines: { factor: 0.5 },
    onProgress: (progress) => line.show(progress),
  });
  await bad.close();
  const why = /timed out after 0\.5 s waiting for a Pong "Hello, world!"/;
  expect(results[1]!.result).toMatch(why);
  // Its number among all cases: 16 of section 1 are before section 2.
  expect([results[0]!.case, results[1]!.case]).toEqual([1, 18]);
  expect(written.join('')).toMatch(new RegExp(`^<p&eer>: case 2\\.2 FAILED: .*${why.source}`, 'm'));
  const xml = junitText(results);
  expect(xml).toContain('<testsuite name="&lt;p&amp;eer&gt;" tests="2" failures="1" errors="0" skipped="0"');
  expect(xml).toMatch(
    /<failure type="FAILED" message="[^"]*timed out after 0\.5 s waiting for a Pong &quot;/,
  );
  expect(badgeOf(results)).toEqual({
    schemaVersion: 1,
    label: 'WebSocket conformance',
    message: '1 of 2 passed',
    color: 'red',
  });
});

test('what the tester says of its own Close, and a page in the words of the report', async () => {
  const peer = await startWsServer({ perMessageDeflate: { threshold: 0 } });
  const cases = ['6.22.19', '7.3.2', '7.5.1', '12.1.1'];
  const { results } = await runFuzzingClient({
    url: peer.url,
    agent: 'ws',
    cases,
    messages: 2,
    report: directory,
  });
  await peer.close();
  const by = Object.fromEntries(results.map((result) => [result.id, result]));
  expect(by['7.3.2']).toMatchObject({ localCloseCode: null, localCloseReason: 'a' });
  expect(by['7.5.1']).toMatchObject({
    localCloseCode: 1000,
    localCloseReason: 'cebae1bdb9cf83cebcceb5eda080656469746564',
  });
  const { trafficStats, httpRequest, httpResponse } = by['12.1.1']!;
  expect(trafficStats).toMatchObject({
    preopenOutgoingOctetsWireLevel: httpRequest.length,
    preopenIncomingOctetsWireLevel: httpResponse.length,
  });
  const page = await readFile(join(directory, 'ws_case_6_22_19.html'), 'utf8');
  expect(page).toContain('MESSAGE:\n\u{9fffe}\nf29fbfbe');
  expect(page).toContain('Actual events match at least one expected.');
  expect(page).toContain('Connection was properly closed (OK)');
});
