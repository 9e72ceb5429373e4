/** What arrives at a server and is no connection yet: bounds in number, time and memory (hostile inputs R4, R5, R6). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServeOptions } from '../../hosts/node/serve.ts';
import { isWholeRecord } from '../../hosts/node/server/greeting.ts';
import { ErrorId } from '../../src/errors.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { RawClient, requestOf } from './support/raw-client.ts';
import { type Target, TestServer } from './support/test-server.ts';

/** No test waits for this; a deadline that is due sooner is told by it not being needed. */
const FAR = 600_000;

/** The first octets of a TLS record. */
const TLS = '\x16\x03\x01\x00\xc8';

let certificates: Certificates;
let running: TestServer | undefined;

beforeAll(async () => {
  certificates = await makeCertificates();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  vi.restoreAllMocks();
});

async function start(options: Partial<ServeOptions<Target>> = {}): Promise<TestServer> {
  running = await TestServer.start({ handshakeTimeout: FAR, closeTimeout: FAR, ...options });
  return running;
}

const secured = (): Partial<ServeOptions<Target>> => ({ tls: certificates.good });

test('of a connection nothing is made before its request is accepted', async () => {
  const test = await start();
  const clients = Array.from({ length: 20 }, () => test.client());
  await expect.poll(() => test.server.handshakes).toBe(20);
  expect([test.targets.length, test.server.connections]).toEqual([0, 0]);
  for (const client of clients) client.send(requestOf().slice(0, -1));
  await delay(30);
  expect(test.targets.length).toBe(0);
  clients[7].send('\n');
  await expect.poll(() => clients[7].status).toBe(101);
  expect(test.targets.map(({ events }) => events)).toEqual([['open']]);
  expect([test.server.handshakes, test.server.connections]).toEqual([19, 1]);
});

describe('the deadline of the handshake counts from the accept', () => {
  test.each([
    ['silence', false, ''],
    ['half a request', false, 'GET / HT'],
    ['silence where TLS is spoken', true, ''],
    ['half a greeting where TLS is spoken', true, TLS],
  ])('%s', async (_name, isSecure, octets) => {
    const test = await start({ handshakeTimeout: 150, ...(isSecure && secured()) });
    const client = test.client(false).send(octets);
    await expect.poll(() => client.hasEnded || client.isClosed).toBe(true);
    expect(test.refusals).toMatchObject([{ error: ErrorId.handshakeTimeout, status: 0 }]);
    expect([test.server.handshakes, test.server.connections, client.received]).toEqual([0, 0, '']);
  });

  test('an octet now and then does not move it', async () => {
    const test = await start({ handshakeTimeout: 300 });
    const client = test.client();
    let sent = 0;
    while (!client.hasEnded && !client.isClosed && sent < 1000) {
      client.send('G');
      sent += 1;
      await delay(20);
    }
    expect(sent).toBeLessThan(1000);
    expect(test.refusals).toMatchObject([{ error: ErrorId.handshakeTimeout }]);
  });

  test('TLS that is done does not move it', async () => {
    const test = await start({ handshakeTimeout: 400, ...secured() });
    const client = test.client();
    await new Promise((resolve) => client.socket.once('secureConnect', resolve));
    await expect.poll(() => client.hasEnded || client.isClosed).toBe(true);
    expect(test.refusals).toMatchObject([{ error: ErrorId.handshakeTimeout }]);
  });

  test('none at all', async () => {
    const test = await start({ handshakeTimeout: 0 });
    const client = test.client();
    await delay(100);
    client.send(requestOf());
    await expect.poll(() => client.status).toBe(101);
  });
});

