/** What an application may say about a client's request: everything is checked before anything is done. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';

const of = (options: object): ReturnType<typeof requestOf> =>
  requestOf({ host: 'a.example', ...options } as RequestOptions);

function refusalOf(options: unknown): RingletError {
  try {
    requestOf(options as RequestOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(RingletError);
    return error as RingletError;
  }
  throw new Error('nothing was refused');
}

function refused(options: object, id: number, name: string): void {
  const { id: found, message } = refusalOf({ host: 'a.example', ...options });
  expect([found, message]).toEqual([id, `invalid ${name}`]);
}

test.each([undefined, null, 5, 'ws://a.example/', true])('%j is no options', (options) => {
  const { id, message } = refusalOf(options);
  expect([id, message]).toEqual([ErrorId.optionInvalid, 'invalid options']);
});

describe('headers', () => {
  const expected = [
    ['Cookie', 'k=v'],
    ['X-Count', '5'],
  ];
  test.each([
    ['an object', { Cookie: 'k=v', 'X-Count': 5 }],
    ['an object without prototype', Object.assign(Object.create(null), { Cookie: 'k=v', 'X-Count': 5 })],
    [
      'a Map',
      new Map<string, unknown>([
        ['Cookie', 'k=v'],
        ['X-Count', 5],
      ]),
    ],
    [
      'pairs',
      [
        ['Cookie', 'k=v'],
        ['X-Count', '5'],
      ],
    ],
    [
      'a generator',
      (function* () {
        yield ['Cookie', 'k=v'];
        yield ['X-Count', '5'];
      })(),
    ],
  ])('from %s', (_name, headers) => expect(of({ headers }).headers).toEqual(expected));

  test('from Headers', () => expect(of({ headers: new Headers({ a: 'b' }) }).headers).toEqual([['a', 'b']]));

  test.each([
    'Cookie: secret',
    5,
    null,
    true,
    [['Cookie']],
    ['Cookie: secret'],
    [['Cookie', 'secret', 'secret']],
    [[5, 'secret']],
    { Cookie: undefined },
    { Cookie: null },
    { Cookie: ['secret'] },
    { Cookie: { toString: (): string => 'secret' } },
    { 'Cook ie': 'secret' },
    { Cookie: 'secret\r\nX: y' },
    { Cookie: '\u20ac' },
    { Upgrade: 'h2c' },
    { 'Sec-WebSocket-Key': 'secret' },
    { 'content-length': '0' },
    { Host: 'a b' },
    { Host: '' },
    { Host: 'a.example', host: 'b.example' },
    [
      ['Host', 'a.example'],
      ['Host', 'a.example'],
    ],
    new Date(),
    Promise.resolve([]),
    () => [],
  ])('%o are refused, and not told', (headers) => refused({ headers }, ErrorId.headerInvalid, 'headers'));

  test('Host stands in place of ours', () => {
    const request = of({ headers: { hOST: 'b.example:81' } });
    expect([request.host, request.headers]).toEqual(['b.example:81', []]);
  });
});

describe('protocol', () => {
  test.each([
    ['a, b', 'a, b'],
    [['a', 'b'], 'a, b'],
    [[], ''],
    ['', ''],
    [undefined, ''],
  ])('%j', (protocol, sent) => expect(of({ protocol }).protocol).toBe(sent));

  test.each([
    ['a, a'],
    ['a b'],
    [['a', 'a']],
    [['a, b']],
    [['']],
    [[undefined]],
    [5],
    [{}],
    [new Set(['a'])],
  ])('%o is refused', (protocol) => refused({ protocol }, ErrorId.protocolInvalid, 'protocol'));
});

describe('host', () => {
  test.each([
    ['a', 'a'],
    ['a_b.example.', 'a_b.example.'],
    ['a.'.repeat(127), 'a.'.repeat(127)],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
    ['fe80::1%eth0', '[fe80::1]'],
    ['::ffff:1.2.3.4', '[::ffff:1.2.3.4]'],
    ['1:2:3:4:5:6:7::', '[1:2:3:4:5:6:7::]'],
  ])('%s', (host, sent) => expect(of({ host }).host).toBe(sent));

  test.each([
    '',
    'a b',
    'a/b',
    'a@b',
    'a?b',
    'a#b',
    'a%b',
    'a\nb',
    'a:80',
    'a..b',
    '.a',
    '-a',
    'a-.b',
    '1.2.3',
    '256.0.0.1',
    '1.2.3.4.5',
    ':::',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '[::1',
    '[::1x',
    '::1]',
    '[a]',
    '[1.2.3.4]',
    'b\u00fccher.example',
    'a'.repeat(64),
    `${'a.'.repeat(126)}aa.`,
    'a.'.repeat(128),
    undefined,
    null,
    5,
    ['a'],
  ])('%j is neither a name nor an address', (host) => refused({ host }, ErrorId.hostInvalid, 'host'));
});

test.each([
  [{ port: 0 }, 'port'],
  [{ port: 65536 }, 'port'],
  [{ port: 80.5 }, 'port'],
  [{ port: '80' }, 'port'],
  [{ port: NaN }, 'port'],
  [{ secure: 'yes' }, 'secure'],
  [{ requireProtocol: 1 }, 'requireProtocol'],
])('%j is refused', (options, name) => refused(options, ErrorId.optionInvalid, name));

test.each(['/a?b[]={c|d}', "/!$&'()*+,-./:;=@~%2f"])('the path %j is taken', (path) =>
  expect(requestOf({ host: 'a', path }).path).toBe(path),
);

test.each(['', 'a', '/#', '/ a', '/\r\n', '/\u00e4', '/a"b<>', '/a\\b', '/{a}', '/%zz', '/?%', 5, null, {}])(
  'the path %j is refused',
  (path) => refused({ path }, ErrorId.pathInvalid, 'path'),
);

// The port is told unless it is the scheme's own, RFC 6455 §4.1; the scheme may not be known.
test.each([
  [undefined, undefined, ''],
  [80, undefined, ''],
  [443, undefined, ''],
  [8080, undefined, ':8080'],
  [undefined, false, ''],
  [80, false, ''],
  [443, false, ':443'],
  [undefined, true, ':80'],
  [80, true, ':80'],
  [443, true, ''],
  [8443, true, ':8443'],
])('with the port %s, and secure %s, the Host ends in "%s"', (port, secure, end) =>
  expect(of({ port, secure }).host).toBe(`a.example${end}`),
);
