/** What a server's half of the opening handshake is strict about (hostile inputs R7, R13), and what it lets pass. */
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import type { ServerRequest } from '../../src/handshake/server.ts';
import { head } from '../support/frames.ts';
import { newServer, request, SAMPLE_KEY } from '../support/handshake.ts';
import { concat, latin1 } from '../support/octets.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Status and error id that `input` is answered with, and what the hook has seen. */
function answerTo(input: Uint8Array, options = {}): { status: number; error: string; seen: ServerRequest[] } {
  const seen: ServerRequest[] = [];
  const server = newServer({ onRequest: (each) => void seen.push(each) }, options).feed(input);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text(server.takeOutput()))?.[1]);
  const { error } = server.connection;
  return { status, error: error === 0 ? '' : nameOfError(error), seen };
}

function refused(input: Uint8Array, error: string, status = 400): void {
  expect(answerTo(input)).toEqual({ status, error, seen: [] });
}

function accepted(input: Uint8Array): ServerRequest {
  const { status, error, seen } = answerTo(input);
  expect([status, error, seen.length]).toEqual([101, '', 1]);
  return seen[0];
}

describe('Content-Length: digits, once (RFC 9112 §6.3)', () => {
  test.each(['0x0', '+0', '-0', '', ' ', '0.0', '0e1', '0,0', '0, 0', '1', '00000005', 'zero', '٠'])(
    '%j is refused',
    (value) => refused(request({ 'Content-Length': Buffer.from(value).toString('latin1') }), 'requestBody'),
  );
  test('two of them are refused, though they are equal', () =>
    refused(request({ 'Content-Length': ['0', '0'] }), 'requestBody'));
  // Any number of digits is a length (RFC 9110 §8.6), and all of them are read.
  test.each(['0', '000'])('%j is no body', (value) => void accepted(request({ 'Content-Length': value })));
  test('nor are thousands of zeros', () => {
    const sized = { maxHeadSize: 16384, receiveBuffer: 8192 };
    expect(answerTo(request({ 'Content-Length': '0'.repeat(5000) }), sized).status).toBe(101);
  });
});

describe('a request target (RFC 9112 §3.2)', () => {
  test.each([
    ['/chat?a=b', '/chat?a=b'],
    ['//a/b', '//a/b'],
    ['http://other.example/chat?x', '/chat?x'],
    ['HTTPS://other.example:8443/', '/'],
    ['ws://other.example', '/'],
    ['wss://[::1]?x=/y', '/?x=/y'],
    ["/!$&'()*+,-./09:;=@AZ_az~%20%fF", "/!$&'()*+,-./09:;=@AZ_az~%20%fF"],
    // Browsers do not escape these in a query.
    ['/?a[]={x|y}&b=^`\\', '/?a[]={x|y}&b=^`\\'],
  ])('%s is %s', (target, path) => expect(accepted(request({}, `GET ${target} HTTP/1.1`)).path).toBe(path));

  test.each([
    '*',
    'server.example.com:80',
    'chat',
    'ftp://server.example.com/',
    'https',
    'wss',
    'httpx',
    'ws:/',
    'wss://',
    'mailto:a@b',
    '://a/',
    'http://',
    'http:///chat',
    'http://user@a.example/',
    'http://user:pass@a.example/',
    'http://a.example:99999/',
    'http://a b/',
    'http:/chat',
    '/chat#x',
    '/ch\u00e4t',
    '/a"b<>',
    '/a\\b',
    '/a^b',
    '/a`b',
    '/a{b}',
    '/a|b',
    '/a[b]',
    '/?a"b',
    '/?<a>',
    '/%zz',
    '/%',
    '/%4',
    '/?100%',
    '/?%4g',
    'http://a.example/%zz',
    'http://a.example?"',
  ])('%s is refused', (target) => refused(request({}, `GET ${target} HTTP/1.1`), 'requestTarget'));

  test('in absolute form tells the host in place of the header', () => {
    expect(accepted(request({}, 'GET http://other.example:81/ HTTP/1.1')).host).toBe('other.example:81');
    expect(accepted(request()).host).toBe('server.example.com');
  });
});

