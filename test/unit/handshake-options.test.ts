/** What an application may give for an opening handshake, and lists and names in its headers. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { isAuthority } from '../../src/handshake/authority.ts';
import { ExtensionList } from '../../src/handshake/extension-header.ts';
import { isExtensionList } from '../../src/handshake/is-extension-list.ts';
import { clientOpening, serverOpening } from '../../src/handshake/openings.ts';
import { checkedServerOpening } from '../../src/handshake/server-policy.ts';
import { refusalOf } from '../../src/handshake/response.ts';
import { portableProof } from '../../src/handshake/accept.ts';
import { Driver } from '../support/driver.ts';
import { POLICY, REQUEST, request } from '../support/handshake.ts';

const refusal = (id: number, name: string) =>
  expect.objectContaining({ id, message: expect.stringContaining(name) });

const WRONG_POLICIES: [string, unknown][] = [
  ...['a', {}, 5, null, [5], ['a b'], [''], ['a', 'a']].map(
    (value) => ['protocols', value] as [string, unknown],
  ),
  ...['a', {}, 5, null, [5], ['a b'], ['']].map((value) => ['requestHeaders', value] as [string, unknown]),
  ...['a', {}, 5, null, []].map((value) => ['onRequest', value] as [string, unknown]),
  ['onrequest', () => {}],
];

describe.each([
  ['serverOpening', 'policy', (policy: object) => serverOpening(policy as never)],
  ['checkedServerOpening', 'options', (policy: object) => checkedServerOpening(policy, portableProof)],
] as const)('%s', (_name, what, opening) => {
  test.each(WRONG_POLICIES)('refuses %s: %o', (name, value) => {
    expect(() => opening({ [name]: value })).toThrow(RingletError);
    expect(() => opening({ [name]: value })).toThrow(refusal(ErrorId.optionInvalid, name));
  });

  test.each([undefined, null, 5, 'x', [], () => {}])('refuses the policy %o', (policy) => {
    expect(() => opening(policy as never)).toThrow(refusal(ErrorId.optionInvalid, `invalid ${what}`));
  });

  test.each([{}, { onRequest: undefined, protocols: undefined, requestHeaders: [] }, POLICY])(
    'takes %o',
    (policy) => {
      const driver = new Driver({ role: 'server', opening: opening(policy) }).open().feed(request());
      expect(driver.trace.lines).toEqual(['open']);
    },
  );

  test('names headers in any case, and what is changed afterwards changes nothing', () => {
    const protocols = ['chat'];
    const requestHeaders = ['X-Key'];
    const seen: (string | undefined)[] = [];
    const made = opening({
      protocols,
      requestHeaders,
      onRequest: ({ headers }: { readonly headers: ReadonlyMap<string, string> }) => {
        seen.push(headers.get('x-key'));
      },
    });
    protocols[0] = requestHeaders[0] = 'other';
    const driver = new Driver({ role: 'server', opening: made }).open();
    driver.feed(request({ 'x-KEY': 'v', 'Sec-WebSocket-Protocol': 'other, chat' }));
    expect([seen, driver.connection.protocol]).toEqual([['v'], 'chat']);
  });
});

describe('natives of the handshake', () => {
  test.each([null, {}, { keyOf() {} }, { acceptOf() {} }, { keyOf: 1, acceptOf: 1 }])(
    '%o are none',
    (proof) => {
      expect(() => serverOpening({ ...POLICY, proof: proof as never })).toThrow(
        refusal(ErrorId.optionInvalid, 'proof'),
      );
      expect(() => clientOpening(REQUEST, proof as never)).toThrow(refusal(ErrorId.optionInvalid, 'proof'));
    },
  );
});

describe('clientOpening', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'ws://x/'],
    ['no host', { ...REQUEST, host: undefined }],
    ['a number for a path', { ...REQUEST, path: 5 }],
    ['no protocol', { ...REQUEST, protocol: undefined }],
    ['no headers', { ...REQUEST, headers: undefined }],
    ['headers that cannot be iterated', { ...REQUEST, headers: { a: 'b' } }],
  ])('refuses %s', (_what, given) => {
    expect(() => clientOpening(given as never)).toThrow(refusal(ErrorId.argumentInvalid, 'requestOf'));
  });

  test('keeps its headers as they were given', () => {
    const headers: [string, string][] = [['A', 'b']];
    const opening = clientOpening({ ...REQUEST, headers });
    headers.push(['C', 'd']);
    const driver = new Driver({ role: 'client', opening }).open();
    const sent = new TextDecoder().decode(driver.takeOutput());
    expect(sent).toContain('\r\nA: b\r\n');
    expect(sent).not.toContain('C: d');
  });
});

test.each([
  ['example.com:0080', true],
  ['example.com:00080', true],
  ['example.com:000080', false],
  ['example.com:0', false],
  ['example.com:00', false],
  ['example.com:65535', true],
  ['example.com:65536', false],
  ['example.com:', true],
  [':80', false],
  ['', false],
  ['example.com:8a', false],
  ['a\nexample.com', false],
  ['example.com\n', false],
  ['[::1]:80', true],
  ['[::1', false],
])('the Host %j: %j', (host, is) => expect(isAuthority(host)).toBe(is));

describe('a list of extensions', () => {
  test.each(['x', ' x , y ', ',,x,,y,,', 'x;a', 'x ; a ; b=1 ; c = "2" , y', 'x;a="\\1"', 'x\t;\ta\t=\t1\t'])(
    'is %j',
    (header) => expect(isExtensionList(header)).toBe(true),
  );

  test.each([
    '',
    ',',
    ' ',
    ';a',
    '=a',
    '"x"',
    'x;',
    'x;;a',
    'x;=1',
    'x;a=',
    'x;a=""',
    'x;a=" b"',
    'x;a="b ',
    'x;a="b',
    'x;a="b\\',
    'x;a="b c"',
    'x;a="b"c',
    'x y',
    'x;a b',
    'x,;',
    'x\n',
    '@',
  ])('is not %j', (header) => expect(isExtensionList(header)).toBe(false));

  test('gives five parameters of an extension that has more', () => {
    const [five, more] = ['a;b;c;d;e', 'a;b;c;d;e;f;g'];
    for (const given of [five, more]) {
      const names = new ExtensionList(`x;${given}`).next()!.parameters.map(({ name }) => name);
      expect(names.join(';')).toBe(five);
    }
  });

  test('names each with its parameters, a value with quotes or without, and no more than are looked at', () => {
    const list = new ExtensionList('x ; a ; b="1\\2"; c=3 ,, y');
    expect(list.next()).toEqual({
      name: 'x',
      parameters: [
        { name: 'a', value: null },
        { name: 'b', value: '12' },
        { name: 'c', value: '3' },
      ],
    });
    expect([list.next(), list.next(), list.next()]).toEqual([
      { name: 'y', parameters: [] },
      undefined,
      undefined,
    ]);
  });
});

describe('a refusal', () => {
  test.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [405, 'Method Not Allowed'],
    [414, 'URI Too Long'],
    [426, 'Upgrade Required'],
    [431, 'Request Header Fields Too Large'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
    [418, 'Refused'],
  ])('with %d says %s, as RFC 9110 §15 and RFC 6585 do, and what belongs to it', (status, phrase) => {
    const [line, ...lines] = refusalOf(status, [['A', 'b']]).split('\r\n');
    expect(line).toBe(`HTTP/1.1 ${status} ${phrase}`);
    // RFC 9110 §15.5.6, §15.5.22; RFC 6455 §4.2.2.
    const more =
      { 405: ['Allow: GET'], 426: ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'] }[status] ?? [];
    expect(lines).toEqual([...more, 'Connection: close', 'Content-Length: 0', 'A: b', '', '']);
  });

  test('without further lines has none', () => {
    expect(refusalOf(403)).toBe('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
});
