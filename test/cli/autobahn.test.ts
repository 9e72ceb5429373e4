import { afterEach, expect, test } from 'vitest';
import { addAutobahnCommand } from '../../hosts/node/cli/autobahn.ts';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import {
  type FuzzingServer,
  type FuzzingServerOptions,
  startFuzzingServer,
} from '../../hosts/node/conformance/index.ts';
import { serve } from '../../hosts/node/serve.ts';
import { type Run, runCommand } from './support/run-command.ts';

const CASES = ['1.1.1', '5.19', '5.20'];
let lab: FuzzingServer | undefined;

afterEach(() => lab?.close());

/** Starts a tester that calls `onSecond` when the second case has begun, which takes more than a second. */
async function startLab(onSecond: () => void, options: FuzzingServerOptions = {}): Promise<string> {
  lab = await startFuzzingServer({
    ...options,
    port: 0,
    cases: CASES,
    onProgress: ({ number, result }) => number === 2 && result === null && onSecond(),
  });
  return lab.url;
}

const autobahn = (...args: string[]): Promise<Run> => runCommand(addAutobahnCommand, 'autobahn', ...args);

test('runs the chosen cases, tells each verdict, and ends with one object', async () => {
  const run = await autobahn(await startLab(() => {}), '--cases', '1.*', '--agent', 'me', '--json');
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual({ agent: 'me', OK: 1, failed: [] });
  expect(run.stderr).toBe('1.1.1    OK\n1 OK\n');
});

test('what was run is told when the tester is lost in the middle', async () => {
  const url = await startLab(() => void lab?.close());
  const run = await autobahn(url, '--agent', 'me', '--json');
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toEqual({ agent: 'me', OK: 1, failed: [] });
  expect(run.stderr).toMatch(/^1\.1\.1 +OK\n1 OK\nringlet: ws:.* could not be reached .*\.\n$/);
});

test('an interrupt ends it in good order, with the reports of what was run', async () => {
  const before = process.listeners('SIGINT');
  const reported: string[] = [];
  const interrupt = (): void => {
    for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) listener('SIGINT');
  };
  const url = await startLab(interrupt, { onReport: (agent) => reported.push(agent) });
  const run = await autobahn(url, '--agent', 'me', '--json');
  expect(run.code).toBe(130);
  expect(JSON.parse(run.stdout)).toEqual({ agent: 'me', OK: 1, failed: [] });
  expect(run.stderr).toBe('1.1.1    OK\n1 OK\n');
  expect(process.listeners('SIGINT')).toEqual(before);
  await expect.poll(() => reported).toEqual(['me']);
});

test('an echo server is told that it is one', { timeout: 20_000 }, async () => {
  const server = await serve<Echo>({ events: echoEvents, accept: () => new Echo() });
  const run = await autobahn(`ws://127.0.0.1:${server.port}`);
  expect([run.code, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toMatch(/^ringlet: ws:\S+ is an echo server, and no Autobahn fuzzing server; .*\.\n$/);
  await server.close();
});

test('a server that is no tester, and so never answers, is not waited for', { timeout: 20_000 }, async () => {
  const silent = { onOpen() {}, onData() {}, onControl() {}, onWritable() {}, onClose() {} };
  const server = await serve({ events: silent, accept: () => ({}) });
  const run = await autobahn(`ws://127.0.0.1:${server.port}`);
  expect([run.code, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toMatch(/^ringlet: ws:.*\/getCaseCount: .*\.\n$/);
  await server.close();
});
