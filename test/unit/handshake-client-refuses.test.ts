/** The answers that a client refuses (hostile inputs H1 to H28), each at every split. */
import { describe, expect, test } from 'vitest';
import { fails, opens, outcome } from '../support/client-outcome.ts';
import { head } from '../support/frames.ts';
import { newClient, response, SAMPLE_ACCEPT } from '../support/handshake.ts';
import { concat, latin1 } from '../support/octets.ts';
const ACCEPT = 'Sec-WebSocket-Accept';
const PROTOCOL = 'Sec-WebSocket-Protocol';
const EXTENSIONS = 'Sec-WebSocket-Extensions';

describe('refused', () => {
  test.each([
    ['200 with all that a 101 has', response({}, 'HTTP/1.1 200 OK'), 'httpStatus'],
    ['no Upgrade', response({ Upgrade: undefined }), 'upgradeMissing'],
    ['Upgrade: h2c', response({ Upgrade: 'h2c' }), 'upgradeMissing'],
    ['Upgrade twice', response({ Upgrade: ['h2c', 'websocket'] }), 'upgradeMissing'],
    ['two protocols to upgrade to', response({ Upgrade: 'websocket, websocket' }), 'upgradeMissing'],
    ['no Connection', response({ Connection: undefined }), 'connectionMissing'],
    ['Connection: close', response({ Connection: 'close' }), 'connectionMissing'],
    [
      'Connection: Upgrade and a no-break space',
      response({ Connection: 'Upgrade\u00a0' }),
      'connectionMissing',
    ],
    ['Connection: Upgraded', response({ Connection: 'Upgraded' }), 'connectionMissing'],
    ['no Accept', response({ [ACCEPT]: undefined }), 'acceptMissing'],
    ['an empty Accept', response({ [ACCEPT]: '' }), 'acceptMissing'],
    ['a blank Accept', response({ [ACCEPT]: ' \t ' }), 'acceptMissing'],
    ['an Accept cut off', response({ [ACCEPT]: SAMPLE_ACCEPT.slice(0, -1) }), 'acceptMismatch'],
    ['an Accept with one more', response({ [ACCEPT]: `${SAMPLE_ACCEPT}=` }), 'acceptMismatch'],
    ['an Accept in other letters', response({ [ACCEPT]: SAMPLE_ACCEPT.toUpperCase() }), 'acceptMismatch'],
    ['an Accept in base64url', response({ [ACCEPT]: SAMPLE_ACCEPT.replace('+', '-') }), 'acceptMismatch'],
    ['an Accept for another key', response({ [ACCEPT]: 'sNFDvgmCyTe176pjRalaaMjvzXo=' }), 'acceptMismatch'],
    ['two Accepts', response({ [ACCEPT]: [SAMPLE_ACCEPT, SAMPLE_ACCEPT] }), 'acceptMismatch'],
    ['HTTP/1.0', response({}, 'HTTP/1.0 101 x'), 'httpVersion'],
    ['HTTP/2.0', response({}, 'HTTP/2.0 101 x'), 'httpVersion'],
    ['HTTP/11', response({}, 'HTTP/11 101 x'), 'httpVersion'],
    ['http in small letters', response({}, 'http/1.1 101 x'), 'headMalformed'],
    ['no HTTP at all', response({}, 'SSH-2.0-OpenSSH'), 'headMalformed'],
    ['a status of two digits', response({}, 'HTTP/1.1 10 x'), 'headMalformed'],
    ['a status of four digits', response({}, 'HTTP/1.1 1010 x'), 'headMalformed'],
    ['a status that is no number', response({}, 'HTTP/1.1 1e2 x'), 'headMalformed'],
    ['a status behind another character', response({}, 'HTTP/1.1 x101'), 'headMalformed'],
    ['a status behind a blank', response({}, 'HTTP/1.1  101'), 'headMalformed'],
    ['a status behind a zero', response({}, 'HTTP/1.1 0101 x'), 'headMalformed'],
    ['no status', response({}, 'HTTP/1.1 '), 'headMalformed'],
    [
      'an extension that was not offered',
      response({ [EXTENSIONS]: 'permessage-deflate' }),
      'extensionUnexpected',
    ],
    // It has one element at least (RFC 6455 §9.1).
    ['an empty list of extensions', response({ [EXTENSIONS]: '' }), 'extensionUnexpected'],
    ['a list of extensions without any', response({ [EXTENSIONS]: ' ,\t, ' }), 'extensionUnexpected'],
    ['a subprotocol, and none was offered', response({ [PROTOCOL]: 'chat' }), 'subprotocolUnexpected'],
    ['an empty subprotocol', response({ [PROTOCOL]: '' }), 'subprotocolUnexpected'],
  ])('%s', (_name, answer, error) => fails(answer, error));

  test.each([
    ['a line without a colon', 'X-Colonless'],
    ['a space before the colon', 'X-A : b'],
    ['a name of no characters', ': b'],
    ['a folded line', ' folded'],
    ['a NUL in a value', 'X-A: \0'],
    ['a DEL in a value', 'X-A: \x7f'],
    ['a bare LF', 'X-A: b\nX-B: c'],
    ['two LFs', 'X-A: b\n\nX-B: c'],
    ['a NUL and an LF', 'X-A: b\0\nX-B: c'],
    ['a DEL and an LF', 'X-A: b\x7f\nX-B: c'],
    ['a name, a NUL and an LF', 'X-A\0\nX-B: c'],
    ['a bare CR', 'X-A: b\rX-B: c'],
    ['a name with a bracket', 'X[A]: b'],
  ])('%s', (_name, line) => {
    fails(head('HTTP/1.1 101 x', 'Upgrade: websocket', line, 'Connection: Upgrade'), 'headMalformed');
  });

  test.each([
    ['another subprotocol', { protocol: 'chat' }, 'mqtt', 'subprotocolUnexpected'],
    ['a subprotocol in other letters', { protocol: 'chat' }, 'Chat', 'subprotocolUnexpected'],
    ['two subprotocols', { protocol: 'a, b' }, 'a, b', 'subprotocolUnexpected'],
    ['two subprotocol lines', { protocol: 'a, b' }, ['a', 'b'], 'subprotocolUnexpected'],
    [
      'no subprotocol where one is required',
      { protocol: 'a', requireProtocol: true },
      undefined,
      'subprotocolMissing',
    ],
  ] as const)('%s', (_name, request, chosen, error) =>
    fails(response({ [PROTOCOL]: chosen }), error, request),
  );

  test('plain text from a TLS port, and TLS from a plain one', () => {
    fails(latin1('\x15\x03\x01\x00\x02\x02\x46'), 'headMalformed');
    fails(latin1('<html>\r\n'), 'headMalformed');
  });

  test.each([401, 403, 404, 407, 500, 599])('%d with a body of 8 KiB: the status is told', (status) => {
    const answer = concat(head(`HTTP/1.1 ${status} No`, 'Content-Length: 8192'), latin1('x'.repeat(8192)));
    expect(outcome(answer)).toMatchObject({ error: 'httpStatus', status });
  });

  test.each([426, 429, 503])('%d: when to come again is told', (status) => {
    const answer = head(`HTTP/1.1 ${status} Later`, 'Retry-After: 120');
    expect(outcome(answer)).toMatchObject({ error: 'httpStatus', status, retryAfter: '120' });
  });

  test.each([300, 301, 302, 303, 307, 308])('%d: where to is told', (status) => {
    const answer = head(`HTTP/1.1 ${status} Moved`, 'Location: ws://other.example/');
    expect(outcome(answer)).toMatchObject({ error: 'httpStatus', status, location: 'ws://other.example/' });
  });

  test.each([200, 201, 299])('%d is no refusal and no redirection: nothing of it is told', (status) => {
    const answer = head(`HTTP/1.1 ${status} Yes`, 'Location: /other', 'Retry-After: 5');
    expect(outcome(answer)).toMatchObject({ error: 'httpStatus', status, location: '', retryAfter: '' });
  });

  test('a refusal that says neither where to nor when has neither', () => {
    const answer = head('HTTP/1.1 403 No');
    expect(outcome(answer)).toMatchObject({ status: 403, location: '', retryAfter: '' });
  });

  test('too many interim responses', () => {
    const interim = Array.from({ length: 5 }, () => head('HTTP/1.1 100 Continue'));
    fails(concat(...interim, response()), 'interimTooMany');
    opens(concat(...interim.slice(1), response()));
  });

  test.each([
    ['a header line', () => latin1('HTTP/1.1 101 x\r\nX: ' + 'x'.repeat(9000))],
    ['headers', () => latin1('HTTP/1.1 101 x\r\n' + 'X: x\r\n'.repeat(2000))],
    ['a status line', () => latin1('HTTP/1.1 101 ' + 'x'.repeat(9000))],
    [
      'interim responses with long headers',
      () => latin1(('HTTP/1.1 100 x\r\nX: ' + 'x'.repeat(3000) + '\r\n\r\n').repeat(4)),
    ],
  ])('%s without end, at the limit', (_name, endless) => {
    const input = endless();
    const client = newClient({}, { maxHeadSize: 8192 }).feed(input.slice(0, 8192));
    expect(client.connection.error).toBe(0);
    client.feed(input.slice(8192, 8193));
    expect(client.trace.lines).toEqual(['over 1006 headTooLarge']);
  });

  test('a line longer than our memory that has no colon', () => {
    fails(response({}, 'HTTP/1.1 101 x\r\nX: y\r\n' + 'Y'.repeat(300)), 'headMalformed');
    // Nor does one of the line before it count.
    fails(response({}, 'HTTP/1.1 101 x\r\nX-Long: y\r\nShort'), 'headMalformed');
  });

  test('a wanted header that does not fit our memory', () => {
    expect(outcome(response({ Upgrade: 'w'.repeat(400) })).error).toBe('headTooLarge');
  });

  test('the end of the transport after any number of octets', () => {
    const answer = response();
    for (let count = 0; count < answer.length; count++) {
      for (const failure of [0, 505]) {
        const client = newClient().feed(answer.slice(0, count)).transportClosed(failure);
        const error = failure === 0 ? 'handshakeEnded' : 'transportReset';
        expect(client.trace.lines).toEqual([`over 1006 ${error}`]);
      }
    }
  });
});
