/** The client's request, and the answers that it accepts (hostile inputs H9 to H29), at every split. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { fails, opens } from '../support/client-outcome.ts';
import { closePayload, frame, head } from '../support/frames.ts';
import { newClient, response, SAMPLE_ACCEPT, SAMPLE_KEY } from '../support/handshake.ts';
import { concat, splitsOf, utf8 } from '../support/octets.ts';
const ACCEPT = 'Sec-WebSocket-Accept';
const PROTOCOL = 'Sec-WebSocket-Protocol';

describe('the request', () => {
  test('is RFC 6455 §4.1\u2019s, with the key from the random source', () => {
    const headers: [string, string][] = [['Origin', 'http://example.com']];
    const client = newClient({ protocol: 'chat, superchat', headers });
    expect(Buffer.from(client.takeOutput()).toString('latin1')).toBe(
      'GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${SAMPLE_KEY}\r\n` +
        'Sec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.com\r\n\r\n',
    );
  });

  test.each([0, 7, -1])('is not made by a random source that says nothing but %d', (word) => {
    const client = newClient({}, { random: () => word });
    expect([client.takeOutput().length, client.connection.error]).toEqual([0, ErrorId.randomFailed]);
  });

  test('goes out in pieces when it is longer than the ring', () => {
    const cookie = 'c'.repeat(12000);
    const client = newClient({ headers: [['Cookie', cookie]] }, { transmitBuffer: 256 });
    const sent = Buffer.from(client.takeOutput()).toString('latin1');
    expect(sent.endsWith(`\r\nCookie: ${cookie}\r\n\r\n`)).toBe(true);
    client.feed(response());
    expect(client.trace.lines).toEqual(['open']);
  });

  test('is finished before any frame, also when the answer comes too early', () => {
    const client = newClient({ headers: [['Cookie', 'c'.repeat(400)]] }, { transmitBuffer: 256 });
    const early = newClient(
      { headers: [['Cookie', 'c'.repeat(400)]] },
      { transmitBuffer: 256 },
      {
        onOpen: (self) => void self.connection.send(utf8('x'), 0, 1, 0),
      },
    );
    early.takes = false;
    early.feed(response(), frame({ opcode: 9 }));
    early.takes = true;
    early.pump();
    const whole = client.takeOutput();
    expect(early.takeOutput().slice(0, whole.length)).toEqual(whole);
  });
});

describe('accepted', () => {
  test('the example of RFC 6455 §1.3', () => void opens(response()));
  test.each([
    [
      'names in any case',
      head(
        'HTTP/1.1 101 x',
        'UPGRADE: websocket',
        'connection: upgrade',
        `sec-websocket-ACCEPT: ${SAMPLE_ACCEPT}`,
      ),
    ],
    [
      'no space after the colon',
      head('HTTP/1.1 101 x', 'Upgrade:websocket', 'Connection:Upgrade', `${ACCEPT}:${SAMPLE_ACCEPT}`),
    ],
    [
      'tabs and spaces around',
      head(
        'HTTP/1.1 101 x',
        'Upgrade:\t websocket \t',
        'Connection: Upgrade\t',
        `${ACCEPT}: \t${SAMPLE_ACCEPT}  `,
      ),
    ],
    ['WebSocket in other letters', response({ Upgrade: 'WebSocket' })],
    ['Connection with more tokens', response({ Connection: 'keep-alive, Upgrade' })],
    ['two Connection lines', response({ Connection: ['keep-alive', 'upgrade'] })],
    ['no reason phrase', response({}, 'HTTP/1.1 101')],
    ['an empty reason phrase', response({}, 'HTTP/1.1 101 ')],
    ['100 first', concat(head('HTTP/1.1 100 Continue'), response())],
    [
      '103 with headers first',
      concat(head('HTTP/1.1 103 Early Hints', 'Link: </a>', 'Upgrade: h2c'), response()),
    ],
    [
      'cookies, a long date, other octets',
      response({ 'Set-Cookie': ['a=b', 'c=d'], Date: 'x'.repeat(90), Server: '\u00e4\u00ff' }),
    ],
    ['an empty header', response({ Server: '' })],
  ])('%s', (_name, answer) => void opens(answer));

  test('a header line longer than our memory, if nobody wants it', () => {
    opens(response({ 'X-Long': 'x'.repeat(5000), ['Y'.repeat(300)]: 'y' }));
  });

  // A line may have 256 octets, with the blank in front of the value.
  test.each([200, 254, 255, 256, 300])('a subprotocol of %d octets, as long as a line may be', (length) => {
    const chosen = 'c'.repeat(length);
    const answer = response({ [PROTOCOL]: chosen });
    if (length < 256) expect(opens(answer, { protocol: chosen }).protocol).toBe(chosen);
    else fails(answer, 'headTooLarge', { protocol: chosen });
  });

  test('values of which some octets are like those of other lines', () => {
    opens(response({ 'X-A': 'a: b: c', 'X-B': `${'b'.repeat(250)}:`, 'X-C': ':' }));
  });

  test('the subprotocol that the server chose', () => {
    expect(opens(response({ [PROTOCOL]: 'superchat' }), { protocol: 'chat, superchat' }).protocol).toBe(
      'superchat',
    );
    expect(opens(response(), { protocol: 'chat' }).protocol).toBe('');
  });

  test('frames in the same segment are delivered after the opening', () => {
    const input = concat(
      response(),
      frame({ opcode: 1, payload: utf8('hi') }),
      frame({ opcode: 8, payload: closePayload(1000) }),
    );
    for (const pieces of splitsOf(input)) {
      const client = newClient()
        .feed(...pieces)
        .transportClosed();
      expect(client.trace.lines).toEqual(['open', 'text "hi"', 'close 1000', 'over 1000 clean']);
    }
  });
});
