/** A server's hook on Node: it may be asynchronous, and fails closed (hostile input R10). */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { AwaitedRequestHook } from '../../hosts/node/serve.ts';
import { ErrorId } from '../../src/errors.ts';
import { makeCertificates } from './support/certificates.ts';
import { requestOf } from './support/raw-client.ts';
import { type Target, TestServer } from './support/test-server.ts';
import type { ServeOptions } from '../../hosts/node/serve.ts';

let running: TestServer | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(
  onRequest: AwaitedRequestHook | undefined,
  options: Partial<ServeOptions<Target>> = {},
): Promise<TestServer> {
  running = await TestServer.start({ onRequest, ...options });
  return running;
}

describe('a Promise is awaited', () => {
  test.each([
    ['nothing accepts', async () => {}, 101],
    ['an answer accepts', async () => ({ headers: { 'Set-Cookie': 'a=b' } }), 101],
    ['a status refuses', async () => ({ status: 403 }), 403],
    ['nonsense is answered with 500', async () => null as never, 500],
    [
      'what is like a Promise',
      () => ({ then: (take: (answer: object) => void) => take({ status: 404 }) }) as never,
      404,
    ],
  ] as [string, AwaitedRequestHook, number][])('%s', async (_name, onRequest, status) => {
    const test = await start(onRequest);
    const client = test.client().send(requestOf());
    await expect.poll(() => client.status).toBe(status);
    expect(test.targets.length).toBe(status === 101 ? 1 : 0);
    // A status that was meant is no error.
    expect(test.errors.length).toBe(status === 500 ? 1 : 0);
  });

  test('octets behind the request wait for it, whenever they come', async () => {
    let accept = (): void => {};
    const test = await start(() => new Promise<void>((resolve) => (accept = resolve)));
    const client = test.client().send(requestOf() + '\x82\x81\0\0\0\0a');
    await expect.poll(() => accept.length).toBe(1);
    client.send('\x82\x81\0\0\0\0b');
    await delay(30);
    const long = 'c'.repeat(40_000);
    client.send(`\x82\xfe\x9c\x40\0\0\0\0${long}`);
    await delay(50);
    expect([client.received, test.targets.length]).toEqual(['', 0]);
    accept();
    await expect
      .poll(() => test.targets[0]?.events.map((event) => event.replace(/^data /, '')).join(''))
      .toBe(`openab${long}`);
  });

  test('a client that leaves meanwhile is no connection', async () => {
    let accept = (): void => {};
    const test = await start(() => new Promise<void>((resolve) => (accept = resolve)));
    const client = test.client().send(requestOf());
    await expect.poll(() => accept.length).toBe(1);
    client.socket.destroy();
    await expect.poll(() => test.server.handshakes).toBe(0);
    accept();
    await delay(20);
    expect([test.targets.length, test.errors]).toEqual([0, []]);
  });

  test('one that never settles is answered with 500 at the deadline, never with 101', async () => {
    let accept = (): void => {};
    const test = await start(() => new Promise<void>((resolve) => (accept = resolve)), {
      handshakeTimeout: 200,
    });
    const client = test.client().send(requestOf());
    await expect.poll(() => client.status).toBe(500);
    accept();
    await delay(20);
    expect(client.received).not.toContain('101');
    expect(test.targets.length).toBe(0);
    expect(test.refusals).toMatchObject([{ error: ErrorId.handshakeTimeout, status: 500 }]);
  });
});