describe('Host (RFC 9110 §7.2)', () => {
  test.each([
    'a',
    'a.example.',
    'a_b.example',
    'a.'.repeat(99),
    'A.EXAMPLE:8080',
    'a:',
    'xn--bcher-kva.example',
    '127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '[::ffff:1.2.3.4]:443',
    '[1:2:3:4:5:6:7:8]',
    `${'a'.repeat(63)}.example`,
  ])('%s is one', (host) => expect(accepted(request({ Host: host })).host).toBe(host));

  test.each([
    '',
    ':80',
    'a b',
    'a/b',
    'a\tb',
    'user@a',
    'http://a',
    'a:b',
    'a:80:80',
    'a:65536',
    'a:0',
    'a:00000',
    '[::1]:0',
    'a:+80',
    'a, b',
    'a,b',
    '.',
    'a..b',
    '-a.example',
    'a-.example',
    '256.1.1.1',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.4.5',
    '::1',
    '[::1',
    '[::1]x',
    '[::1x',
    '[1::a',
    '[]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7:8:9]',
    '[12345::]',
    '[fe80::1%eth0]',
    '[::1.2.3.4:5]',
    'b\u00fccher.example',
    `${'a'.repeat(64)}.example`,
  ])('%j is none', (host) => refused(request({ Host: host }), 'hostMissing'));
});

describe('subprotocols are different tokens, and one at least (RFC 6455 §11.3.4)', () => {
  test.each(['', ' ', ',', ' , ,'])('%j is refused', (value) =>
    refused(request({ 'Sec-WebSocket-Protocol': value }), 'headMalformed'),
  );
  test.each(['a, a', 'a b', 'a/b', 'a;b', '"a"', 'a, b, a'])('%j is refused', (value) =>
    refused(request({ 'Sec-WebSocket-Protocol': value }), 'headMalformed'),
  );
  test('also over two lines', () =>
    refused(request({ 'Sec-WebSocket-Protocol': ['a', 'a'] }), 'headMalformed'));
  test('empty elements are none of them (RFC 9110 §5.6.1.2)', () =>
    expect(accepted(request({ 'Sec-WebSocket-Protocol': ', a,, ,b ,' })).protocols).toEqual(['a', 'b']));
  test('64 are read, and one more is too many for the memory of a device', () => {
    const offer = Array.from({ length: 65 }, (_, i) => i.toString(36));
    const sixtyFour = offer.slice(1);
    expect(accepted(request({ 'Sec-WebSocket-Protocol': sixtyFour.join() })).protocols).toEqual(sixtyFour);
    refused(request({ 'Sec-WebSocket-Protocol': offer.join() }), 'headTooLarge', 431);
  });
});

// Also where no compression is spoken: what is against the grammar fails the handshake (§4.2.1).
describe('an offer of extensions has one at least, by the grammar of RFC 6455 §9.1', () => {
  test.each(['', ' ', ',', ' , ,', ';', 'a;', 'a;;b', 'a b', 'a;b=', 'a;b="', 'a;b="c d"', 'a/b', '"a"'])(
    '%j is refused',
    (value) => refused(request({ 'Sec-WebSocket-Extensions': value }), 'extensionInvalid'),
  );
  test('also behind others, and over two lines', () => {
    refused(request({ 'Sec-WebSocket-Extensions': `${'a;b,'.repeat(40)}c;` }), 'extensionInvalid');
    refused(request({ 'Sec-WebSocket-Extensions': ['a', 'b;'] }), 'extensionInvalid');
  });
  test.each(['a', ',a, ,b;c', 'a;b="c"', 'a ; b = c\t,d', `a${';b'.repeat(50)}`])('%j is one', (value) =>
    expect(accepted(request({ 'Sec-WebSocket-Extensions': value })).path).toBe('/chat'),
  );
});

// A line has 256 octets at most here. Each value costs two more than it has with the blank in front of it.
describe('of all values together as much is kept as of one line, and 256 octets', () => {
  const lines = text(request()).split('\r\n').slice(1, -2);
  const spent = lines.reduce((sum, line) => sum + line.length - line.indexOf(':') - 1 + 2, 0);
  const offers = (length: number): Uint8Array =>
    request({ 'Sec-WebSocket-Extensions': ['a'.repeat(200), 'b'.repeat(length)] });
  const most = 256 + 256 - spent - (200 + 3) - 3;

  test('to the octet', () => {
    accepted(offers(most));
    refused(offers(most + 1), 'headTooLarge', 431);
  });

  test('of many short lines, too', () =>
    refused(request({ 'Sec-WebSocket-Extensions': new Array<string>(200).fill('a') }), 'headTooLarge', 431));

  test('what nobody wants is not kept', () =>
    void accepted(request({ 'X-Other': new Array<string>(20).fill('x'.repeat(200)) })));
});

