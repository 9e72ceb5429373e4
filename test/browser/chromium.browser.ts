/** A browser against our server inside an Express app. The conversations are the browser's, the page has no code of ours. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import { serveUpgrades } from '../../hosts/node/serve-upgrades.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { listening } from '../server/support.ts';

// What the functions see that run in the page.
declare const location: { readonly host: string };
type CloseEvent = { readonly code: number; readonly reason: string; readonly wasClean: boolean };

const executablePath = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => existsSync(path),
);
if (executablePath === undefined)
  console.warn('there is no Chromium (apt-get install chromium): its tests are left out');

const closes: [code: number, reason: string, error: number][] = [];

const sockets = serveUpgrades<OwnEndpoint>({
  path: '/live',
  protocols: ['chat.v2', 'chat.v1'],
  compression: permessageDeflate(),
  maxMessageSize: 16 << 20,
  onRequest: ({ path, origin }) =>
    path.includes('forbidden') || !origin.startsWith('http://127.0.0.1:') ? { status: 403 } : undefined,
  events: {
    onMessage(endpoint, data, isBinary) {
      if (data === 'goodbye') endpoint.close(4321, 'grüß Gott');
      else if (data === 'extensions?') endpoint.sendText(endpoint.extensions);
      else if (isBinary) endpoint.sendMessage(data as Uint8Array);
      else endpoint.sendText(data as string);
    },
    onClose: ({ closeReason }, code, error) => closes.push([code, closeReason, error]),
  },
});

describe.skipIf(executablePath === undefined)('Chromium', () => {
  let browser: Browser;
  let page: Page;
  let server: Server;

  beforeAll(async () => {
    const app = express();
    app.get('/', (_request, response) => void response.type('html').send('<!doctype html><title>x</title>'));
    server = createServer(app);
    sockets.attach(server);
    const port = await listening(server);
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    await sockets.close();
    server?.close();
  });

  test('text, to the edge of what UTF-8 is', async () => {
    const texts = ['', 'hello', 'wäre 𝄞 € \u0000', 'x'.repeat(200_000)];
    const heard = await page.evaluate(async (texts) => {
      const socket = new WebSocket(`ws://${location.host}/live`);
      await new Promise((resolve) => (socket.onopen = resolve));
      const heard: unknown[] = [];
      for (const text of texts) {
        socket.send(text);
        heard.push(await new Promise((resolve) => (socket.onmessage = ({ data }) => resolve(data))));
      }
      socket.close();
      return heard;
    }, texts);
    expect(heard).toEqual(texts);
  });

  test.each([0, 1, 125, 126, 65_535, 65_536, 4 << 20])('binary: %i octets there and back', async (length) => {
    const [size, differences] = await page.evaluate(async (length) => {
      const socket = new WebSocket(`ws://${location.host}/live`);
      socket.binaryType = 'arraybuffer';
      await new Promise((resolve) => (socket.onopen = resolve));
      const sent = new Uint8Array(length);
      // Noise: what compresses would not be that long on its way.
      for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(sent.subarray(i, i + 65_536));
      socket.send(sent);
      const data = await new Promise<ArrayBuffer>(
        (resolve) => (socket.onmessage = ({ data }) => resolve(data)),
      );
      const back = new Uint8Array(data);
      socket.close();
      return [back.length, sent.filter((octet, i) => octet !== back[i]).length];
    }, length);
    expect([size, differences]).toEqual([length, 0]);
  });

  test('compression', async () => {
    const [extensions, theirs, size] = await page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/live`);
      const next = () => new Promise<string>((resolve) => (socket.onmessage = ({ data }) => resolve(data)));
      await new Promise((resolve) => (socket.onopen = resolve));
      socket.send('extensions?');
      const theirs = await next();
      socket.send('again and '.repeat(400_000));
      const size = (await next()).length;
      socket.close();
      return [socket.extensions, theirs, size] as const;
    });
    expect(extensions).toMatch(/^permessage-deflate/);
    expect([theirs, size]).toEqual([extensions, 4_000_000]);
  });

  test('a subprotocol', async () => {
    const protocol = await page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/live`, ['other', 'chat.v1']);
      await new Promise((resolve) => (socket.onopen = resolve));
      socket.close();
      return socket.protocol;
    });
    expect(protocol).toBe('chat.v1');
  });

  test('a close with a reason, either way', async () => {
    closes.length = 0;
    const ends = await page.evaluate(async () => {
      const end = async (leave: (socket: WebSocket) => void) => {
        const socket = new WebSocket(`ws://${location.host}/live`);
        await new Promise((resolve) => (socket.onopen = resolve));
        const closed = new Promise<CloseEvent>((resolve) => (socket.onclose = resolve));
        leave(socket);
        const { code, reason, wasClean } = await closed;
        return [code, reason, wasClean];
      };
      return [
        await end((socket) => socket.send('goodbye')),
        await end((socket) => socket.close(3999, 'schönen Tag')),
      ];
    });
    expect(ends).toEqual([
      [4321, 'grüß Gott', true],
      [3999, 'schönen Tag', true],
    ]);
    expect(closes).toEqual([
      [4321, 'grüß Gott', 0],
      [3999, 'schönen Tag', 0],
    ]);
  });

  test('a broadcast, and the end of the server', async () => {
    const heard = page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/live?last`);
      const data = await new Promise<string>((resolve) => (socket.onmessage = ({ data }) => resolve(data)));
      const { code, reason } = await new Promise<CloseEvent>((resolve) => (socket.onclose = resolve));
      return [data.length, code, reason];
    });
    const isLast = ({ path }: OwnEndpoint): boolean => path.endsWith('last');
    await expect.poll(() => [...sockets.targets()].some(isLast)).toBe(true);
    sockets.broadcast('b'.repeat(1 << 20), { filter: isLast });
    for (const endpoint of sockets.targets()) if (isLast(endpoint)) endpoint.close(1001, 'restart');
    expect(await heard).toEqual([1 << 20, 1001, 'restart']);
  });

  test.each([
    ['/live?forbidden', 403],
    ['/elsewhere', 404],
  ])('%s is refused with %i', async (path, status) => {
    const failures: string[] = [];
    page.on('console', (message) => failures.push(message.text()));
    const ends = await page.evaluate(async (path) => {
      const socket = new WebSocket(`ws://${location.host}${path}`);
      const { code } = await new Promise<CloseEvent>((resolve) => (socket.onclose = resolve));
      return [code, socket.readyState];
    }, path);
    expect(ends).toEqual([1006, 3]);
    await expect.poll(() => failures.join()).toContain(`Unexpected response code: ${status}`);
  });
});
