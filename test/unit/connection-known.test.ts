/** What can be asked of a connection, and the bound of its messages where a frame comes whole. */
import { describe, expect, test } from 'vitest';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { newClient } from '../support/handshake.ts';
import { counting, latin1 } from '../support/octets.ts';

describe('a client', () => {
  test('knows nothing of a response before there is one', () => {
    const { connection } = newClient();
    const { protocol, httpStatus, location, retryAfter, closeCode, closeReason, error } = connection;
    expect([protocol, httpStatus, location, retryAfter]).toEqual(['', 0, '', '']);
    expect([closeCode, closeReason, error, connection.state]).toEqual([1006, '', 0, State.handshake]);
  });

  test('that is refused knows why, where it was led to, and when it may come again', () => {
    const head = (lines: string): Uint8Array => latin1(`HTTP/1.1 ${lines}\r\n\r\n`);
    const moved = newClient().feed(head('302 Found\r\nLocation: wss://other.example/x')).connection;
    expect([moved.httpStatus, moved.location, moved.retryAfter]).toEqual([302, 'wss://other.example/x', '']);
    const busy = newClient().feed(head('503 Busy\r\nRetry-After: 120')).connection;
    expect([busy.httpStatus, busy.location, busy.retryAfter]).toEqual([503, '', '120']);
    for (const { error, state } of [moved, busy])
      expect([error, state]).toEqual([ErrorId.httpStatus, State.closed]);
  });
});

describe.each(['client', 'server'] as const)('a %s', (role) => {
  test.each([0, 1, 5, 125, 126, 65_535, 65_536])(
    'with maxMessageSize %d takes that, and not an octet more',
    (most) => {
      for (const opcode of [1, 2]) {
        const driver = new Driver({ role, maxMessageSize: most }).open();
        const payload = new Uint8Array(most).fill(0x61);
        driver.feed(peerFrame(role, { opcode, payload }), peerFrame(role, { opcode, payload }));
        expect(driver.connection.error).toBe(0);
        driver.feed(peerFrame(role, { opcode, payload: [...payload, 0x61] }));
        expect(driver.connection.error).toBe(ErrorId.messageTooBig);
        expect(framesOf(driver.takeOutput()).at(-1)).toMatchObject({
          opcode: 8,
          payload: closePayload(1009),
        });
        // Nothing of it was delivered.
        expect(driver.trace.lines.slice(1).filter((line) => line.includes('…'))).toEqual([]);
      }
    },
  );
});

test('octets of the middle of a message are those that came', () => {
  const seen: number[] = [];
  const driver = new Driver(
    {},
    { onData: (_self, bytes, start, end) => void seen.push(...bytes.subarray(start, end)) },
  ).open();
  const frame = peerFrame('server', { opcode: 2, payload: counting(5000) });
  for (let at = 0; at < frame.length; at += 700) driver.feed(frame.subarray(at, at + 700).slice());
  expect(seen).toEqual([...counting(5000)]);
});
