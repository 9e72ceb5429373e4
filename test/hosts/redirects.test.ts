/** Redirections of the opening handshake: followed if asked for, within bounds, and without what only the first may know. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectPeer, type ConnectPeerOptions } from '../../hosts/node/messages.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { type ConnectionError, ErrorId } from '../../src/errors.ts';
import { makeCertificates, type Certificates } from './support/certificates.ts';
import { startProxy } from './support/proxy-server.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

/** A server that redirects every path but `/ws`, where it echoes. */
interface Web {
  readonly port: number;
  readonly requests: IncomingMessage[];
}

async function start(
  redirect: (request: IncomingMessage, response: ServerResponse) => void,
  isSecure = false,
): Promise<Web> {
  const server: Server = isSecure ? createHttpsServer(certificates.good) : createServer();
  const echo = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const requests: IncomingMessage[] = [];
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    requests.push(request);
    if (request.url!.startsWith('/ws')) {
      echo.handleUpgrade(request, socket, head, (peer) =>
        peer.on('message', (data) => peer.send(String(data))),
      );
      return;
    }
    const lines: string[] = [];
    redirect(request, {
      writeHead(status: number, headers: object) {
        lines.push(`HTTP/1.1 ${status} Moved`);
        for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      },
    } as unknown as ServerResponse);
    socket.on('error', () => {});
    socket.end(`${lines.join('\r\n')}\r\nContent-Length: 4\r\n\r\nbody`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const peer of echo.clients) peer.terminate();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

const to =
  (location: string, status = 302) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { Location: location });

type Outcome = { readonly text: string; readonly protocol: string } | ConnectionError;

function talk(url: string, options: ConnectPeerOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    connectPeer(
      url,
      {
        onOpen: (peer) => void peer.sendText('hello'),
        onMessage: (peer, data) => {
          resolve({ text: data as string, protocol: peer.endpoint.protocol });
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

const hello = { text: 'hello', protocol: '' };

test.each([301, 302, 303, 307, 308])(
  '%i is followed to another path, with all that was asked',
  async (status) => {
    const web = await start(to('/ws?a=b', status));
    const headers = { Authorization: 'Basic eA==', Cookie: 'a=b', 'X-Other': '1' };
    const outcome = await talk(`ws://127.0.0.1:${web.port}/old?c=d`, {
      redirects: 1,
      headers,
      protocol: 'one',
    });
    expect(outcome).toEqual({ text: 'hello', protocol: 'one' });
    const [first, second] = web.requests;
    expect([first.url, second.url]).toEqual(['/old?c=d', '/ws?a=b']);
    expect(second.headers).toMatchObject({ authorization: 'Basic eA==', cookie: 'a=b', 'x-other': '1' });
    expect(second.headers.host).toBe(`127.0.0.1:${web.port}`);
    // Each handshake has a key of its own, RFC 6455 §4.1.
    expect(second.headers['sec-websocket-key']).not.toBe(first.headers['sec-websocket-key']);
  },
);

test.each([
  ['ws', '/ws'],
  ['ws#part', '/ws'],
  ['../ws', '/ws'],
  ['?x', '/folder/old?x'],
])('a relative Location %s leads to %s', async (location, path) => {
  const web = await start((request, response) =>
    response.writeHead(request.url === '/folder/old' ? 302 : 404, { Location: location }),
  );
  const start_ = location === 'ws' || location === 'ws#part' ? '/old' : '/folder/old';
  if (start_ === '/old') {
    const flat = await start(to(location));
    expect(await talk(`ws://127.0.0.1:${flat.port}/old`, { redirects: 1 })).toEqual(hello);
    expect(flat.requests[1].url).toBe(path);
    return;
  }
  await talk(`ws://127.0.0.1:${web.port}${start_}`, { redirects: 1 });
  expect(web.requests[1].url).toBe(path);
});

test.each(['http', 'ws'])(
  'another server (%s:) does not get what only the first may know',
  async (scheme) => {
    const other = await start(to('/'));
    const web = await start(to(`${scheme}://localhost:${other.port}/ws`));
    const headers: [string, string][] = [
      ['Authorization', 'Bearer secret'],
      ['Cookie', 'a=secret'],
      ['X-Api-Key', 'secret'],
      ['X-Auth-Token', 'secret'],
      ['Host', 'first.example'],
      ['User-Agent', 'device'],
    ];
    // An iterator gives them once.
    const once = headers[Symbol.iterator]();
    expect(await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 2, headers: once })).toEqual(hello);
    expect(web.requests[0].headers.authorization).toBe('Bearer secret');
    expect(other.requests[0].rawHeaders.join()).not.toContain('secret');
    expect(other.requests[0].headers).toMatchObject({
      host: `localhost:${other.port}`,
      'user-agent': 'device',
    });
  },
);

test('not even when that leads back', async () => {
  const ports: number[] = [];
  const other = await start(
    (_, response) => void response.writeHead(302, { Location: `ws://127.0.0.1:${ports[0]}/ws` }),
  );
  const web = await start(to(`ws://localhost:${other.port}/`));
  ports.push(web.port);
  const headers = { Authorization: 'Bearer secret' };
  expect(await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 2, headers })).toEqual(hello);
  expect(web.requests[1].headers.authorization).toBeUndefined();
});