describe('one Origin (RFC 6454 §7.1)', () => {
  test.each([
    ['two lines', ['http://a.example', 'http://a.example']],
    ['a list', 'http://a.example, http://b.example'],
    ['a list of the old kind', 'http://a.example http://b.example'],
    ['a list without blanks', 'http://a.example,http://b.example'],
    ['a list with a tab', 'http://a.example\thttp://b.example'],
    ['a list whose first element is empty', ',http://b.example'],
  ])('%s', (_name, value) => refused(request({ Origin: value }), 'headMalformed'));
  test.each(['null', 'https://a.example:8443', 'chrome-extension://abc'])('%s', (value) =>
    expect(accepted(request({ Origin: value })).origin).toBe(value),
  );
});

describe('of two faults that of the line that came first is told', () => {
  // None of them is there twice in a request that is sound.
  test.each([
    ['Host', 'a.example', 'hostMissing'],
    ['Sec-WebSocket-Key', SAMPLE_KEY, 'keyInvalid'],
    ['Sec-WebSocket-Version', '13', 'versionUnsupported'],
    ['Origin', 'null', 'headMalformed'],
    ['Content-Length', '0', 'requestBody'],
  ])('%s twice, and a line behind it that is none', (name, value, error) => {
    const changes = { [name]: [value, value], 'X-A': '\0' };
    refused(request(changes), error, error === 'versionUnsupported' ? 426 : 400);
  });

  test('what else is there twice is a list', () =>
    void accepted(request({ Upgrade: ['h2c', 'websocket'], Connection: ['keep-alive', 'Upgrade'] })));
});

describe('names of headers are looked at to their end', () => {
  test.each([
    ['a blank behind 5,000 characters', `${'x'.repeat(5000)} : y`],
    ['a bracket behind 5,000 characters', `${'x'.repeat(5000)}(: y`],
    ['an octet above ASCII behind 300', `${'x'.repeat(300)}\u00e9: y`],
    ['no colon behind 5,000', 'x'.repeat(5000)],
  ])('%s', (_name, line) =>
    refused(head('GET / HTTP/1.1', 'Host: a', line, 'Upgrade: websocket'), 'headMalformed'),
  );

  test.each(Array.from({ length: 256 }, (_, octet) => octet))('octet %d', (octet) => {
    // RFC 9110 §5.6.2, written out.
    const isToken = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(octet));
    const input = head('GET / HTTP/1.1', `x${String.fromCharCode(octet)}y: z`);
    const { error } = answerTo(input.slice(0, -2));
    // A colon ends the name, and the value may have another.
    expect(error).toBe(isToken || octet === 58 ? '' : 'headMalformed');
  });
});

describe('the empty line before a request (RFC 9112 §2.2)', () => {
  test('one is skipped', () => void accepted(concat(latin1('\r\n'), request())));
  test('two are refused', () => refused(concat(latin1('\r\n\r\n'), request()), 'headMalformed'));
  test('one that is no CRLF is refused', () => refused(concat(latin1('\n'), request()), 'headMalformed'));
  test('it counts for the size of the head', () => {
    const whole = concat(latin1('\r\n'), request());
    expect(answerTo(whole, { maxHeadSize: whole.length }).status).toBe(101);
    expect(answerTo(whole, { maxHeadSize: whole.length - 1 }).status).toBe(431);
  });
});

test('blanks, tabs and commas by thousands mean what one of them means', () => {
  const blanks = ' \t'.repeat(1500);
  const sized = { maxHeadSize: 16384, receiveBuffer: 8192 };
  for (const [name, value] of [
    ['Connection', `,${blanks},Upgrade${blanks},`],
    ['Upgrade', `${','.repeat(3000)}websocket`],
    ['Sec-WebSocket-Key', `${blanks}${SAMPLE_KEY}${blanks}`],
    ['Sec-WebSocket-Extensions', `${', '.repeat(1500)}x`],
  ])
    expect(answerTo(request({ [name]: value }), sized).status).toBe(101);
  expect(answerTo(request({ Connection: `Up${blanks}grade` }), sized).error).toBe('connectionMissing');
});
