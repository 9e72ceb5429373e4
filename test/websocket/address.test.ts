/** The reader of URLs for runtimes that have none, beside Node's, for all that it says it reads. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf as nodeAddressOf } from '../../hosts/node/websocket/address.ts';
import { addressOf, originOf } from '../../src/websocket/address.ts';

test.each([
  ['ws://example.com', 'ws://example.com/', 'example.com', 80, '/'],
  ['wss://example.com', 'wss://example.com/', 'example.com', 443, '/'],
  ['WSS://Example.COM:443/A?b', 'wss://example.com/A?b', 'example.com', 443, '/A?b'],
  ['http://example.com:8080?q', 'ws://example.com:8080/?q', 'example.com', 8080, '/?q'],
  ['https://example.com/', 'wss://example.com/', 'example.com', 443, '/'],
  ['ws://example.com:443/', 'ws://example.com:443/', 'example.com', 443, '/'],
  ['ws://[::1]:9000/x', 'ws://[::1]:9000/x', '::1', 9000, '/x'],
  ['ws://10.0.0.1:/x', 'ws://10.0.0.1/x', '10.0.0.1', 80, '/x'],
  [' ws://a:65535/\n', 'ws://a:65535/', 'a', 65535, '/'],
])('%j leads to %s', (text, url, host, port, path) => {
  const secure = url.startsWith('wss');
  expect(addressOf(text)).toEqual({ url, secure, host, port, path, credentials: '' });
  expect(nodeAddressOf(text)).toEqual(addressOf(text));
});

test('credentials are decoded, and stand in the URL as they were', () => {
  const address = addressOf('wss://me:p%40ss@example.com/');
  expect(address).toMatchObject({ credentials: 'me:p@ss', url: 'wss://me:p%40ss@example.com/' });
  expect(nodeAddressOf('wss://me:p%40ss@example.com/')).toEqual(address);
});

test.each([
  // What stays of a percent sign without two digits behind it: percent-decode of the URL standard.
  ['ws://me:50%@example.com/', 'me:50%', '/'],
  ['ws://me:%ff@example.com/', 'me:%ff', '/'],
  ['ws://me:%zz@example.com/', 'me:%zz', '/'],
  ['ws://m%65:p%40ss@example.com/', 'me:p@ss', '/'],
  ['ws://me@example.com?x@y', 'me', '/?x@y'],
  ['ws://example.com/x@y:z', '', '/x@y:z'],
  ['ws://example.com?x@y:z', '', '/?x@y:z'],
])('the credentials of %s are %j, and its path is %s', (text, credentials, path) => {
  expect(addressOf(text)).toMatchObject({ host: 'example.com', port: 80, credentials, path });
});

test.each([
  ['!', true],
  ['~', true],
  ['"', true],
  ['$', true],
  ['\x7f', false],
  [' ', false],
  ['\t', false],
  ['\0', false],
  ['\x80', false],
  ['#', false],
  ['\\', false],
])('a path may have %j: %j (visible ASCII, no fragment: RFC 6455 §3)', (character, may) =>
  expect(addressOf(`ws://a/x${character}y`) !== undefined).toBe(may),
);

// To the URL standard a backslash ends the authority (special authority slashes): the host of these would be u. Whoever
// takes it for a part of the user's name goes to another.
test.each([
  'wss://u\\:p@[::1]/',
  'ws://u\\@other.example/',
  'ws:\\\\u/',
  'ws://u\\/',
  'ws://u\\.other.example/',
])('%s leads nowhere, not to another host than in a browser', (text) => {
  expect(addressOf(text)).toBe(undefined);
  expect(nodeAddressOf(text)?.host).toBe('u');
});

test.each([
  'ws://a:0:1/',
  'ws://a:-1/',
  'ws://a:+1/',
  'ws://a:1e3/',
  'ws://a:0x50/',
  'ws://a: 1/',
  'ws://b@c@a/',
])('%s has a port or a host that is none: ports are digits (RFC 3986 §3.2.3)', (text) =>
  expect(addressOf(text)).toBe(undefined),
);

// HTML §7.1.1: scheme, host and port, without a user name and password.
test.each([
  ['ws://example.com/path', 'ws://example.com'],
  ['wss://example.com:8443/', 'wss://example.com:8443'],
  ['ws://me:word@example.com:81/x@y', 'ws://example.com:81'],
  ['ws://[::1]:81/', 'ws://[::1]:81'],
  ['ws://example.com?x@y', 'ws://example.com'],
])('the origin of %s is %s', (url, origin) => expect(originOf(url)).toBe(origin));

test.each([
  'ftp://example.com/',
  'ws://example.com:65536/',
  'ws://example.com/#',
  'ws:///x',
  'ws://a b/',
  'ws://example.com/ö',
  'example.com',
  '',
])('%j is none', (text) => expect(addressOf(text)).toBe(undefined));

test.each([
  'ws://a-/',
  'ws://a..b/',
  'ws://256.1.1.1/',
  'ws://[::1',
  'ws://[::1]x/',
  'ws://[fe80::1%eth0]/',
  'ws://a:1x/',
])('%j has a host or port that is none', (text) => expect(addressOf(text)).toBe(undefined));

test('where it reads an ordinary URL, it reads what Node reads', () => {
  const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const urls = fc.record({
    scheme: fc.constantFrom('ws', 'wss', 'http', 'https', 'WS'),
    // A label of a host does not end in a hyphen.
    host: fc.array(fc.stringMatching(/^[A-Za-z]([a-z0-9-]{0,7}[a-z0-9])?$/), { minLength: 1, maxLength: 3 }),
    port: fc.option(fc.integer({ min: 0, max: 70_000 })),
    path: fc.array(part, { maxLength: 3 }),
    query: fc.option(part),
  });
  fc.assert(
    fc.property(urls, ({ scheme, host, port, path, query }) => {
      const authority = `${host.join('.')}${port === null ? '' : `:${port}`}`;
      const text = `${scheme}://${authority}/${path.join('/')}${query === null ? '' : `?${query}`}`;
      expect(addressOf(text)).toEqual(nodeAddressOf(text));
    }),
  );
});
