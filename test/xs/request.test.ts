/** The request that a device's bundle sends, as another program reads it: Node's HTTP parser. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { nodeProof } from '../../hosts/node/proof.ts';
import { isMissing, library, runInDesk } from './support/desk.ts';

const app = fileURLToPath(new URL('fixtures/apps/request.js', import.meta.url));

test.skipIf(isMissing).each([
  { headers: [], host: undefined },
  { headers: [['X-Bay', 'seven']], host: undefined },
  { headers: [['Host', 'gateway.example:8080']], host: 'gateway.example:8080' },
])('names its host, with $headers', async ({ headers, host }) => {
  const server = createServer();
  const heads: { url?: string | undefined; headers: string[] }[] = [];
  server.on('upgrade', ({ url, rawHeaders, headers: { 'sec-websocket-key': key } }, socket) => {
    heads.push({ url, headers: rawHeaders });
    socket.on('error', () => {});
    socket.end(
      `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: outbox.ringlet\r\n` +
        `Sec-WebSocket-Accept: ${nodeProof.acceptOf(key!)}\r\n\r\n`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { stdout, stderr } = await runInDesk({
    modules: { ...library, app },
    args: [String(port), JSON.stringify(headers)],
  });
  expect([stdout.trim(), stderr]).toEqual(['open', '']);
  expect(heads).toHaveLength(1);
  const named = new Map<string, string>();
  for (let i = 0; i < heads[0].headers.length; i += 2) {
    const name = heads[0].headers[i].toLowerCase();
    expect(named.has(name)).toBe(false);
    named.set(name, heads[0].headers[i + 1]);
  }
  expect(heads[0].url).toBe('/bay/7?rate=1');
  expect(Object.fromEntries(named)).toEqual({
    host: host ?? `127.0.0.1:${port}`,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/) as string,
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'telemetry.ringlet, outbox.ringlet',
    ...(headers[0]?.[0] === 'X-Bay' ? { 'x-bay': 'seven' } : {}),
  });
});
