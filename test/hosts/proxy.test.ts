/** Connections through proxies: by option and by environment, with a password, in TLS, and what goes wrong. */
import { execFile } from 'node:child_process';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectPeer, type ConnectPeerOptions } from '../../hosts/node/messages.ts';
import { isExempt } from '../../hosts/node/proxy/no-proxy.ts';
import { proxyOf, type ProxyOption } from '../../hosts/node/proxy/proxy-option.ts';
import { Uplink } from '../../hosts/node/uplink.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { type ConnectionError, ErrorId } from '../../src/errors.ts';
import { serve } from '../websocket/servers.ts';
import { makeCertificates, type Certificates } from './support/certificates.ts';
import { until } from './support/loopback.ts';
import { startProxy } from './support/proxy-server.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

afterEach(() => vi.unstubAllEnvs());

/** Names nobody has: whoever does not ask the proxy finds no such host. */
const HOST = 'inside.invalid';

const via = (url: string): string => `ws://${HOST}:${new URL(url).port}/path?query`;

/** An echo of one message through whatever `options` say. */
function echo(url: string, options: ConnectPeerOptions): Promise<string | ConnectionError> {
  return new Promise((resolve) => {
    connectPeer(
      url,
      {
        onOpen: (peer) => void peer.sendText('hello'),
        onMessage: (peer, data) => {
          resolve(data as string);
          peer.close();
        },
        onClose: ({ endpoint }, _code, _reason, error) => {
          if (error !== 0) resolve(endpoint.failure(error));
        },
      },
      options,
    );
  });
}

async function serveSecurely(): Promise<number> {
  const web = createHttpsServer(certificates.good);
  const server = new WebSocketServer({ server: web });
  server.on('connection', (peer) => peer.on('message', (data) => peer.send(String(data))));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    web.close();
  });
  return (web.address() as AddressInfo).port;
}