describe('a client that leaves before its request is accepted is released at once', () => {
  const leaves: [string, (client: TestServer['clients'][0]) => void][] = [
    ['FIN', ({ socket }) => socket.end()],
    ['reset', ({ socket }) => socket.resetAndDestroy()],
  ];
  for (const [how, leave] of leaves) {
    test.each([
      ['nothing', false, '', 0],
      ['nothing, late', false, '', 50],
      ['half a request', false, 'GET / HT', 0],
      ['half a request, late', false, 'GET / HT', 50],
      ['nothing of TLS', true, '', 0],
      ['nothing of TLS, late', true, '', 50],
      ['half a greeting', true, TLS, 0],
      ['half a greeting, late', true, TLS, 50],
    ])(`${how} after %s`, async (_name, isSecure, octets, late) => {
      const test = await start(isSecure ? secured() : {});
      const client = test.client(false);
      if (octets !== '') client.send(octets);
      await expect.poll(() => test.server.handshakes).toBe(1);
      await delay(late);
      leave(client);
      await expect.poll(() => test.server.handshakes).toBe(0);
      await expect.poll(() => client.isClosed).toBe(true);
      expect([test.refusals.length, test.targets.length, test.errors]).toEqual([1, 0, []]);
    });
  }
});

test('what is no TLS where TLS is spoken is let go', async () => {
  const test = await start(secured());
  const client = test.client(false).send('GET / HTTP/1.1\r\n\r\n');
  await expect.poll(() => client.hasEnded || client.isClosed).toBe(true);
  await expect.poll(() => test.server.handshakes).toBe(0);
  expect(test.refusals).toMatchObject([{ error: ErrorId.tlsFailed, status: 0 }]);
});

test('a connection over TLS opens, with octets behind its request', async () => {
  const test = await start(secured());
  const client = test.client().send(requestOf() + '\x82\x81\0\0\0\0!');
  await expect.poll(() => client.status).toBe(101);
  await expect.poll(() => test.targets[0]?.events).toEqual(['open', 'data !']);
});

