import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html, visible } from '../../hosts/node/conformance/report/markup.ts';
import {
  ReportStore,
  runFuzzingClient,
  startFuzzingServer,
  type CaseResult,
  type ReportIndex,
} from '../../hosts/node/conformance/index.ts';
import { startWsServer, wsClient } from './echo-peers.ts';

let directory = '';
const agent = '<b>"Peer" & co</b>';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-report-'));
  const store = new ReportStore(directory);
  const peer = await startWsServer({ perMessageDeflate: { threshold: 0 } });
  const cases = ['1.1.8', '2.3', '3.1', '6.22.19', '7.13.1', '9.1.1', '12.1.1'];
  await runFuzzingClient({ url: peer.url, cases, messages: 3, agent, report: store });
  await peer.close();
  const server = await startFuzzingServer({ port: 0, cases: ['6.22.19'], report: store });
  await wsClient()(`${server.url}/runCase?case=1&agent=client`);
  await server.close();
}, 20_000);

afterAll(() => rm(directory, { recursive: true }));

const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
const readCase = async (name: string): Promise<CaseResult> => JSON.parse(await read(name)) as CaseResult;

describe('the JSON reports', () => {
  test('index.json holds both agents, case by case', async () => {
    const index = JSON.parse(await read('index.json')) as ReportIndex;
    expect(Object.keys(index)).toEqual([agent, 'client']);
    expect(index['client']!['6.22.19']).toEqual({
      behavior: 'OK',
      behaviorClose: 'OK',
      duration: expect.any(Number),
      remoteCloseCode: 1000,
      reportfile: 'client_case_6_22_19.json',
    });
    const files = await readdir(directory);
    for (const entry of Object.values(index).flatMap((cases) => Object.values(cases))) {
      expect(files).toContain(entry.reportfile);
      expect(files).toContain(entry.reportfile.replace(/json$/, 'html'));
    }
  });

  test('the report of a case has all its fields', async () => {
    const result = await readCase('client_case_6_22_19.json');
    expect(Object.keys(result).sort()).toEqual(
      (
        'agent behavior behaviorClose case closedByMe createStats createWirelog description droppedByMe duration ' +
        'expectation expected expectedClose failedByMe httpRequest httpResponse id isServer localCloseCode ' +
        'localCloseReason received remoteCloseCode remoteCloseReason reportCompressionRatio reportTime result ' +
        'resultClose rxFrameStats rxOctetStats started trafficStats txFrameStats txOctetStats wasClean ' +
        'wasCloseHandshakeTimeout wasNotCleanReason wasOpenHandshakeTimeout wasServerConnectionDropTimeout wirelog'
      ).split(' '),
    );
  });

  test('the tester as client tells the known story of case 6.22.19', async () => {
    const result = await readCase('b_peer_co_b_case_6_22_19.json');
    const log = result.wirelog.map(([kind, what]) => [
      kind,
      Array.isArray(what) ? (what as [number, string])[0] : what,
    ]);
    expect(log.slice(2)).toEqual([
      ['TF', 4],
      ['TO', 10],
      ['KL', 0.5],
      ['RO', 6],
      ['RF', 4],
      ['TF', 2],
      ['TO', 8],
      ['RO', 4],
      ['RF', 2],
    ]);
    expect(log[0]![0]).toBe('TO');
    expect(log[1]![0]).toBe('RO');
    expect(result.wirelog[5]).toEqual(['RO', [6, '8104f29fbfbe']]);
    expect(result.wirelog[9]).toEqual(['RO', [4, '880203e8']]);
    expect(result.rxFrameStats).toEqual({ 1: 1, 8: 1 });
    expect(result.txFrameStats).toEqual({ 1: 1, 8: 1 });
    expect(result).toMatchObject({
      isServer: false,
      closedByMe: true,
      failedByMe: false,
      droppedByMe: false,
      wasClean: true,
      wasNotCleanReason: null,
      localCloseCode: 1000,
      remoteCloseCode: 1000,
      expected: { OK: [['message', '\u{9fffe}', false]] },
      received: [['message', '\u{9fffe}', false]],
    });
  });

  test('a chopped frame leaves as many writes as it has pieces', async () => {
    const { txOctetStats } = await readCase('b_peer_co_b_case_1_1_8.json');
    // 14 octets of header and mask, 65536 of payload, in pieces of 997.
    expect(txOctetStats['997']).toBe(65);
    expect(txOctetStats['745']).toBe(1);
  });

  test('the log of a large case says that it was off', async () => {
    const { wirelog } = await readCase('b_peer_co_b_case_9_1_1.json');
    expect(wirelog.filter(([kind]) => kind === 'WLM')).toEqual([
      ['WLM', false],
      ['WLM', true],
    ]);
  });
});