describe('a proxy that an option names', () => {
  test('carries ws, which it resolves the name of', async () => {
    const url = await serve();
    const proxy = await startProxy();
    expect(await echo(via(url), { proxy: `http://127.0.0.1:${proxy.port}` })).toBe('hello');
    expect(proxy.asked).toEqual([`${HOST}:${new URL(url).port}`]);
    expect(proxy.headers).not.toHaveProperty('proxy-authorization');
  });

  test.each([
    ['is let in by the user name and password of its URL', 'us%40er:pa%3Ass%'],
    ['is not in need of a password for every user', 'solo:'],
  ])('%s', async (_what, userinfo) => {
    const url = await serve();
    const proxy = await startProxy({ credentials: decodeURIComponent(userinfo.replace(/%$/, '%25')) });
    expect(await echo(via(url), { proxy: `http://${userinfo}@127.0.0.1:${proxy.port}/` })).toBe('hello');
  });

  test.each([
    ['with another password', 'user:other@'],
    ['without one', ''],
  ])('says so when it refuses a client %s', async (_how, userinfo) => {
    const proxy = await startProxy({ credentials: 'user:password' });
    const error = (await echo('ws://inside.invalid/', {
      proxy: `http://${userinfo}127.0.0.1:${proxy.port}`,
    })) as ConnectionError;
    expect(error.id).toBe(ErrorId.proxyUnauthorized);
    expect(error.message).toMatch(
      /^the proxy wants a user name and password.*407 Proxy Authentication Required\)$/,
    );
    expect(error.message).not.toContain('other');
    expect(error.cause).toMatchObject({ statusCode: 407 });
    await until(() => proxy.open.size === 0, 'the socket to the proxy is gone');
  });

  test('carries wss: TLS inside, for the name that is asked for', async () => {
    const port = await serveSecurely();
    const proxy = await startProxy();
    const options = { proxy: `127.0.0.1:${proxy.port}`, tls: { ca: certificates.ca.cert } };
    expect(await echo(`wss://localhost:${port}/`, options)).toBe('hello');
    const error = (await echo(`wss://${HOST}:${port}/`, options)) as ConnectionError;
    expect(error.id).toBe(ErrorId.certificateHost);
  });

  test('fails the connection, and nothing else, for a certificate that is none', async () => {
    const proxy = await startProxy();
    const port = await serveSecurely();
    const error = (await echo(`wss://localhost:${port}/`, {
      proxy: `127.0.0.1:${proxy.port}`,
      tls: { cert: 'no certificate', key: certificates.good.key },
    })) as ConnectionError;
    expect(error.id).toBe(ErrorId.tlsFailed);
    await until(() => proxy.open.size === 0, 'the socket to the proxy is gone');
  });

  test('may be behind TLS itself', async () => {
    const port = await serveSecurely();
    const url = await serve();
    const proxy = await startProxy({ certificate: certificates.good });
    const ca = certificates.ca.cert;
    const given = { url: `https://localhost:${proxy.port}`, tls: { ca } };
    expect(await echo(via(url), { proxy: given })).toBe('hello');
    expect(await echo(`wss://localhost:${port}/`, { proxy: given, tls: { ca } })).toBe('hello');
    const error = (await echo(via(url), { proxy: given.url })) as ConnectionError;
    expect(error.id).toBe(ErrorId.proxyFailed);
    expect(error.cause).toMatchObject({ code: expect.stringMatching(/^UNABLE_TO/) });
  });

  test.each([
    ['answers 403', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'the proxy answered 403 Forbidden'],
    [
      'answers 502 with a body',
      'HTTP/1.1 502 Bad\r\nContent-Length: 4\r\n\r\nbody',
      'the proxy answered 502 Bad Gateway',
    ],
    ['is none', 'SSH-2.0-none\r\n', 'not HTTP/1.1'],
    ['answers nonsense', 'HTTP/1.1 twohundred\r\n\r\n', 'not HTTP/1.1'],
    ['goes without an answer', '', 'without an answer'],
    ['goes amidst its answer', 'HTTP/1.1 200 Conn', 'without an answer'],
    ['has no end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(20000)}`, 'not HTTP/1.1'],
  ])('fails the connection when it %s', async (_what, answer, says) => {
    const proxy = await startProxy({ answer });
    const error = (await echo('ws://inside.invalid/', {
      proxy: `http://127.0.0.1:${proxy.port}`,
    })) as ConnectionError;
    expect(error.id).toBe(ErrorId.proxyFailed);
    expect(error.message).toContain(says);
    await until(() => proxy.open.size === 0, 'the socket to the proxy is gone');
  });

  test.each([
    ['an interim answer first', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 Connection established\r\nProxy-agent: x\r\n\r\n'],
    ['no reason phrase, and bare line ends', 'HTTP/1.1 204\n\n'],
  ])('may speak %s', async (_what, established) => {
    const url = await serve();
    const proxy = await startProxy({ established });
    expect(await echo(via(url), { proxy: `http://127.0.0.1:${proxy.port}` })).toBe('hello');
  });

  test('that answers octet by octet, with the first octets of the server behind its head, is understood', async () => {
    const server = createServer((socket) => {
      let request = '';
      socket.on('error', () => {});
      socket.on('data', (data) => {
        request += data.toString('latin1');
        // This proxy is the server, too: its answer to the CONNECT and what is behind that come in one piece.
        if (!/^CONNECT [^]*?\r\n\r\n$/.test(request) || request.includes('GET')) return;
        const answer = 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 418 Teapot\r\n\r\n';
        let at = 0;
        const timer = setInterval(() => {
          socket.write(answer[at++]);
          if (at === answer.length) clearInterval(timer);
        }, 1);
        socket.on('close', () => clearInterval(timer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = (await echo('ws://inside.invalid/', {
      proxy: `http://127.0.0.1:${port}`,
    })) as ConnectionError;
    expect([error.id, error.httpStatus]).toEqual([ErrorId.httpStatus, 418]);
  });

  test('that nobody listens at, or nobody knows, is told as the one who failed', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    const refused = (await echo('ws://inside.invalid/', {
      proxy: `http://127.0.0.1:${port}`,
    })) as ConnectionError;
    expect(refused).toMatchObject({ id: ErrorId.proxyFailed, cause: { code: 'ECONNREFUSED' } });
    const unknown = (await echo('ws://127.0.0.1:1/', {
      proxy: 'http://proxy.invalid:3128',
    })) as ConnectionError;
    expect(unknown.id).toBe(ErrorId.proxyFailed);
    expect(unknown.message).toContain('proxy.invalid');
  });

  test('that says nothing is given up at the deadline that counts from the start', async () => {
    const sockets = new Set<unknown>();
    const server = createServer((socket) => {
      sockets.add(socket.resume());
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const proxy = `http://127.0.0.1:${port}`;
    const error = (await echo('ws://inside.invalid/', { proxy, connectTimeout: 50 })) as ConnectionError;
    expect(error.id).toBe(ErrorId.connectTimeout);
    await until(() => sockets.size === 0, 'the socket is gone');
    const peer = connectPeer('ws://inside.invalid/', {}, { proxy });
    await until(() => sockets.size === 1, 'a socket');
    peer.endpoint.drop();
    await until(() => sockets.size === 0, 'that socket is gone, too');
  });
});

describe('a proxy that the environment names', () => {
  const use = (names: Readonly<Record<string, string>>): void => {
    vi.stubEnv('no_proxy', '');
    for (const [name, value] of Object.entries(names)) vi.stubEnv(name, value);
  };

  test('carries WebSocket and uplinks as well', async () => {
    const url = await serve();
    const proxy = await startProxy();
    use({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const socket = new WebSocket(via(url));
    expect(
      await new Promise((resolve) => (socket.onopen = socket.onerror = ({ type }) => resolve(type))),
    ).toBe('open');
    socket.close();
    const state = await new Promise((resolve) => {
      const uplink = new Uplink(via(url), {
        onChange: ({ state }) => {
          if (state === 'connecting') return;
          resolve(state);
          uplink.stop();
        },
      });
      uplink.start();
    });
    expect(state).toBe('open');
    expect(proxy.asked).toHaveLength(2);
  });

  test('is not asked where the option says so, or NO_PROXY', async () => {
    const url = await serve();
    use({ http_proxy: 'http://127.0.0.1:1' });
    expect(await echo(url, {})).toMatchObject({ id: ErrorId.proxyFailed });
    expect(await echo(url, { proxy: false })).toBe('hello');
    vi.stubEnv('NO_PROXY', 'example.com, 127.0.0.0/8');
    expect(await echo(url, {})).toBe('hello');
  });

  const ws = { secure: false, host: 'example.com', port: 80 };
  const wss = { ...ws, secure: true, port: 443 };

  test.each([
    [ws, { HTTP_PROXY: 'http://p:1' }, 1],
    [wss, { HTTP_PROXY: 'http://p:1' }, 0],
    [wss, { HTTPS_PROXY: 'http://p:2' }, 2],
    [ws, { HTTPS_PROXY: 'http://p:2' }, 0],
    [wss, { https_proxy: 'http://p:3', HTTPS_PROXY: 'http://p:2' }, 3],
    [wss, { ALL_PROXY: 'p:4' }, 4],
    [ws, { all_proxy: 'p:4', http_proxy: 'p:5' }, 5],
    [ws, { http_proxy: '', HTTP_PROXY: 'p:6' }, 6],
    [ws, { WS_PROXY: 'p:7', HTTP_PROXY: 'p:6' }, 7],
    [wss, { wss_proxy: 'p:8', HTTPS_PROXY: 'p:6' }, 8],
    // What a client of a CGI program can set.
    [ws, { HTTP_PROXY: 'p:6', REQUEST_METHOD: 'GET' }, 0],
    [ws, { http_proxy: 'p:6', REQUEST_METHOD: 'GET' }, 6],
    [ws, { HTTP_PROXY: 'p:6', NO_PROXY: 'example.com' }, 0],
    [ws, { HTTP_PROXY: 'p:6', NO_PROXY: 'example.com', no_proxy: 'other' }, 6],
    [ws, { HTTP_PROXY: 'https://p' }, 443],
    [ws, {}, 0],
  ])('%o with %o: port %i', (target, environment, port) => {
    expect(proxyOf(target, undefined, environment)?.port ?? 0).toBe(port);
  });

  test('that is none is refused at once, by the name of the variable', () => {
    use({ ALL_PROXY: 'socks5://user:secret@127.0.0.1:1080' });
    expect(() => connectPeer('ws://127.0.0.1/', {})).toThrow(
      expect.objectContaining({
        id: ErrorId.optionInvalid,
        message: expect.stringMatching(/^the environment variable ALL_PROXY must be .*http: or https: proxy/),
      }),
    );
    expect(() => connectPeer('ws://127.0.0.1/', {})).not.toThrow(/secret/);
  });

  test('serves the command, too, which can do without', async () => {
    const url = await serve();
    const proxy = await startProxy();
    const cli = fileURLToPath(new URL('../../hosts/node/cli/ringlet.mjs', import.meta.url));
    const run = (...args: string[]): Promise<string> =>
      new Promise((resolve) => {
        const env = { ...process.env, no_proxy: '', HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
        const child = execFile(
          process.execPath,
          [cli, 'connect', ...args],
          { env },
          (_error, stdout, stderr) => resolve(stdout + stderr),
        );
        child.stdin!.end();
      });
    expect(await run(via(url))).toBe('');
    expect(proxy.asked).toEqual([`${HOST}:${new URL(url).port}`]);
    expect(await run(via(url), '--no-proxy')).toMatch(/could not be resolved/);
    expect(await run(via(url), '--proxy', 'socks://x')).toMatch(
      /^ringlet: proxy must be the URL of an http: or https: proxy/,
    );
    expect(proxy.asked).toHaveLength(1);
  });
});

test.each(['', 'ftp://x', 'socks5://x:1', 'http://', 'http://x:0', 7, true, null, {}, { url: '' }])(
  'an option %o that names no proxy is refused before anything is done',
  (proxy) => {
    for (const use of [
      () => connectPeer('ws://127.0.0.1/', {}, { proxy: proxy as ProxyOption }),
      () => new WebSocket('ws://127.0.0.1/', { proxy: proxy as string }),
      () => new Uplink('ws://127.0.0.1/', { proxy: proxy as ProxyOption }),
    ]) {
      expect(use).toThrow(expect.objectContaining({ name: 'RingletError', id: ErrorId.optionInvalid }));
    }
  },
);

describe('NO_PROXY', () => {
  test.each([
    ['example.com', 80, '*', true],
    ['example.com', 80, '', false],
    ['example.com', 80, 'example.com', true],
    ['EXAMPLE.com.', 80, 'Example.COM', true],
    ['www.example.com', 80, 'example.com', true],
    ['www.example.com', 80, '.example.com', true],
    ['example.com', 80, '.example.com', true],
    ['www.example.com', 80, '*.example.com', true],
    ['badexample.com', 80, 'example.com', false],
    ['example.com', 80, 'www.example.com', false],
    ['example.com', 80, 'a,  example.com\tb', true],
    ['example.com', 80, 'example.com:80', true],
    ['example.com', 81, 'example.com:80', false],
    ['10.1.2.3', 80, '10.0.0.0/8', true],
    ['11.1.2.3', 80, '10.0.0.0/8', false],
    ['10.1.2.3', 80, '10.1.2.3', true],
    ['10.1.2.3', 80, '2.3', false],
    ['10.1.2.3', 80, '10.0.0.0/99', false],
    ['::1', 80, '::1', true],
    ['::1', 80, '0:0:0:0:0:0:0:1', true],
    ['::1', 80, '[::1]:80', true],
    ['::1', 81, '[::1]:80', false],
    ['fd00::5', 80, 'fd00::/8', true],
    ['localhost', 80, '127.0.0.1', false],
  ])('%s:%i with "%s": %s', (host, port, noProxy, expected) => {
    expect(isExempt(host, port, noProxy)).toBe(expected);
  });
});
