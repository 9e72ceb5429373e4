/** A server that has no descriptor left for those who connect says so once, and goes on (hostile inputs R6): real limits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { RawClient, requestOf } from './support/raw-client.ts';

/** As it is built: to build it would take descriptors. */
const built = (name: string): string => new URL(`../../dist/${name}.js`, import.meta.url).href;

const COMMAND = `import { main } from '${built('cli')}'; await main(['node', 'ringlet', 'serve', '--quiet', '--port', '0']);`;

/** Takes all descriptors when the first connection is open, and gives them back on SIGUSR2. */
const HUNGRY = `
  import { closeSync, openSync } from 'node:fs';
  import { serve } from '${built('node')}';
  const files = [];
  const eat = () => { try { for (;;) files.push(openSync('/dev/null', 'r')); } catch {} };
  process.on('SIGUSR2', () => { for (const file of files.splice(0)) closeSync(file); });
  const server = await serve({
    events: { onOpen: eat },
    onError: ({ code, message }) => console.error(code, message),
  });
  console.log(':' + server.port);
`;

class Limited {
  readonly child: ChildProcess;
  readonly clients: RawClient[] = [];
  port = 0;
  said = '';

  constructor(script: string, descriptors: number) {
    const command = `ulimit -n ${descriptors}; exec "$0" --input-type=module --eval "$1"`;
    this.child = spawn('sh', ['-c', command, process.execPath, script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr!.on('data', (data: Buffer) => (this.said += String(data)));
  }

  async listening(): Promise<void> {
    const [line] = (await once(this.child.stdout!, 'data')) as [Buffer];
    this.port = Number(/:(\d+)\n/.exec(String(line))![1]);
  }

  client(): RawClient {
    const client = new RawClient(this.port).send(requestOf());
    this.clients.push(client);
    return client;
  }

  leave(): void {
    for (const { socket } of this.clients.splice(0)) socket.destroy();
  }

  /** Lines that say it. */
  get complaints(): number {
    return this.said.split('\n').filter((line) => line.includes('EMFILE')).length;
  }
}

let limited: Limited;
afterEach(() => {
  limited.leave();
  limited.child.kill();
});

async function start(script: string, descriptors: number): Promise<Limited> {
  limited = new Limited(script, descriptors);
  await limited.listening();
  return limited;
}

/** It was answered, or is let go, be it by FIN or by a reset. */
const isOver = ({ status, hasEnded, isClosed }: RawClient): boolean => status !== 0 || hasEnded || isClosed;

/** So many come, ten at a time: a hundred at once would be turned away as too many handshakes, and no descriptor be wanting. */
async function come(count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i += 10) {
    clients.push(...Array.from({ length: 10 }, () => limited.client()));
    await expect.poll(() => clients.every(isOver)).toBe(true);
  }
  return clients;
}

/** One more comes, and is served. */
async function expectServed(): Promise<void> {
  await expect
    .poll(
      async () => {
        const client = limited.client();
        await expect.poll(() => isOver(client)).toBe(true);
        return client.status;
      },
      { timeout: 5000, interval: 100 },
    )
    .toBe(101);
}

describe.skipIf(process.platform === 'win32')('the process may open few files', () => {
  test('ringlet serve: connections take all of them, and leave', async () => {
    await start(COMMAND, 60);
    const clients = await come(100);
    const served = clients.filter(({ status }) => status === 101).length;
    expect(served).toBeGreaterThan(10);
    expect(served).toBeLessThan(60);
    await expect.poll(() => limited.complaints).toBe(1);
    expect(limited.said).toContain('as many files and sockets open as it may');
    limited.leave();
    await expectServed();
    // The second time is not said again.
    await come(100);
    expect([limited.complaints, limited.child.exitCode]).toEqual([1, null]);
  });

  test('serve: the application takes all of them', async () => {
    await start(HUNGRY, 60);
    expect((await once(limited.client().socket, 'connect')).length).toBe(0);
    await expect.poll(() => limited.complaints, { timeout: 5000 }).toBe(1);
    const locked = limited.client();
    await expect.poll(() => isOver(locked)).toBe(true);
    expect(locked.status).toBe(0);
    limited.child.kill('SIGUSR2');
    await expectServed();
  });
});