describe('TLS', () => {
  test('ws leads to wss, and the credentials of a URL stay behind', async () => {
    const secure = await start(to('/'), true);
    const web = await start(to(`https://localhost:${secure.port}/ws`));
    const socket = new WebSocket(`ws://user:word@localhost:${web.port}/`, {
      redirects: 1,
      tls: { ca: certificates.ca.cert },
    });
    expect(
      await new Promise((resolve) => (socket.onopen = socket.onerror = ({ type }) => resolve(type))),
    ).toBe('open');
    socket.close();
    expect(web.requests[0].headers.authorization).toBe('Basic dXNlcjp3b3Jk');
    expect(secure.requests[0].headers.authorization).toBeUndefined();
  });

  test.each(['ws', 'http'])('wss never leads to %s', async (scheme) => {
    const plain = await start(to('/'));
    const secure = await start(to(`${scheme}://localhost:${plain.port}/ws`), true);
    const tls = { ca: certificates.ca.cert };
    const error = await talk(`wss://localhost:${secure.port}/`, { redirects: 5, tls });
    expect(error).toMatchObject({ id: ErrorId.redirectRefused, httpStatus: 302 });
    expect(plain.requests).toEqual([]);
  });
});

describe('what is not followed', () => {
  test('without the option, none', async () => {
    const web = await start(to('/ws'));
    for (const options of [{}, { redirects: 0 }]) {
      const error = await talk(`ws://127.0.0.1:${web.port}/`, options);
      expect(error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: 302, location: '/ws' });
    }
    expect(web.requests).toHaveLength(2);
  });

  test('more than allowed', async () => {
    const web = await start(to('/again'));
    const error = (await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 3 })) as ConnectionError;
    expect(error).toMatchObject({ id: ErrorId.redirectsTooMany, httpStatus: 302, location: '/again' });
    expect(error.message).toContain('the server answered 302 Found, leading to /again');
    expect(web.requests).toHaveLength(4);
  });

  test.each([
    'ftp://127.0.0.1/',
    'javascript:alert(1)',
    'ws://user:word@127.0.0.1/',
    'ws://127.0.0.1:0/',
    'ws://127.0.0.1:6667/',
    'ws://[/',
  ])('a Location %s', async (location) => {
    const web = await start(to(location));
    const error = await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 5 });
    expect(error).toMatchObject({ id: ErrorId.redirectRefused, httpStatus: 302 });
    expect((error as ConnectionError).message).not.toContain('word');
  });

  test.each([300, 304, 305, 401, 503])('a status %i', async (status) => {
    const web = await start(to('/ws', status));
    const error = await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 5 });
    expect(error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: status });
    expect(web.requests).toHaveLength(1);
  });

  test('no Location', async () => {
    const web = await start((_, response) => void response.writeHead(302, {}));
    const error = await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 5 });
    expect(error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: 302 });
  });

  test.each([-1, 1.5, 21, NaN, '2', null, true])('redirects: %o is refused', (redirects) => {
    for (const use of [
      () => connectPeer('ws://127.0.0.1/', {}, { redirects: redirects as number }),
      () => new WebSocket('ws://127.0.0.1/', { redirects: redirects as number }),
    ]) {
      expect(use).toThrow(expect.objectContaining({ id: ErrorId.optionInvalid }));
    }
  });
});

test('who is led to can refuse, be gone or be silent', async () => {
  const refusing = await start(to('/x', 403));
  const web = await start(to(`ws://127.0.0.1:${refusing.port}/`));
  expect(await talk(`ws://127.0.0.1:${web.port}/`, { redirects: 1 })).toMatchObject({
    id: ErrorId.httpStatus,
    httpStatus: 403,
  });
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  const lost = await start(to(`ws://127.0.0.1:${port}/`));
  const silent = talk(`ws://127.0.0.1:${lost.port}/`, { redirects: 1, handshakeTimeout: 100 });
  expect(await silent).toMatchObject({ id: ErrorId.handshakeTimeout });
  await new Promise((closed) => {
    gone.close(closed);
    gone.closeAllConnections();
  });
  expect(await talk(`ws://127.0.0.1:${lost.port}/`, { redirects: 1 })).toMatchObject({
    id: ErrorId.connectFailed,
    cause: { code: 'ECONNREFUSED' },
  });
});

test('each hop goes through the proxy', async () => {
  const proxy = await startProxy();
  const web = await start(to('ws://second.invalid:7/ws'));
  const other = await start(to('/'));
  const first = await start(to(`ws://second.invalid:${other.port}/ws`));
  expect(
    await talk(`ws://first.invalid:${first.port}/`, { redirects: 1, proxy: `127.0.0.1:${proxy.port}` }),
  ).toEqual(hello);
  expect(proxy.asked).toEqual([`first.invalid:${first.port}`, `second.invalid:${other.port}`]);
  expect(web.requests).toEqual([]);
});
