/** The guide for devices: its program is the one that `npm run moddable:check` builds, and does what it says on the desk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { snippetsOf } from '../docs/support/markdown.ts';
import { isMissing, library, runInDesk } from '../xs/support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const read = (relative: string): string => readFileSync(path(relative), 'utf8');
const blocks = snippetsOf('docs/device.md', path('docs/device.md'));

/** The first block of code of a language in the guide. */
const blockOf = (language: string): string => blocks.find((block) => block.language === language)!.code;

test('the program and its manifest are those that are built', () => {
  expect(blocks.find(({ words }) => words.includes('device'))!.code).toBe(
    read('test/moddable/snippet/main.js'),
  );
  const there = read('test/moddable/snippet/manifest.json').replace('../../..', './node_modules/ringlet');
  expect(JSON.parse(blockOf('json'))).toEqual(JSON.parse(there));
});

describe.skipIf(isMissing)('on the desk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-guide-'));
  const fixture = (name: string): string => path(`test/xs/fixtures/apps/${name}.js`);
  let server: WebSocketServer;

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (peer) =>
      peer.once('message', (data, isBinary) => {
        peer.send(`${isBinary ? 'binary' : 'text'}: ${String(data)}`);
        peer.close(1000);
      }),
    );
    await new Promise((resolve) => server.once('listening', resolve));
  });

  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  /** Runs an app with what a device has, under the names that the manifests give. */
  async function run(app: string, modules: Record<string, string> = {}): Promise<string> {
    const config = join(directory, 'config.js');
    const { port } = server.address() as AddressInfo;
    writeFileSync(config, `export default Object.freeze({ host: 'localhost', port: '${port}' });`);
    const outcome = await runInDesk({
      modules: {
        ...library,
        'mc/config': config,
        system: fixture('system'),
        'embedded:io/socket/udp': fixture('udp'),
        'ringlet/ws': path('dist/moddable/ws.js'),
        ...modules,
        app,
      },
    });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    return outcome.stdout;
  }

  test('the program sends its text and prints the answer', async () => {
    expect(await run(path('test/moddable/snippet/main.js'))).toBe(
      'text: {"temperature":21.5}\nclosed with 1000\n',
    );
  });

  test('the defaults for wss connect, with nodelay where the TLS socket hands it on', async () => {
    const said = await run(fixture('wss'), {
      'embedded:io/socket/tcp/tls': fixture('tls'),
      'ringlet/wss': path('dist/moddable/wss.js'),
    });
    expect(said).toBe('443 by default\nTLS to localhost, nodelay true\nopen\nclosed 1000\n');
  });
});
