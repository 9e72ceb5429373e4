/** The conformance lab through the command itself, as a shell runs it: what it writes, what it says, and its exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportIndex } from '../../hosts/node/conformance/index.ts';
import { startWsServer } from './echo-peers.ts';
import { startFaultyServer } from './faulty.ts';

const program = join(import.meta.dirname, '..', '..', 'hosts', 'node', 'cli', 'ringlet.mjs');

// Its binary is an optional package for each platform.
const pty = await import('@lydell/node-pty').catch(() => undefined);

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const children: ChildProcess[] = [];

function ringlet(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const examine = (url: string, ...args: readonly string[]): Promise<Run> =>
  ringlet('conformance', 'client', url, ...args);

let directory = '';
let good: Awaited<ReturnType<typeof startWsServer>>;
let bad: Awaited<ReturnType<typeof startFaultyServer>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-program-'));
  good = await startWsServer({ perMessageDeflate: { threshold: 0 } });
  bad = await startFaultyServer({ pong: () => null });
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([good.close(), bad.close()]);
  await rm(directory, { recursive: true });
});

const at = (...parts: readonly string[]): string => join(directory, ...parts);
const read = (...parts: readonly string[]): Promise<string> => readFile(at(...parts), 'utf8');
const indexIn = async (folder: string): Promise<ReportIndex> =>
  JSON.parse(await read(folder, 'index.json')) as ReportIndex;

describe('the command', () => {
  test('says why a case failed, in the time that is asked for, and writes what CI and a README want', async () => {
    const outputs = ['--junit', at('junit.xml'), '--badge', at('badge.svg')];
    const run = await examine(
      bad.url,
      ...['--cases', '1.1.1,2.2', '--agent', 'my board', '--timeout-factor', '0.3', '--json'],
      ...outputs,
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^my board: case 2\.2 FAILED: .*timed out after 0\.3 s waiting for a Pong "Hello, world!"/m,
    );
    expect(JSON.parse(run.stdout)).toEqual({ 'my board': { OK: 1, FAILED: 1, failed: ['2.2'] } });
    const xml = await read('junit.xml');
    expect(xml).toContain('<testsuite name="my board" tests="2" failures="1" errors="0" skipped="0"');
    expect(xml).toMatch(/<failure type="FAILED" message="[^"]*timed out after 0\.3 s waiting for a Pong/);
    const badge = await read('badge.svg');
    expect(badge).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(badge).toContain('WebSocket conformance: 1 of 2 passed');
    const other = at('badge.json');
    expect((await examine(good.url, '--cases', '2.2', '--badge', other)).code).toBe(0);
    expect(JSON.parse(await readFile(other, 'utf8'))).toMatchObject({
      schemaVersion: 1,
      message: '1 of 1 passed',
      color: 'brightgreen',
    });
  });

  test('adds runs up to one index, and runs only what failed in it', async () => {
    const report = ['--report', at('sum')];
    const first = await examine(bad.url, '--cases', '1.1.1,2.2,2.3', '--agent', 'board', ...report);
    const second = await examine(good.url, '--cases', '1.1.1,2.2', '--agent', 'ws', ...report);
    expect([first.code, second.code]).toEqual([1, 0]);
    const index = await indexIn('sum');
    expect(Object.entries(index).map(([agent, cases]) => [agent, Object.keys(cases)])).toEqual([
      ['board', ['1.1.1', '2.2', '2.3']],
      ['ws', ['1.1.1', '2.2']],
    ]);
    const page = await read('sum', 'index.html');
    for (const { reportfile } of Object.values(index).flatMap((cases) => Object.values(cases))) {
      const file = reportfile.replace('.json', '.html');
      expect(page).toContain(`href="${file}"`);
      expect(await read('sum', file)).toContain('Wire log');
    }
    // The board has been mended: only what had failed is run again, and the index has it.
    const again = await examine(good.url, '--only-failed', '--agent', 'board', '--json', ...report);
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, { board: { OK: 2, failed: [] } }]);
    const after = await indexIn('sum');
    expect(Object.keys(after)).toEqual(['board', 'ws']);
    expect(Object.values(after['board']!).map(({ behavior }) => behavior)).toEqual(['OK', 'OK', 'OK']);
    const none = await examine(good.url, '--only-failed', '--json', ...report);
    expect([none.code, none.stdout]).toEqual([0, '{}\n']);
    expect(none.stderr).toContain('there is nothing to run');
  });

  test('leaves JSON and a page that have all of what was seen', async () => {
    const run = await examine(
      good.url,
      ...['--cases', '6.22.19,7.3.2,7.5.1,12.1.1', '--messages', '2', '--agent', 'ws', '--report', at('all')],
    );
    expect([run.code, run.stdout]).toEqual([0, '']);
    const result = async (id: string): Promise<Record<string, unknown>> =>
      JSON.parse(await read('all', `ws_case_${id}.json`)) as Record<string, unknown>;
    const { httpRequest, httpResponse, trafficStats, ...rest } = await result('12_1_1');
    expect(trafficStats).toMatchObject({
      preopenOutgoingOctetsWireLevel: (httpRequest as string).length,
      preopenIncomingOctetsWireLevel: (httpResponse as string).length,
    });
    // Among all 517 cases.
    expect([rest['case'], (await result('6_22_19'))['case']]).toEqual([302, 187]);
    expect((await result('7_3_2'))['localCloseReason']).toBe('a');
    expect((await result('7_5_1'))['localCloseReason']).toBe('cebae1bdb9cf83cebcceb5eda080656469746564');
    const page = await read('all', 'ws_case_6_22_19.html');
    expect(page).toContain('Send a text message with payload which is valid UTF-8 in one fragment.');
    expect(page).toContain('MESSAGE:\n\u{9fffe}\nf29fbfbe');
    expect(page).toContain('The message is echo&#39;ed back to us.');
    expect(page).toContain('Actual events match at least one expected.');
    expect(page).toContain('Connection was properly closed (OK)');
  });

  test.each([
    ['It must be a number from 0.1 to 100', ['--timeout-factor', '0']],
    ['--only-failed needs --report', ['--only-failed']],
    ['It must have 1 to 100 characters', ['--agent', ' ']],
    ['cannot be written', ['--cases', '1.1.1', '--junit', '/nowhere/junit.xml']],
  ])('says "%s", and ends with 2', async (sentence, args) => {
    const run = await examine(good.url, ...args);
    expect([run.code, run.stderr.trimEnd().split('\n').at(-1)]).toEqual([
      2,
      expect.stringContaining(sentence),
    ]);
  });

  test('autobahn says that an echo server is none', async () => {
    const run = await ringlet('autobahn', good.url, '--json');
    const sentence = `${good.url}/ is an echo server, and no Autobahn fuzzing server`;
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { message: expect.stringContaining(sentence) } });
  });
});

describe.skipIf(pty === undefined)('at a terminal', () => {
  /** Runs a case with a report at a terminal, answers the question for a name, and returns what was shown. */
  async function answering(answer: string, folder: string): Promise<{ shown: string; code: number }> {
    const args = ['conformance', 'client', good.url, '--cases', '1.1.1', '--report', at(folder)];
    const terminal = pty!.spawn(process.execPath, [program, ...args], { cols: 100, rows: 24 });
    let shown = '';
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    terminal.onData((text) => (shown += text));
    await expect.poll(() => shown).toContain('Name of the peer for the reports');
    terminal.write(answer);
    return { code: await ended, shown };
  }

  test('asks for the name of the peer', async () => {
    expect((await answering('bay 7\r', 'asked')).code).toBe(0);
    expect(Object.keys(await indexIn('asked'))).toEqual(['bay 7']);
    expect((await answering('\r', 'unasked')).code).toBe(0);
    expect(Object.keys(await indexIn('unasked'))).toEqual([expect.stringContaining('127.0.0.1')]);
  });

  test('Ctrl-C at the question ends it with 130, and Ctrl-D takes what the peer calls itself', async () => {
    expect((await answering('\x03', 'interrupted')).code).toBe(130);
    expect((await answering('\x04', 'ended')).code).toBe(0);
    expect(Object.keys(await indexIn('ended'))).toEqual([expect.stringContaining('127.0.0.1')]);
  });
});
