/** The telemetry program in the desk XS, in 32 KB of static memory. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BLOCK, isMissing } from './support/desk.ts';

const command = fileURLToPath(new URL('../../hosts/node/cli/ringlet.mjs', import.meta.url));

function stream(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, 'stream', ...args, '--engine', 'xs'], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe.skipIf(isMissing)('ringlet stream --engine xs', () => {
  test('streams to a gateway of its own and ends in good order', async () => {
    const { status, stdout } = await stream('--seconds', '2', '--rate', '20', '--json');
    const summary = JSON.parse(stdout) as Record<string, number>;
    expect(summary).toMatchObject({
      engine: 'xs',
      rate: 20,
      unanswered: 0,
      reconnects: 0,
      closedCleanly: true,
    });
    expect(summary.messagesSent).toBeGreaterThan(40);
    expect(summary.messagesReceived).toBe(summary.messagesSent);
    expect(summary).toMatchObject({
      recordsPosted: summary.messagesSent,
      recordsAcknowledged: summary.messagesSent,
    });
    expect(summary.ram).toBeLessThanOrEqual(BLOCK);
    expect(status).toBe(0);
  });

  test('says why there is no connection', async () => {
    const { status, stderr } = await stream('ws://127.0.0.1:1/', '--seconds', '2');
    expect(stderr).toContain('ringlet: ws://127.0.0.1:1/: the server could not be reached.\n');
    expect(status).toBe(1);
  });

  test('says that there is no TLS', async () => {
    const { status, stderr } = await stream('wss://127.0.0.1:1/', '--seconds', '2');
    expect(stderr).toBe('ringlet: the desktop build of XS has no TLS.\n');
    expect(status).toBe(2);
  });
});
