/** Errors say what happened: the status, the place, the runtime's own words, and never a secret. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { connect } from '../../hosts/node/connect.ts';
import { failureOf } from '../../hosts/node/errors.ts';
import { Resolver, TCP } from '../../hosts/node/io.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { describeError, errorIds, nameOfError } from '../../src/error-text.ts';
import { ConnectionError, ErrorId, RingletError } from '../../src/errors.ts';
import { lossSentence } from '../../src/uplink/sentence.ts';
import { runCommand } from '../cli/support/run-command.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const events = {
  onOpen() {},
  onData() {},
  onControl() {},
  onWritable() {},
};

/** The error of each face that connects to `host`. */
const faces = {
  connect: (host: string, port: number) =>
    new Promise<ConnectionError>((resolve) => {
      const endpoint = connect(`ws://${host}:${port}/`, {
        target: undefined,
        events: { ...events, onClose: (_target, _code, error) => resolve(endpoint.failure(error)) },
      });
    }),
  WebSocket: (host: string, port: number) =>
    new Promise<ConnectionError>((resolve) => {
      new WebSocket(`ws://${host}:${port}/`).onerror = ({ error }) => resolve(error as ConnectionError);
    }),
  WebSocketClient: (host: string, port: number) =>
    new Promise<ConnectionError>((resolve) => {
      new WebSocketClient({ socket: { io: TCP }, dns: { io: Resolver }, host, port, onError: resolve });
    }),
};
const names = Object.keys(faces) as (keyof typeof faces)[];

describe.each(names)('%s', (name) => {
  const face = faces[name];

  test.each([
    [401, 'the server answered 401 Unauthorized'],
    [403, 'the server answered 403 Forbidden'],
    [429, 'the server answered 429 Too Many Requests'],
    [503, 'the server answered 503 Service Unavailable'],
    [299, 'the server answered 299'],
  ])('tells the status %d', async (status, says) => {
    const port = await listen(
      createServer((_request, response) => response.writeHead(status, 'Odd').end('no')),
    );
    const error = await face('127.0.0.1', port);
    expect(error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: status, name: 'ConnectionError' });
    expect(error.message).toBe(says);
    expect(String(error)).toBe(`ConnectionError: ${says}`);
    expect('cause' in error).toBe(false);
  });

  test('tells where a redirection leads, without what may be secret', async () => {
    const location = 'https://user:word@elsewhere.example/place?token=secret#part';
    const port = await listen(
      createServer((_request, response) => response.writeHead(302, { location }).end()),
    );
    const error = await face('127.0.0.1', port);
    expect(error.message).toBe('the server answered 302 Found, leading to https://elsewhere.example/place');
    expect(error.location).toBe(location);
  });

  test('a name that nobody has', async () => {
    const error = await face('nobody.invalid', 80);
    expect(error.id).toBe(ErrorId.resolveFailed);
    expect((error.cause as NodeJS.ErrnoException).code).toMatch(/^(ENOTFOUND|EAI_)/);
    expect(error.message).toMatch(
      /^the name of the host could not be resolved \(getaddrinfo \w+ nobody\.invalid\)$/,
    );
  });

  test('nobody who listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((closed) => server.close(closed));
    const error = await face('127.0.0.1', port);
    expect(error.id).toBe(ErrorId.connectFailed);
    expect((error.cause as NodeJS.ErrnoException).code).toBe('ECONNREFUSED');
    expect(error.message).toBe(`the server could not be reached (connect ECONNREFUSED 127.0.0.1:${port})`);
  });

  test('a reset', async () => {
    const port = await listen(
      createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    const error = await face('127.0.0.1', port);
    expect(error.id).toBe(ErrorId.transportReset);
    expect((error.cause as NodeJS.ErrnoException).code).toBe('ECONNRESET');
  });
});

test('the command says the same', async () => {
  const port = await listen(createServer((_request, response) => response.writeHead(401).end()));
  const run = await runCommand(addConnectCommand, 'connect', `ws://127.0.0.1:${port}/?token=secret`);
  expect(run).toMatchObject({
    code: 1,
    stderr: `ringlet: ws://127.0.0.1:${port}/: the server answered 401 Unauthorized.\n`,
  });
});

