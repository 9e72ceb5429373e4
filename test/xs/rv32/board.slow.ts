/**
 * The desk XS on an emulated RV32IMC board, the instruction set of the ESP32-C3: the block of a small device, the natives in the
 * machine code of one, a whole connection, and counts that are the same in every run.
 */
import { dirname, join } from 'node:path';
import { rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { bundle } from '../../support/bundle.ts';
import { library } from '../support/desk.ts';
import { buildImage, runOnBoard } from './board.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const fixture = (name: string): string => path(`fixtures/engine/${name}.js`);

const SMALL = ['--memory', '32768'];
const ROOMY = ['--memory', '4194304', '--stack', '2048'];
const preloads = (modules: Record<string, string>): string[] =>
  Object.entries(modules).flatMap(([name, file]) => ['--preload', `${name}=${file}`]);

const built = await buildImage();
if (built.status === 3) console.warn(`skipped: ${built.stderr.trim()}`);

describe.skipIf(built.status === 3)('the desk XS on an RV32IMC board', () => {
  test('is built', () => {
    expect(built.status, built.stderr).toBe(0);
  });

  describe('natives, in the machine code of a device', () => {
    const made: string[] = [];
    afterAll(() => {
      for (const directory of made) rmSync(directory, { recursive: true });
    });

    test.each(['validate', 'mask', 'proof', 'refuse'])('%s', async (name) => {
      const app = await bundle(path(`natives/${name}.ts`));
      made.push(dirname(app));
      const { status, stdout, stderr } = await runOnBoard([...ROOMY, ...preloads({ app }), 'app']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const { failures, count } = JSON.parse(stdout) as { failures: string[]; count: number };
      expect(failures).toEqual([]);
      expect(count).toBeGreaterThan(100);
    });

    test('cost nothing', async () => {
      const app = await bundle(path('natives/cost.ts'));
      made.push(dirname(app));
      const { stdout } = await runOnBoard([...SMALL, ...preloads({ app }), 'app']);
      expect(JSON.parse(stdout)).toEqual({ state: 6, slots: 0, chunks: 0, collections: 0 });
    });
  });

  describe('memory', () => {
    test('the block is that of the desk', async () => {
      const { stdout } = await runOnBoard([...SMALL, fixture('use-block'), 'slots']);
      const { free, used } = JSON.parse(stdout) as { free: number; used: number };
      expect(used).toBeGreaterThan(0.85 * free);
    });

    test.each([
      ['a full block', 'fill-block', 3, /memory full/],
      ['a stack overflow', 'recurse', 4, /stack overflow: more than 256 slots/],
      ['an exception', 'throw', 1, /uncaught exception: Error: thrown/],
    ])('%s ends the program', async (_, name, expected, message) => {
      const { status, stderr } = await runOnBoard([fixture(name)]);
      expect(stderr).toMatch(message);
      expect(status).toBe(expected);
    });

    test('a write to preloaded memory traps', async () => {
      const app = fixture('native-write');
      const { status, stderr } = await runOnBoard([...preloads({ app }), 'app']);
      expect(stderr).toContain('a write to preloaded (read-only) memory');
      expect(status).toBe(5);
    });
  });

  describe('connections', () => {
    let echo: Server;

    beforeAll(async () => {
      echo = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.pipe(socket);
      });
      await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    });

    afterAll(() => {
      echo.close();
    });

    const countEchoes = (): ReturnType<typeof runOnBoard> => {
      const port = String((echo.address() as AddressInfo).port);
      return runOnBoard([...SMALL, ...preloads({ app: fixture('echo') }), 'app', port, '300']);
    };

    test('echoes cost no slot, no chunk and no collection', async () => {
      const { status, stdout } = await countEchoes();
      expect(JSON.parse(stdout)).toEqual({ slots: 0, chunks: 0, collections: 0, intact: true });
      expect(status).toBe(0);
    });

    test('a WebSocket client echoes in 32 KB', async () => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      const echoed: string[] = [];
      const messages = ['h\u00e4llo', 'x'.repeat(3000)];
      server.on('connection', (peer) => {
        peer.on('message', (data) => {
          echoed.push(String(data));
          if (echoed.length === messages.length) peer.close(1000);
        });
        for (const message of messages) peer.send(message);
      });
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const modules = { ...library, app: join(path('../../dist/xs'), 'echo.js') };
      const args = [...SMALL, '--stack', '512', ...preloads(modules), 'app', '127.0.0.1', String(port), '/'];
      const { status, stderr } = await runOnBoard(args);
      server.close();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(echoed).toEqual(messages);
    });

    test('a listener hands on what connects', async () => {
      let answer: Promise<string> | undefined;
      const app = path('fixtures/engine/listen.js');
      const { status, stdout } = await runOnBoard([...SMALL, ...preloads({ app }), 'app'], (text) => {
        const port = /listening on (\d+)/.exec(text)?.[1];
        if (port === undefined) return;
        answer = new Promise((resolve, reject) => {
          const socket = connect(Number(port), '127.0.0.1', () => socket.write('ping'));
          socket.once('data', (data) => resolve(String(data)));
          socket.once('error', reject);
        });
      });
      expect(stdout).toMatch(/^listening on \d+\nread 4\n$/);
      expect(await answer).toBe('ping');
      expect(status).toBe(0);
    });
  });

  test('counts are the same in every run, to the last instruction', async () => {
    const app = fixture('count');
    const run = (): ReturnType<typeof runOnBoard> =>
      runOnBoard(['--exact', ...SMALL, ...preloads({ app }), 'app']);
    const first = await run();
    const counts = JSON.parse(first.stdout) as { instructions: number; computrons: number };
    expect(counts.instructions).toBeGreaterThan(10 * counts.computrons);
    expect(JSON.parse((await run()).stdout)).toEqual(counts);
  });
});