describe('the pages', () => {
  test('need nothing but themselves', async () => {
    for (const name of (await readdir(directory)).filter((each) => each.endsWith('.html'))) {
      const text = await read(name);
      expect(text).not.toMatch(/<(link|img|iframe|object)\b|src=|url\(|@import|https?:\/\//);
      expect(text.startsWith('<!doctype html>')).toBe(true);
    }
  });

  test('the index names every agent, section and case, and escapes what came from outside', async () => {
    const text = await read('index.html');
    expect(text).toContain('&lt;b&gt;&quot;Peer&quot; &amp; co&lt;/b&gt;');
    expect(text).not.toContain('<b>"Peer"');
    for (const id of ['1.1.8', '3.1', '12.1.1']) expect(text).toContain(`data-case="${id}"`);
    expect(text).toContain('href="client_case_6_22_19.html"');
    expect(text).toContain('not run');
  });

  test('the page of a case has every part', async () => {
    const text = await read('client_case_6_22_19.html');
    for (const part of [
      'Case description',
      'Case expectation',
      'Case outcome',
      'Case closing behaviour',
      'Opening handshake',
      'Closing behaviour',
      'Octets received by chop size',
      'Frames transmitted by opcode',
      'Wire log',
      'TCP ended by the tester',
      'Upgrade: WebSocket',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('a table that may be wider than a phone scrolls by itself, and print has margins', async () => {
    const index = await read('index.html');
    const compressed = await read((await readdir(directory)).find((name) => name.endsWith('_12_1_1.html'))!);
    expect(index).toMatch(/<div class="scroll">\s*<table>\s*<tr>\s*<th>Peer/);
    expect(compressed).toMatch(/<div class="scroll">\s*<h3>Compression/);
    for (const page of [index, compressed]) {
      expect(page).toContain('.scroll { overflow-x: auto; }');
      expect(page).toMatch(/@page { margin: \d+mm; }/);
    }
  });

  test('the page of a compressed case tells what was saved', async () => {
    expect(await read('b_peer_co_b_case_12_1_1.html')).toMatch(/Compression[\s\S]*%/);
  });

  test('show what a browser would hide or obey', () => {
    expect(visible('a\u0000\u202e\u{9fffe}é\n')).toBe('a\\u{0}\\u{202e}\\u{9fffe}é\n');
    expect(html`<p title="${'"\'<&>'}">${['a', null, false, 1]}</p>`.text).toBe(
      '<p title="&quot;&#39;&lt;&amp;&gt;">a1</p>',
    );
  });
});

describe('a report that cannot be written', () => {
  test('is an error before anything is run', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const attempt = startFuzzingServer({ port: 0, report: join(file, 'reports') });
    await expect(attempt).rejects.toMatchObject({ code: 'CANNOT_WRITE_REPORT' });
  });

  test('two agents whose names look alike have files of their own', async () => {
    const store = new ReportStore(join(directory, 'alike'));
    await store.prepare();
    const result = await readCase('client_case_6_22_19.json');
    store.add({ ...result, agent: 'a b' });
    store.add({ ...result, agent: 'a-b' });
    store.add({ ...result, agent: '…' });
    await store.flush();
    const files = Object.values(store.index()).map((cases) => cases['6.22.19']!.reportfile);
    expect(files).toEqual([
      'a_b_case_6_22_19.json',
      `a_b_${createHash('sha256')
        .update([...store.agents][1]!)
        .digest('hex')
        .slice(0, 6)}_case_6_22_19.json`,
      'agent_case_6_22_19.json',
    ]);
  });
});