describe('errors as objects', () => {
  const failed = { httpStatus: 0, closeCode: 1006, location: '', retryAfter: '', transportReason: undefined };

  test('every id has a sentence and a name, 0 and those of an uplink included', () => {
    expect(errorIds).toEqual(expect.arrayContaining([101, 306, 406, 514, 614, 701, 702, 703, 704, 705]));
    for (const id of [0, ...errorIds]) {
      expect(describeError(id)).toMatch(/^[a-z].*[^.]$/);
      expect(describeError(id)).not.toContain('unknown');
      expect(nameOfError(id)).toMatch(/^[a-z][A-Za-z]+$/);
      expect(nameOfError(id)).not.toBe('unknown');
    }
    expect([describeError(999), nameOfError(999)]).toEqual(['unknown error 999', 'unknown']);
  });

  test('the cause is there if there is one, and is shown once', () => {
    const cause = Object.assign(new Error('made up'), { code: 'EMADEUP' });
    const error = failureOf(ErrorId.transportFailed, { ...failed, transportReason: cause });
    expect(error.cause).toBe(cause);
    expect(inspect(error).match(/EMADEUP/g)).toHaveLength(1);
    expect(error.stack).toMatch(/^ConnectionError: the network connection failed \(made up\)/);
    expect(Object.keys(failureOf(ErrorId.idleTimeout, failed))).not.toContain('cause');
  });

  test('one that came through a socket in ECMA-419 shape is the one within', () => {
    const root = new Error('deep');
    const told = Object.assign(new RingletError(ErrorId.connectFailed, 'outer'), { cause: root });
    expect(failureOf(ErrorId.connectFailed, { ...failed, transportReason: told }).cause).toBe(root);
  });

  test('what has no more to say than the id does not say it twice', () => {
    const sentence = describeError(ErrorId.transportReset);
    const told = new RingletError(ErrorId.transportReset, sentence);
    const loss = { error: ErrorId.transportReset, ...failed, reason: told };
    expect(failureOf(ErrorId.transportReset, { ...failed, transportReason: told }).message).toBe(sentence);
    expect(lossSentence(loss)).toBe(sentence);
  });

  test('those of several addresses are all told', () => {
    const cause = new AggregateError([new Error('first'), new Error('second')]);
    const { message } = failureOf(ErrorId.connectFailed, { ...failed, transportReason: cause });
    expect(message).toBe('the server could not be reached (first; second)');
  });

  test('of several addresses those that say nothing are left out', () => {
    const cause = new AggregateError([new Error(''), new Error('second'), 'no error']);
    const { message } = failureOf(ErrorId.connectFailed, { ...failed, transportReason: cause });
    expect(message).toBe('the server could not be reached (second)');
  });

  test.each([[undefined], ['text'], [{ message: 'an object' }], [new Error('')]])(
    'a reason %o, which is no error that says something, adds nothing',
    (transportReason) => {
      const error = failureOf(ErrorId.transportFailed, { ...failed, transportReason });
      expect(error.message).toBe('the network connection failed');
      expect(error.reason).toBe(transportReason);
    },
  );

  test('an error of our own without another one within is the cause itself', () => {
    const told = new RingletError(ErrorId.connectFailed, 'told');
    const error = failureOf(ErrorId.connectFailed, { ...failed, transportReason: told });
    expect(error.cause).toBe(told);
    expect(error.message).toBe('the server could not be reached (told)');
  });

  test('cause and reason are properties as the language makes them: hidden, and free to be changed', () => {
    const value = new Error('made up');
    const error = failureOf(ErrorId.transportFailed, { ...failed, transportReason: value });
    const asTheLanguageHasIt = Object.getOwnPropertyDescriptor(new Error('', { cause: value }), 'cause');
    for (const name of ['cause', 'reason'])
      expect(Object.getOwnPropertyDescriptor(error, name)).toEqual(asTheLanguageHasIt);
  });

  test.each([ErrorId.redirectsTooMany, ErrorId.redirectRefused])(
    'a redirection that was not followed, %d, is told with its status and its place',
    (id) => {
      const { message } = failureOf(id, { ...failed, httpStatus: 302, location: 'ftp://elsewhere.example/' });
      const answer = 'the server answered 302 Found, leading to ftp://elsewhere.example/';
      expect(message).toBe(`${describeError(id)} (${answer})`);
    },
  );

  test.each([
    ['//user:word@elsewhere.example/place', '//elsewhere.example/place'],
    ['/lists//to@somebody/place', '/lists//to@somebody/place'],
    ['/place?next=//user@host#part\n#other', '/place'],
    ['WSS://user@elsewhere.example', 'WSS://elsewhere.example'],
    ['https://elsewhere.example/@somebody', 'https://elsewhere.example/@somebody'],
  ])('of the place %s no more is told than %s', (location, place) => {
    const { message } = failureOf(ErrorId.httpStatus, { ...failed, httpStatus: 307, location });
    expect(message).toBe(`the server answered 307 Temporary Redirect, leading to ${place}`);
  });

  test('misuse is told by its class', () => {
    expect(() => connect('ftp://x/', { target: 0, events: { ...events, onClose() {} } })).toThrow(
      expect.objectContaining({ name: 'RingletError', id: ErrorId.argumentInvalid }),
    );
  });
});

test('docs/errors.md has them all, as they are', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) +\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, id, name, text]) => [
    Number(id),
    name,
    text,
  ]);
  expect(rows).toEqual([0, ...errorIds].map((id) => [id, nameOfError(id), describeError(id)]));
});
