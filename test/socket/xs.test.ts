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
