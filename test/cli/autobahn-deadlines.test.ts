/** How long `ringlet autobahn` waits for what it asks a tester. */
import { afterEach, expect, test, vi } from 'vitest';
import { FuzzingServerClient } from '../../hosts/node/cli/fuzzing-server-client.ts';
import type { ConnectOptions } from '../../hosts/node/connect.ts';

const asked = vi.hoisted(() => [] as { url: string; options: ConnectOptions<unknown> }[]);

vi.mock('../../hosts/node/connect.ts', () => ({
  connect(url: string, options: ConnectOptions<unknown>) {
    asked.push({ url, options });
    // The tester closes without an answer.
    setImmediate(() => options.events!.onClose!(options.target, 1000, 0));
    return {};
  },
}));

afterEach(() => vi.restoreAllMocks());

test('the reports of a whole suite have a deadline of their own, which no pong shortens', async () => {
  const client = new FuzzingServerClient('ws://127.0.0.1:9001', 'me', {
    headers: undefined,
    tls: {},
    compression: undefined,
  });
  await client.updateReports();
  await client.caseInfo(1);
  const [reports, info] = asked;
  expect(reports.url).toContain('/updateReports?');
  // 517 cases, two files each, at a slow disk's ten a second.
  expect(reports.options.idleTimeout).toBeGreaterThanOrEqual(120_000);
  expect(reports.options.keepalive).toBe(0);
  expect(info.options.idleTimeout).toBeLessThan(30_000);
});
