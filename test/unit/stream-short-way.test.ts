/** A stream that brings one short message in a read: whatever its event does is done as soon as after any other. */
import { describe, expect, test } from 'vitest';
import type { WebSocketClient } from '../../src/client/websocket-client.ts';
import type { Host } from '../../src/host.ts';
import { ClientSetup } from '../support/client-setup.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

/** Where the short way is taken, and where it is not. */
const KINDS: readonly [string, Partial<Host>][] = [
  ['a stream of the host\u2019s own class', { TCP: ScriptedStream }],
  ['another one', {}],
];
const MESSAGES: readonly [string, Parameters<typeof peerFrame>[1]][] = [
  ['no octets', { opcode: 2, payload: [] }],
  ['short octets', { opcode: 2, payload: counting(30) }],
  ['octets with a longer header', { opcode: 2, payload: counting(200) }],
  ['text', { opcode: 1, payload: utf8('grün') }],
];
/** A client reads by either; `does` is done once, from inside. */
const READERS: readonly [string, (does: (client: WebSocketClient) => void) => object][] = [
  [
    'onReadable',
    (does) => ({
      onReadable(this: WebSocketClient) {
        this.read();
        does(this);
      },
    }),
  ],
  [
    'onSpan',
    (does) => ({
      onSpan(this: WebSocketClient) {
        does(this);
      },
    }),
  ],
];

const once = (does: (client: WebSocketClient) => void): ((client: WebSocketClient) => void) => {
  let times = 0;
  return (client) => {
    if (times++ === 0) does(client);
  };
};

describe.each(KINDS)('%s', (_kind, lends) => {
  describe.each(READERS)('whose messages come by %s', (_name, reading) => {
    test.each(MESSAGES)('an answer to %s leaves with it, and the next one is read', (_what, message) => {
      let times = 0;
      const options = reading((client) => void client.write(Uint8Array.of(++times)));
      const self = new ClientSetup(options, false, lends).opened();
      for (let i = 1; i <= 3; i++) {
        self.receive(message);
        expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 2, payload: Uint8Array.of(i) }]);
      }
    });

    test.each(MESSAGES)(
      'a Close inside %s leaves with it, and its answer ends the connection',
      (_what, message) => {
        const close = { opcode: 8, format: 'buffer' };
        const options = reading(once((client) => void client.write(closePayload(1000), close as object)));
        const self = new ClientSetup(options, false, lends).opened();
        self.receive(message);
        expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 8, payload: closePayload(1000) }]);
        self.receive({ opcode: 8, payload: closePayload(1000) });
        self.stream.fail();
        self.host.turn();
        expect(self.told.at(-1)).toBe('close');
      },
    );

    test.each(MESSAGES)('released inside %s, nothing is told any more', (_what, message) => {
      const options = reading(once((client) => client.close()));
      const self = new ClientSetup(options, false, lends).opened();
      self.receive(message, message);
      const count = self.told.length;
      expect(self.stream.isClosed).toBe(true);
      self.host.wait(100_000);
      expect([self.told.length, self.host.timers]).toEqual([count, 0]);
    });

    test.each(MESSAGES)(
      '%s, and the beginning of the next one: both are told, each once',
      (_what, message) => {
        let times = 0;
        const options = reading(() => void times++);
        const self = new ClientSetup(options, false, lends).opened();
        const frame = peerFrame('client', message);
        self.stream.deliver(concat(frame, frame.subarray(0, 1)));
        expect(times).toBe(1);
        self.stream.deliver(frame.subarray(1));
        self.host.turn();
        expect(times).toBe(2);
        self.receive(message);
        expect(times).toBe(3);
      },
    );
  });

  test.each(MESSAGES)(
    'whoever closes and leaves %s unread is told of the answer behind it',
    (_what, message) => {
      const close = { opcode: 8, format: 'buffer' };
      const options = {
        onReadable(this: WebSocketClient) {
          if (this.errorId === 0) this.write(closePayload(1000), close as object);
        },
      };
      const self = new ClientSetup(options, false, lends).opened();
      self.receive(message, { opcode: 8, payload: closePayload(4001) });
      expect(self.told.at(-1)).toBe('control 8 0fa1');
      self.stream.fail();
      self.host.wait(20_000);
      expect([self.told.at(-1), self.client.closeCode]).toEqual(['close', 4001]);
    },
  );

  test('a message is a sign of life: no idle deadline passes, as long as they come', () => {
    const self = new ClientSetup({ idleTimeout: 1000, keepalive: 0 }, false, lends).opened();
    for (let i = 0; i < 20; i++) {
      self.receive({ opcode: 2, payload: counting(5) });
      self.call((client) => client.read());
      self.host.wait(400);
    }
    expect(self.client.errorId).toBe(0);
    self.host.wait(1100);
    expect(self.told.at(-1)).toBe('error');
  });
});
