/** Close frames: codes, reasons, and what is answered (RFC 6455 §5.5.1, §7.4). */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { isWireCloseCode } from '../../src/frame/close-code.ts';
import { Driver } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { hex, splitsOf, utf8 } from '../support/octets.ts';

const ROLES = ['server', 'client'] as const;

/** §7.4.1 and its registry: defined to be sent in a Close frame; §7.4.2: 3000–3999 libraries, 4000–4999 private. */
function mayBeSent(code: number): boolean {
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  return registered.includes(code) || (code >= 3000 && code <= 4999);
}

test('all 65,536 codes', () => {
  for (let code = 0; code < 65536; code++) {
    if (isWireCloseCode(code) !== mayBeSent(code)) expect.fail(`code ${code}`);
    const driver = new Driver().open().feed(peerFrame('server', { opcode: 8, payload: closePayload(code) }));
    const answer = framesOf(driver.takeOutput()).map((sent) => (sent.payload[0] << 8) | sent.payload[1]);
    if (answer.length !== 1 || answer[0] !== (mayBeSent(code) ? code : 1002))
      expect.fail(`code ${code}: ${answer}`);
    if (driver.connection.error !== (mayBeSent(code) ? 0 : ErrorId.closeCodeInvalid))
      expect.fail(`code ${code}`);
  }
});

describe.each(ROLES)('received by a %s', (role) => {
  const receive = (payload: Uint8Array): Driver[] =>
    splitsOf(peerFrame(role, { opcode: 8, payload })).map((pieces) =>
      new Driver({ role }).open().feed(...pieces),
    );

  test('without a code: answered without one, reported as 1005', () => {
    for (const driver of receive(hex(''))) {
      expect(framesOf(driver.takeOutput())).toMatchObject([{ first: 0x88, payload: hex('') }]);
      driver.transportClosed();
      expect(driver.trace.lines.at(-1)).toBe('over 1005 clean');
    }
  });

  test.each(['', 'bye', '\u20ac\u{10348}', 'r'.repeat(123)])('with the reason "%s": echoed', (reason) => {
    for (const driver of receive(closePayload(4321, utf8(reason)))) {
      expect(framesOf(driver.takeOutput())).toMatchObject([
        { first: 0x88, payload: closePayload(4321, utf8(reason)) },
      ]);
      driver.transportClosed();
      const shown = reason === '' ? '' : ` ${JSON.stringify(reason)}`;
      expect(driver.trace.lines.slice(0, 2)).toEqual(['open', `close 4321${shown}`]);
      expect(driver.trace.lines.at(-1)).toBe('over 4321 clean');
    }
  });

  test.each(['ff', 'c0 af', 'ed a0 80', '61 e2 82', 'f4 90 80 80', '61 62 63 64 65 66 67 68 80'])(
    'with %s as the reason: 1007',
    (reason) => {
      for (const driver of receive(closePayload(1000, hex(reason)))) {
        expect(framesOf(driver.takeOutput())).toMatchObject([{ payload: closePayload(1007) }]);
        expect(driver.connection.error).toBe(ErrorId.closeReasonInvalid);
        driver.transportClosed();
        expect(driver.trace.lines.at(-1)).toBe('over 1006 closeReasonInvalid');
        expect(driver.trace.lines.some((line) => line.startsWith('close'))).toBe(false);
      }
    },
  );

  test('what follows a Close is ignored', () => {
    const driver = new Driver({ role }).open();
    driver.feed(
      peerFrame(role, { opcode: 8, payload: closePayload(1000) }),
      hex('ffffffffffffffffff'),
      utf8('GET /'),
    );
    expect(driver.backlog).toBe(0);
    expect(framesOf(driver.takeOutput()).length).toBe(1);
    driver.transportClosed();
    expect(driver.trace.lines.filter((line) => line !== 'fin')).toEqual([
      'open',
      'close 1000',
      'over 1000 clean',
    ]);
  });
});

describe.each(ROLES)('begun by a %s', (role) => {
  test('the peer\u2019s answer ends it, with the peer\u2019s code', () => {
    const driver = new Driver({ role }).open();
    expect(driver.connection.close(1001, utf8('going'))).toBe(0);
    driver.pump();
    expect(framesOf(driver.takeOutput())).toMatchObject([
      { first: 0x88, payload: closePayload(1001, utf8('going')) },
    ]);
    driver.feed(peerFrame(role, { opcode: 1, payload: utf8('late') }));
    driver.feed(peerFrame(role, { opcode: 8, payload: closePayload(3000) })).transportClosed();
    expect(driver.trace.lines.filter((line) => line !== 'fin')).toEqual([
      'open',
      'text "late"',
      'close 3000',
      'over 3000 clean',
    ]);
    expect(driver.takeOutput().length).toBe(0);
  });

  test('the Close goes behind what was sent before, and nothing goes behind it', () => {
    const driver = new Driver({ role }).open();
    const { connection } = driver;
    connection.send(utf8('last'), 0, 4, 0);
    connection.close();
    expect(connection.send(utf8('more'), 0, 4, 0)).toBe(ErrorId.notOpen);
    expect(connection.sendControl(9, utf8(''), 0, 0)).toBe(ErrorId.notOpen);
    expect(connection.close(1000)).toBe(ErrorId.notOpen);
    expect(connection.writable).toBe(0);
    driver.pump();
    expect(framesOf(driver.takeOutput()).map((sent) => sent.opcode)).toEqual([1, 8]);
  });

  test('a Close that finds no room waits until there is some', () => {
    const driver = new Driver({ role, transmitBuffer: 256 }).open();
    driver.takes = false;
    const { connection } = driver;
    const { writable } = connection;
    connection.send(new Uint8Array(writable), 0, writable, 1);
    connection.close(1000);
    driver.takes = true;
    driver.pump();
    expect(framesOf(driver.takeOutput()).map((sent) => sent.opcode)).toEqual([2, 8]);
  });
});

test('a server is done as soon as both Closes are through, whoever began', () => {
  const answered = new Driver().open().feed(peerFrame('server', { opcode: 8, payload: closePayload(1000) }));
  expect(answered.trace.lines.at(-1)).toBe('over 1000 clean');
  const begun = new Driver().open();
  begun.connection.close(1000);
  begun.pump();
  begun.feed(peerFrame('server', { opcode: 8, payload: closePayload(1000) }));
  expect(begun.trace.lines.at(-1)).toBe('over 1000 clean');
});