describe('an answer that makes no sense is answered with 500, and the application is told why', () => {
  const ANSWERS: [string, unknown, string][] = [
    ['null', null, 'status (101, or 300 to 599)'],
    ['false', false, 'status (101, or 300 to 599)'],
    ['a status of success', { status: 200 }, 'status (101, or 300 to 599)'],
    ['a misspelt name', { statsu: 403 }, 'status (101, or 300 to 599)'],
    ['headers of two lines', { headers: { a: 'b\r\nc: d' } }, 'headers'],
    ['a subprotocol that was not offered', { protocol: 'x' }, 'not offered'],
  ];
  test.each(ANSWERS)('%s: onError', async (_name, answer, part) => {
    const test = await start(() => answer as never);
    const client = test.client().send(requestOf());
    await expect.poll(() => client.status).toBe(500);
    const message = expect.stringContaining(part) as string;
    expect(test.errors).toEqual([expect.objectContaining({ id: ErrorId.argumentInvalid, message })]);
  });

  test('without onError a warning, once for each kind', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name, message }: Error): void =>
      void (name === 'RingletWarning' && warnings.push(message));
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const answers = [null, false, { protocol: 'x' }, { protocol: 'y' }, { status: 403 }];
    const test = await start(() => answers.shift() as never, { onError: undefined });
    for (const status of [500, 500, 500, 500, 403]) {
      const client = test.client().send(requestOf());
      await expect.poll(() => client.status).toBe(status);
    }
    expect(warnings).toEqual([
      expect.stringContaining('status (101, or 300 to 599)'),
      expect.stringContaining('not offered'),
    ]);
  });
});

describe('what the hooks throw is answered with 500 and told', () => {
  const failure = new Error('database');
  test.each([
    [
      'onRequest throws',
      {
        onRequest: () => {
          throw failure;
        },
      },
    ],
    ['onRequest rejects', { onRequest: () => Promise.reject(failure) }],
    [
      'reading the answer throws',
      {
        onRequest: () => ({
          get status(): number {
            throw failure;
          },
        }),
      },
    ],
    [
      'accept throws',
      {
        accept: () => {
          throw failure;
        },
      },
    ],
  ] as [string, Partial<ServeOptions<Target>>][])('%s', async (_name, options) => {
    const test = await start(undefined, options);
    const client = test.client().send(requestOf());
    await expect.poll(() => client.hasEnded).toBe(true);
    expect([client.status, test.errors]).toEqual([500, [failure]]);
    const after = test.client().send('POST / HTTP/1.1\r\n');
    await expect.poll(() => after.status).toBe(405);
  });

  test.each(['ws', 'wss'])('a target whose `endpoint` throws when it is set, %s', async (scheme) => {
    const tls = scheme === 'ws' ? undefined : (await makeCertificates()).good;
    const target = Object.defineProperty({ events: [] }, 'endpoint', {
      set() {
        throw failure;
      },
    });
    const test = await start(undefined, { tls, accept: () => target as never });
    const client = test.client().send(requestOf());
    await expect.poll(() => client.hasEnded).toBe(true);
    expect([client.status, test.errors]).toEqual([500, [failure]]);
    expect(test.refusals).toMatchObject([{ status: 500 }]);
    client.socket.destroy();
    await expect.poll(() => [test.server.connections, test.server.handshakes]).toEqual([0, 0]);
    expect([...test.server.targets()]).toEqual([]);
  });

  test('a target that drops its `endpoint` when it is set leaves nothing behind', async () => {
    const target = Object.defineProperty({ events: [] }, 'endpoint', {
      set: (endpoint: { drop(): void }) => endpoint.drop(),
    });
    const test = await start(undefined, { accept: () => target as never });
    const client = test.client().send(requestOf());
    await expect.poll(() => client.hasEnded).toBe(true);
    await expect.poll(() => test.server.connections).toBe(0);
    await test.server.close({});
    expect([client.received, test.errors]).toEqual(['', []]);
  });

  test('accept that makes nothing', async () => {
    const test = await start(undefined, { accept: () => undefined as never });
    const client = test.client().send(requestOf());
    await expect.poll(() => client.status).toBe(500);
    expect(test.errors).toHaveLength(1);
  });

  test('what onRefused throws is told, and changes nothing', async () => {
    const test = await start(undefined, {
      onRefused: () => {
        throw failure;
      },
    });
    const client = test.client().send('POST / HTTP/1.1\r\n');
    await expect.poll(() => client.status).toBe(405);
    expect(test.errors).toEqual([failure]);
  });
});
