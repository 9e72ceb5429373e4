import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket as Peer, WebSocketServer } from 'ws';
import { isMissing, library, runInDesk } from '../xs/support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe.skipIf(isMissing)('a WebSocket that comes back in the desktop build of XS', () => {
  test('after a close and after a kill, with what was sent meanwhile', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'echo' });
    await once(server, 'listening');
    const peers: Peer[] = [];
    server.on('connection', (peer) => {
      const nth = peers.push(peer);
      peer.on('message', (data) => {
        peer.send((data as Buffer).toString());
        if (nth === 1) peer.close(1012, 'restart');
        if (nth === 2) setTimeout(() => peer.terminate(), 50);
      });
    });
    onTestFinished(() => {
      for (const peer of server.clients) peer.terminate();
      server.close();
    });
    const { status, stdout, stderr } = await runInDesk({
      modules: {
        ...library,
        'ringlet/text': path('../../dist/moddable/text.js'),
        'ringlet/websocket': path('../../dist/moddable/websocket.js'),
        'ringlet/reconnecting': path('../../dist/moddable/reconnecting.js'),
        app: path('xs/comes-back.js'),
      },
      args: [String((server.address() as AddressInfo).port)],
      options: ['--memory', '65536', '--stack', '768'],
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      '0 false function',
      'open echo 1',
      'message queued',
      'close 1012 restart true 3',
      'open echo 1',
      'message second',
      'error',
      'close 1006  false 3',
      'open echo 1',
      'message last',
      'close 3001 done true 3',
    ]);
    expect(status).toBe(0);
  });
});
