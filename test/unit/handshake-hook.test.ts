/** A server's hook accepts only by what makes sense (hostile input R10). */
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import type { RequestHook } from '../../src/handshake/server.ts';
import { newServer, request } from '../support/handshake.ts';

/** Status and error id that a request is answered with whose hook says `answer`. */
function answered(answer: unknown): [status: number, error: string, response: string] {
  const onRequest = (() => answer) as RequestHook;
  const server = newServer({ onRequest }).feed(request({ 'Sec-WebSocket-Protocol': 'a, b' }));
  const response = Buffer.from(server.takeOutput()).toString('latin1');
  const { error } = server.connection;
  expect(server.thrown).toEqual([]);
  return [Number(response.slice(9, 12)), error === 0 ? '' : nameOfError(error), response];
}

const statusAndError = (answer: unknown): unknown[] => answered(answer).slice(0, 2);

describe('accepts', () => {
  test.each([undefined, {}, { status: 101 }, { protocol: '' }, Object.create(null)])('%o', (answer) =>
    expect(statusAndError(answer)).toEqual([101, '']),
  );

  test.each([
    [new Map([['Set-Cookie', 'a=b']])],
    [[['Set-Cookie', 'a=b']]],
    [{ 'Set-Cookie': 'a=b' }],
    [new Headers({ 'Set-Cookie': 'a=b' })],
  ])('headers as %o', (headers) =>
    expect(answered({ headers })[2].toLowerCase()).toContain('\r\nset-cookie: a=b\r\n'),
  );
});

test.each([300, 403, 404, 599])('refuses by the status %d', (status) =>
  expect(statusAndError({ status })).toEqual([status, 'requestRefused']),
);

describe('is answered with 500 for what makes no sense', () => {
  test.each([
    null,
    true,
    false,
    403,
    '403',
    Symbol('403'),
    () => undefined,
    Object.setPrototypeOf(() => undefined, null),
    [],
    [403],
    { status: '403' },
    { status: null },
    { status: 99 },
    { status: 100 },
    { status: 200 },
    { status: 204 },
    { status: 299 },
    { status: 600 },
    { status: 403.5 },
    { status: NaN },
    { status: -1 },
    { status: 2 ** 32 + 403 },
    { statusCode: 403 },
    { code: 403 },
    { status: 101, allow: false },
    { protocol: null },
    { protocol: 1 },
    { protocol: ['a'] },
    Promise.resolve({ status: 101 }),
    { then() {} },
    new Error('refused'),
    new Response(null, { status: 403 }),
    new Map([['status', 403]]),
  ])('%o', (answer) => {
    expect(statusAndError(answer)).toEqual([500, 'requestRefused']);
  });

  test('a Promise that rejects, of which nobody hears', () =>
    expect(statusAndError(Promise.reject(new Error('not reported')))).toEqual([500, 'requestRefused']));

  test('whatever has a method `catch`: it is called once, with a function that does nothing', () => {
    const calls: unknown[] = [];
    const later = {
      catch(this: unknown, ...given: unknown[]): void {
        calls.push([this === later, given.length, (given[0] as () => unknown)()]);
      },
    };
    expect(statusAndError(later)).toEqual([500, 'requestRefused']);
    expect(calls).toEqual([[true, 1, undefined]]);
  });

  test.each([{ catch: 5 }, { catch: null }])('%o, which has none to call', (answer) =>
    expect(statusAndError(answer)).toEqual([500, 'requestRefused']),
  );

  test.each([
    'Set-Cookie: a=b',
    5,
    null,
    [['Set-Cookie']],
    [['Set-Cookie', 'a', 'b']],
    ['Set-Cookie: a=b'],
    { 'Set-Cookie': undefined },
    { 'Set-Cookie': ['a=b'] },
    { Upgrade: 'h2c' },
    { Connection: 'close' },
    { 'Content-Length': '5' },
    { 'Transfer-Encoding': 'chunked' },
    { 'Sec-WebSocket-Accept': 'x' },
    new Date(),
    Promise.resolve({}),
  ])('headers %o', (headers) => {
    for (const status of [101, 403])
      expect(statusAndError({ status, headers })).toEqual([500, 'headerInvalid']);
  });

  test('a subprotocol that was not offered', () =>
    expect(statusAndError({ protocol: 'c' })).toEqual([500, 'subprotocolUnexpected']));
});

test.each([
  {
    get status(): number {
      throw new Error('a getter');
    },
  },
  {
    headers: {
      *[Symbol.iterator]() {
        throw new Error('an iterator');
      },
    },
  },
])('what throws when it is read is answered with 500 and thrown: %#', (answer) => {
  const server = newServer({ onRequest: () => answer as never }).feed(request());
  expect(Buffer.from(server.takeOutput()).toString('latin1')).toMatch(/^HTTP\/1\.1 500 /);
  expect(server.thrown.length).toBe(1);
});
