import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isDeviceSized, isMissing, library, runInDesk } from '../xs/support/desk.ts';
import { serve } from './servers.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The modules of an app that has the face. */
const modules = (app: string): Record<string, string> => ({
  ...library,
  'ringlet/text': path('../../dist/moddable/text.js'),
  'ringlet/websocket': path('../../dist/moddable/websocket.js'),
  app: path(`xs/${app}.js`),
});

const portOf = (url: string): string => new URL(url).port;

describe.skipIf(isMissing)('WebSocket in the desktop build of XS', () => {
  it.each([
    ['text', 16],
    ['text', 125],
    ['binary', 100],
  ])('echoes 10,000 messages (%s, %i) in 48 KB, and keeps nothing of them', async (kind, size) => {
    const url = await serve();
    const { status, stdout, stderr } = await runInDesk({
      modules: modules('echo'),
      args: [portOf(url), '10000', String(size), kind],
      options: ['--memory', '49152'],
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    if (isDeviceSized) console.info(`${kind} ${size}: ${stdout.split('\n')[0]}`);
    expect(stdout).toMatch(/^10000 messages, each .*; kept 0 slots\nclosed 3000 done true\n$/);
  });

  it('sends and receives text as the standard says', async () => {
    const url = await serve((peer, { url }) => {
      if (url === '/greet') for (let i = 1; i <= 4; i++) peer.send(String(i));
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
    });
    const { status, stdout, stderr } = await runInDesk({
      modules: modules('texts'),
      args: [portOf(url)],
      options: ['--memory', '65536'],
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      'encoded 0 195 164 239 191 189',
      'decoded true',
      'SyntaxError SyntaxError',
      'SyntaxError Error',
      'InvalidStateError 0 true arraybuffer',
      'open one 1',
      'closing 2',
      'closed 3001 bäi true 0',
      'bufferedAmount 0',
      'all 9',
      'awaited 1 2 3 4',
    ]);
    expect(status).toBe(0);
  });
});
