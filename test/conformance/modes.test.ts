import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import {
  runFuzzingClient,
  startFuzzingServer,
  type FuzzingServer,
  type FuzzingServerOptions,
  type Progress,
} from '../../hosts/node/conformance/index.ts';
import { ask, startWsServer, wsClient } from './echo-peers.ts';

const cleaners: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaners.splice(0)) await clean();
});

async function lab(options: FuzzingServerOptions): Promise<FuzzingServer> {
  const server = await startFuzzingServer({ port: 0, ...options });
  cleaners.push(() => server.close());
  return server;
}

async function echoServer(options = {}): Promise<string> {
  const server = await startWsServer(options);
  cleaners.push(() => server.close());
  return server.url;
}

/** A TCP server that treats each connection as it is told. */
async function tcpServer(treat: (socket: Socket) => void): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    treat(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  cleaners.push(close);
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** What a server sends back for octets that are no WebSocket client's. */
const talk = (port: number, request: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (octets) => (answer += octets));
    socket.on('close', () => resolve(answer));
  });

const upgrade = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

describe('the fuzzing server', () => {
  test('tells how many cases there are, runs them, and tells the verdict', async () => {
    const steps: Progress[] = [];
    const server = await lab({ cases: ['1.1.1', '6.22.19'], onProgress: (step) => steps.push(step) });
    expect(await ask(`${server.url}/getCaseCount`)).toBe(2);
    expect(await ask(`${server.url}/getCaseInfo?case=2`)).toMatchObject({ id: '6.22.19' });
    await wsClient()(`${server.url}/runCase?case=1&agent=a`);
    await wsClient()(`${server.url}/runCase?casetuple=6.22.19&agent=a`);
    expect(await ask(`${server.url}/getCaseStatus?case=1&agent=a`)).toEqual({ behavior: 'OK' });
    expect(await ask(`${server.url}/getCaseStatus?casetuple=6.22.19&agent=a`)).toEqual({ behavior: 'OK' });
    expect(await ask(`${server.url}/updateReports?agent=a`)).toBeNull();
    expect(steps.map(({ id, number, total, result }) => [id, number, total, result?.behavior])).toEqual([
      ['1.1.1', 1, 2, undefined],
      ['1.1.1', 1, 2, 'OK'],
      ['6.22.19', 2, 2, undefined],
      ['6.22.19', 2, 2, 'OK'],
    ]);
  });

  test('keeps a question for a verdict until there is one', async () => {
    const server = await lab({ cases: ['2.1'] });
    const verdict = ask(`${server.url}/getCaseStatus?case=1&agent=later`);
    await wsClient()(`${server.url}/runCase?case=1&agent=later`);
    expect(await verdict).toEqual({ behavior: 'OK' });
  });

  test('spells Upgrade: WebSocket in its answer', async () => {
    const server = await lab({ cases: ['7.3.1'] });
    const answer = await talk(server.port, upgrade('/getCaseCount'));
    expect(answer).toContain('HTTP/1.1 101 Switching Protocols\r\n');
    expect(answer).toContain('\r\nUpgrade: WebSocket\r\n');
    expect(answer).toContain('\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
  });

  test.each([
    ['/runCase?case=99&agent=a', '404', 'NO_SUCH_CASE'],
    ['/runCase?casetuple=9.9.9&agent=a', '404', 'NO_SUCH_CASE'],
    ['/runCase?agent=a', '400', 'BAD_URL'],
    ['/runCase?case=1', '400', 'BAD_URL'],
    ['/elsewhere', '400', 'BAD_URL'],
  ])('refuses %s with a readable answer', async (target, status, code) => {
    const server = await lab({ cases: ['1.1.1'] });
    const [head, body] = (await talk(server.port, upgrade(target))).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(body!)).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/) } });
  });

  test('judges a client whose request is wrong', async () => {
    const server = await lab({ cases: ['1.1.1'] });
    await talk(server.port, upgrade('/runCase?case=1&agent=old').replace('Version: 13', 'Version: 8'));
    expect(server.store.find('old', '1.1.1')).toMatchObject({ behavior: 'FAILED', behaviorClose: 'FAILED' });
    expect(server.store.find('old', '1.1.1')?.result).toContain('version 8 instead of 13');
  });

  test('judges a client that is killed in the middle of a case', async () => {
    const server = await lab({ cases: ['5.19'] });
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.write(upgrade('/runCase?case=1&agent=killed')),
      );
      socket.once('data', () => socket.destroy());
      socket.on('close', () => resolve());
    });
    await expect.poll(() => server.store.find('killed', '5.19')?.behavior).toBe('FAILED');
    expect(server.store.find('killed', '5.19')?.wasNotCleanReason).toMatch(/TCP connection/);
  });

  test('speaks wss', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const server = await lab({ cases: ['1.1.8', '2.6'], tls: { cert, key } });
    expect(server.url).toMatch(/^wss:/);
    for (const number of [1, 2]) {
      await wsClient({ rejectUnauthorized: false })(`${server.url}/runCase?case=${number}&agent=tls`);
    }
    expect(server.store.resultsOf('tls').map(({ behavior }) => behavior)).toEqual(['OK', 'OK']);
  });

  test('says that a port is in use', async () => {
    const { port } = await lab({ cases: ['1.1.1'] });
    await expect(startFuzzingServer({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Cannot listen on 127.0.0.1:${port}: the port is in use.`,
    });
  });

  test('says that a certificate is of no use', async () => {
    await expect(startFuzzingServer({ port: 0, tls: { cert: 'a', key: 'b' } })).rejects.toMatchObject({
      code: 'BAD_OPTION',
    });
  });
});

describe('the fuzzing client', () => {
  test('takes the name of the peer from the Server field, or from the caller', async () => {
    const url = await echoServer();
    expect((await runFuzzingClient({ url, cases: ['1.1.1'] })).agent).toBe(new URL(url).host);
    expect((await runFuzzingClient({ url, cases: ['1.1.1'], agent: 'me' })).results[0]?.agent).toBe('me');
  });

  test('runs over wss, with a certificate that it is told to trust', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const https = createHttpsServer({ cert, key });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    cleaners.push(() => https.close());
    const url = await echoServer({ server: https, port: undefined, host: undefined });
    const trusting = await runFuzzingClient({ url, cases: ['1.1.1', '9.5.6'], tls: { ca: cert } });
    expect(trusting.results.map(({ behavior }) => behavior)).toEqual(['OK', 'OK']);
    const careless = await runFuzzingClient({ url, cases: ['1.1.1'], tls: { insecure: true } });
    expect(careless.results[0]?.behavior).toBe('OK');
    await expect(runFuzzingClient({ url, cases: ['1.1.1'], patience: 0 })).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE',
    });
  });

  test('negotiates compression and exchanges a lowered number of messages', async () => {
    const url = await echoServer({ perMessageDeflate: { threshold: 0 } });
    const { results } = await runFuzzingClient({ url, cases: ['12.*', '13.*'], sizes: 1, messages: 5 });
    expect(results.map(({ id, behavior }) => `${id} ${behavior}`)).toHaveLength(12);
    expect(new Set(results.map(({ behavior }) => behavior))).toEqual(new Set(['OK']));
    expect(results[0]?.trafficStats).toMatchObject({
      outgoingWebSocketMessages: 5,
      incomingWebSocketMessages: 5,
    });
  });

  test('finds compression UNIMPLEMENTED where it is not offered or not agreed', async () => {
    const url = await echoServer();
    const { results } = await runFuzzingClient({ url, cases: ['12.1.1'] });
    expect(results[0]).toMatchObject({ behavior: 'UNIMPLEMENTED', behaviorClose: 'OK' });
  });

  test('says that a server cannot be reached', async () => {
    const url = 'ws://127.0.0.1:1';
    await expect(runFuzzingClient({ url, patience: 0 })).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
  });

  test('keeps what was judged before the server was lost', async () => {
    const { url, close } = await startWsServer();
    const run = await runFuzzingClient({
      url,
      cases: ['1.1.1', '1.1.2', '1.1.3'],
      patience: 0,
      onProgress: ({ number, result }) => void (number === 1 && result && close()),
    });
    expect(run.results.map(({ id }) => id)).toEqual(['1.1.1']);
    expect(run.stopped).toMatchObject({ code: 'PEER_LOST' });
  });

  test('judges a server that takes connections and says nothing, and soon gives up', async () => {
    const { url } = await tcpServer(() => undefined);
    const run = await runFuzzingClient({ url, cases: ['1.*'], deadlines: { openHandshake: 0.1 } });
    expect(
      run.results.map(({ behavior, wasOpenHandshakeTimeout }) => [behavior, wasOpenHandshakeTimeout]),
    ).toEqual([
      ['FAILED', true],
      ['FAILED', true],
      ['FAILED', true],
    ]);
    expect(run.stopped).toMatchObject({ code: 'PEER_SILENT' });
  });

  test('judges a server that ends the connection in the middle', async () => {
    const { url } = await tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 101 Sw')));
    const { results } = await runFuzzingClient({ url, cases: ['1.1.1'] });
    expect(results[0]).toMatchObject({ behavior: 'FAILED', behaviorClose: 'FAILED', wasClean: false });
  });

  test('stops when it is told to', async () => {
    const url = await echoServer();
    const controller = new AbortController();
    const run = await runFuzzingClient({
      url,
      cases: ['1.1.1', '5.19', '5.20'],
      signal: controller.signal,
      onProgress: ({ id, result }) =>
        void (id === '5.19' && !result && setTimeout(() => controller.abort(), 50)),
    });
    expect(run.results.map(({ id }) => id)).toEqual(['1.1.1']);
    expect(run.stopped).toBeNull();
  });

  test.each([
    ['http://localhost', 'BAD_URL'],
    ['nonsense', 'BAD_URL'],
  ])('refuses the address %s', async (url, code) => {
    await expect(runFuzzingClient({ url })).rejects.toMatchObject({ code });
  });

  test.each([
    [{ cases: ['six'] }, 'BAD_PATTERN'],
    [{ cases: ['8.*'] }, 'NO_SUCH_CASE'],
    [{ cases: ['1.1.1'], exclude: ['1.*'] }, 'NO_CASES'],
    [{ messages: 0 }, 'BAD_OPTION'],
    [{ sizes: 0 }, 'BAD_OPTION'],
  ])('refuses %j', async (options, code) => {
    await expect(runFuzzingClient({ url: 'ws://127.0.0.1:1', ...options })).rejects.toMatchObject({ code });
  });
});
