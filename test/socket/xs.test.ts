/** The socket class in the desktop build of XS, in the memory of a device. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BLOCK, isDeviceSized, isMissing, library, runInDesk } from '../xs/support/desk.ts';
import { serve } from '../websocket/servers.ts';
import { startBroker } from './broker.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const modules = (app: string): Record<string, string> => ({
  ...library,
  'ringlet/socket': path('../../dist/moddable/socket.js'),
  'mqtt-client': path('mqtt-client.js'),
  app: path(`xs/${app}.js`),
});

describe.skipIf(isMissing)('the socket class in XS', () => {
  it('carries a client of MQTT to a broker, in 32 KB', async () => {
    const { port, seen } = await startBroker();
    const { status, stdout, stderr } = await runInDesk({
      modules: modules('mqtt'),
      args: [String(port), '300'],
      options: ['--memory', String(BLOCK)],
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('ready\ngot 300\n');
    expect(status).toBe(0);
    expect(seen).toEqual({ host: `broker.example:${port}`, path: '/mqtt', protocol: 'mqtt', clean: true });
  });

  it("carries the example's publisher, which comes back when the connection is lost", async () => {
    const { port, cut } = await startBroker();
    let output = '';
    const { status, stderr } = await runInDesk({
      modules: {
        ...modules('publisher'),
        'mqtt-shape': path('xs/mqtt-shape.js'),
        publisher: path('../../examples/mqtt/publisher.js'),
      },
      args: [String(port), '12'],
      options: ['--memory', String(BLOCK)],
      onOutput(text) {
        const before = output.includes('ringlet/uptime 5');
        output += text;
        if (!before && output.includes('ringlet/uptime 5')) cut();
      },
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(output).toMatch(
      /^connected\n(ringlet\/uptime \d\n){6}[^]*lost, again in \d+ ms\nconnected\nringlet/,
    );
    expect(output.match(/ringlet\/uptime/g)!.length).toBeGreaterThanOrEqual(12);
  });

  it.each([
    ['buffer', 100],
    ['buffer', 900],
    ['octets', 40],
  ])('moves 3,000 times %s of %i octets without allocating', async (kind, size) => {
    // In two messages, so that a reader waits for the second.
    const url = await serve((peer) => {
      peer.on('message', (data: Buffer) => {
        peer.send(data.subarray(0, 1));
        peer.send(data.subarray(1));
      });
    });
    const { status, stdout, stderr } = await runInDesk({
      modules: modules('echo'),
      args: [new URL(url).port, '3000', String(size), kind],
      options: ['--memory', String(BLOCK)],
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    if (isDeviceSized) expect(stdout).toBe('0 0 0\nclosed\n');
    else expect(stdout).toContain('closed');
  });
});