test('a greeting of TLS that comes octet by octet is waited for', async () => {
  const test = await start(secured());
  // Between them, a proxy that has all the time.
  const proxy = createServer((near) => {
    const far = test.client(false).socket.setNoDelay(true);
    far.pipe(near);
    near.on('error', () => {});
    near.on('data', (data: Buffer) => {
      for (const octet of data.subarray(0, 20)) far.write(Buffer.of(octet));
      setImmediate(() => far.write(data.subarray(20)));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const client = new RawClient((proxy.address() as AddressInfo).port, true).send(requestOf());
  await expect.poll(() => client.status).toBe(101);
  client.socket.destroy();
  proxy.close();
});

test.each([
  [[22], false],
  [[22, 3, 1, 0], false],
  [[22, 3, 1, 0, 2, 9], false],
  [[22, 3, 1, 0, 2, 9, 9], true],
  [[22, 3, 1, 0x40, 0], false],
  [[22, 3, 1, 0x40, 1], true],
  [[71], true],
])('the octets %j of TLS are waited for no longer: %s', (octets, isWhole) =>
  expect(isWholeRecord(Uint8Array.from(octets))).toBe(isWhole),
);

describe('maxConnections', () => {
  test('one more is answered with 503, until one has gone', async () => {
    const test = await start({ maxConnections: 2 });
    // Silent sockets are no connections.
    for (let i = 0; i < 5; i++) test.client();
    const [a, b] = [test.client().send(requestOf()), test.client().send(requestOf())];
    await expect.poll(() => [a.status, b.status]).toEqual([101, 101]);
    const c = test.client().send(requestOf());
    await expect.poll(() => c.hasEnded).toBe(true);
    expect(c.received).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(test.refusals).toMatchObject([{ error: ErrorId.requestRefused, status: 503 }]);
    expect(test.targets.length).toBe(2);
    a.socket.destroy();
    await expect.poll(() => test.server.connections).toBe(1);
    const d = test.client().send(requestOf());
    await expect.poll(() => d.status).toBe(101);
  });

  test('holds where hooks are awaited meanwhile', async () => {
    const answers: (() => void)[] = [];
    const test = await start({
      maxConnections: 1,
      onRequest: () => new Promise<void>((resolve) => answers.push(resolve)),
    });
    const clients = [test.client().send(requestOf()), test.client().send(requestOf())];
    await expect.poll(() => answers.length).toBe(2);
    for (const answer of answers) answer();
    await expect.poll(() => clients.map(({ status }) => status).sort()).toEqual([101, 503]);
    expect(test.targets.length).toBe(1);
  });
});

describe('maxHandshakes', () => {
  test('the oldest silent one has to go, then the oldest that is asking', async () => {
    const test = await start({ maxHandshakes: 3 });
    const asking = test.client().send('GET');
    await expect.poll(() => test.server.handshakes).toBe(1);
    const silent = test.client();
    await expect.poll(() => test.server.handshakes).toBe(2);
    const other = test.client().send('GET');
    await expect.poll(() => test.server.handshakes).toBe(3);
    const served = test.client().send(requestOf());
    await expect.poll(() => [silent.status, served.status]).toEqual([503, 101]);
    expect([asking.hasEnded, other.hasEnded]).toEqual([false, false]);
    await expect.poll(() => test.server.handshakes).toBe(2);
    const third = test.client().send('GET');
    await expect.poll(() => test.server.handshakes).toBe(3);
    const last = test.client().send(requestOf());
    await expect.poll(() => [asking.status, last.status]).toEqual([503, 101]);
    expect([other.hasEnded, third.hasEnded]).toEqual([false, false]);
  });

  test('when hooks are awaited for all of them, the new one', async () => {
    const test = await start({ maxHandshakes: 2, onRequest: () => new Promise<void>(() => {}) });
    test.client().send(requestOf());
    test.client().send(requestOf());
    await expect.poll(() => test.server.handshakes).toBe(2);
    await delay(30);
    const third = test.client();
    await expect.poll(() => third.status).toBe(503);
    expect(test.refusals.length).toBe(1);
  });

  test('refused clients that do not leave are the first to go', async () => {
    const test = await start({ maxHandshakes: 2 });
    const silent = test.client();
    await expect.poll(() => test.server.handshakes).toBe(1);
    const refused = test.client().send('POST / HTTP/1.1\r\n');
    await expect.poll(() => refused.hasEnded).toBe(true);
    const served = test.client().send(requestOf());
    await expect.poll(() => served.status).toBe(101);
    await expect.poll(() => test.server.handshakes).toBe(1);
    expect([silent.hasEnded, silent.isClosed]).toEqual([false, false]);
  });

  test('hundreds of silent sockets keep nobody out', async () => {
    const test = await start({ maxHandshakes: 50 });
    for (let i = 0; i < 300; i++) test.client();
    await expect.poll(() => test.refusals.length).toBe(250);
    expect(test.server.handshakes).toBeLessThanOrEqual(51);
    const served = test.client().send(requestOf());
    await expect.poll(() => served.status).toBe(101);
  });

  test('silent sockets where TLS is spoken are dropped without a word', async () => {
    const test = await start({ maxHandshakes: 1, ...secured() });
    const silent = test.client(false);
    await expect.poll(() => test.server.handshakes).toBe(1);
    const served = test.client().send(requestOf());
    await expect.poll(() => [served.status, silent.hasEnded || silent.isClosed]).toEqual([101, true]);
    expect(silent.received).toBe('');
  });
});

describe('a refused client', () => {
  test('gets the answer although it goes on sending, and is dropped when it does not leave', async () => {
    const test = await start({ closeTimeout: 150 });
    const client = test.client().send('POST / HTTP/1.1\r\n' + 'x'.repeat(1_000_000));
    await expect.poll(() => client.hasEnded).toBe(true);
    expect([client.status, client.errorCode]).toEqual([405, undefined]);
    await expect.poll(() => test.server.handshakes).toBe(0);
  });

  test('is told of, once, with its address', async () => {
    const test = await start();
    const client = test.client().send('POST / HTTP/1.1\r\n');
    await expect.poll(() => client.hasEnded).toBe(true);
    client.socket.destroy();
    await expect.poll(() => test.server.handshakes).toBe(0);
    expect(test.refusals).toEqual([{ error: ErrorId.requestMethod, status: 405, address: '127.0.0.1' }]);
  });

  test.each([true, false])(
    'malformed extensions, compression %s: before a connection is made',
    async (speaks) => {
      const { permessageDeflate } = await import('../../src/deflate/permessage-deflate.ts');
      const test = await start(speaks ? { compression: permessageDeflate() } : {});
      const client = test.client().send(requestOf('Sec-WebSocket-Extensions: permessage-deflate;;'));
      await expect.poll(() => client.status).toBe(400);
      expect([test.refusals[0].error, test.targets.length]).toEqual([ErrorId.extensionInvalid, 0]);
    },
  );
});

describe('heads on Node', () => {
  test('of 16 KB are accepted, and one octet more is not', async () => {
    const seen: number[] = [];
    const test = await start({
      requestHeaders: ['Cookie'],
      onRequest: ({ headers }) => void seen.push(headers.get('cookie')!.length),
    });
    const rest = requestOf('X: ', 'Cookie: ').length;
    for (const [more, status] of [
      [0, 101],
      [1, 431],
    ]) {
      const cookie = 'c'.repeat(12_000);
      const other = 'x'.repeat(16_384 - rest - cookie.length + more);
      const client = test.client().send(requestOf(`X: ${other}`, `Cookie: ${cookie}`));
      await expect.poll(() => client.status).toBe(status);
    }
    expect(seen).toEqual([12_000]);
  });

  test('are as long as maxHeadSize says', async () => {
    const test = await start({ maxHeadSize: requestOf().length });
    const [fits, longer] = [test.client().send(requestOf()), test.client().send(requestOf('X:'))];
    await expect.poll(() => [fits.status, longer.status]).toEqual([101, 431]);
  });
});

test('a process with few descriptors serves others while silent sockets come', async () => {
  // The command as it is built: to build it would take more of them.
  const cli = new URL('../../dist/cli.js', import.meta.url).href;
  const script = `import { main } from '${cli}'; await main(['node', 'ringlet', 'serve', '--port', '0']);`;
  const command = 'ulimit -n 80; exec "$0" --input-type=module --eval "$1"';
  const child = spawn('sh', ['-c', command, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const clients: RawClient[] = [];
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(/:(\d+)\n/.exec(String(line))![1]);
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 20; j++) clients.push(new RawClient(port));
      await expect.poll(() => clients.every(({ socket }) => !socket.connecting)).toBe(true);
    }
    const served = new RawClient(port).send(requestOf());
    clients.push(served);
    await expect.poll(() => served.status).toBe(101);
  } finally {
    for (const { socket } of clients) socket.destroy();
    child.kill();
  }
});

describe('when connections cannot be accepted', () => {
  const failure = (code: string): Error =>
    Object.assign(new Error(`accept ${code}`), { code, syscall: 'accept' });

  /** The listening socket of the server that starts. */
  function listening(): Server[] {
    const servers: Server[] = [];
    const listen = Server.prototype.listen;
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
      servers.push(this);
      return Reflect.apply(listen, this, args) as Server;
    });
    return servers;
  }

  test('it is said once for each kind, the oldest silent one makes room, and all goes on', async () => {
    const servers = listening();
    const test = await start();
    const silent = test.client();
    await expect.poll(() => test.server.handshakes).toBe(1);
    for (const code of ['EMFILE', 'EMFILE', 'ENFILE', 'EMFILE', 'ENFILE'])
      servers[0].emit('error', failure(code));
    expect(test.errors).toMatchObject([{ code: 'EMFILE' }, { code: 'ENFILE' }]);
    await expect.poll(() => silent.status).toBe(503);
    const client = test.client().send(requestOf());
    await expect.poll(() => client.status).toBe(101);
  });

  test('without onError the process is warned', async () => {
    const servers = listening();
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await start({ onError: undefined });
    servers[0].emit('error', failure('EMFILE'));
    servers[0].emit('error', failure('EMFILE'));
    expect(warn.mock.calls).toEqual([['connections cannot be accepted: accept EMFILE', 'RingletWarning']]);
  });
});
