/** Frames that a stream brings in pieces, cut anywhere: what stands in memory beside them is taken for none of them. */
import { describe, expect, test } from 'vitest';
import { WebSocketClient } from '../../src/client/websocket-client.ts';
import { ErrorId } from '../../src/errors.ts';
import type { Host } from '../../src/host.ts';
import { ClientSetup } from '../support/client-setup.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, toHex } from '../support/octets.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

const KINDS: readonly [string, Partial<Host>][] = [
  ['a stream of the host’s own class', { TCP: ScriptedStream }],
  ['another one', {}],
];

/** A client, and the octets of the messages that it has read; `…` behind those that go on. */
function reading(lends: Partial<Host>, options: object = {}): { self: ClientSetup; read: string[] } {
  const read: string[] = [];
  const onReadable = function (this: WebSocketClient, _count: number, { more }: { more?: boolean }): void {
    read.push(toHex(new Uint8Array(this.read() as ArrayBuffer)) + (more ? ' …' : ''));
  };
  return { self: new ClientSetup({ onReadable, ...options } as object, false, lends).opened(), read };
}

const binary = (length: number): Uint8Array => peerFrame('client', { opcode: 2, payload: counting(length) });

describe.each(KINDS)('%s', (_kind, lends) => {
  test('a short message cut anywhere is told once, when it is whole', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 6, 20, 64, 121, 124, 125]) {
      const { self, read } = reading(lends);
      const message = binary(length);
      const whole = toHex(counting(length));
      for (let at = 1; at < message.length; at++) {
        self.stream.deliver(message.subarray(0, at));
        expect(read).toEqual([]);
        self.stream.deliver(message.subarray(at));
        self.host.turn();
        if (length > 0) expect(read.splice(0)).toEqual([whole]);
      }
    }
  });

  test('what is not read of a part is kept, and what is behind it waits', () => {
    const fragments = [
      peerFrame('client', { opcode: 2, payload: counting(9), fin: false }),
      peerFrame('client', { opcode: 0, payload: counting(9), fin: false }),
      peerFrame('client', { opcode: 0, payload: counting(9) }),
    ];
    const long = binary(900);
    const parts = [long.subarray(0, 300), long.subarray(300, 600), long.subarray(600)];
    // Fragments of one read, and one frame by its beginning, its middle and its end.
    for (const [first, ...others] of [[concat(...fragments)], parts]) {
      const counts: number[] = [];
      const onReadable = (count: number): void => void counts.push(count);
      const self = new ClientSetup({ onReadable } as object, false, lends).opened();
      self.stream.deliver(first);
      for (let event = 1; event <= 3; event++) {
        expect(counts).toHaveLength(event);
        expect(self.client.read(new Uint8Array(4))).toBe(4);
        if (others[event - 1]) self.stream.deliver(others[event - 1]);
        self.host.turn();
        expect(counts).toHaveLength(event);
        expect(self.client.read(new Uint8Array(900))).toBe(counts[event - 1] - 4);
        self.host.turn();
      }
      expect(counts).toHaveLength(3);
    }
  });

  test('a length that another frame left in front is not that of the next one', () => {
    // Longer than what is read: with its first octets the second one looks like a short message of the first one’s length.
    for (let length = 2; length <= 125; length++) {
      const { self, read } = reading(lends);
      const [first, second] = [binary(length), binary(200)];
      self.stream.deliver(first.subarray(0, 2));
      self.stream.deliver(first.subarray(2));
      expect(read.splice(0)).toEqual([toHex(counting(length))]);
      self.stream.deliver(second.subarray(0, length + 2));
      self.stream.deliver(second.subarray(length + 2));
      self.host.turn();
      expect(read.join(' ').replaceAll(' … ', '')).toBe(toHex(counting(200)));
    }
  });

  test('what fits into the receive buffer to the octet is read at once', () => {
    const sizes: number[] = [];
    class Counting extends ScriptedStream {
      override read(view: Uint8Array): number {
        sizes.push(view.length);
        return super.read(view);
      }
    }
    const own = lends.TCP === undefined ? {} : { TCP: Counting };
    const { self, read } = reading(own, { receiveBuffer: 1024, socket: { io: Counting } });
    // A frame of which not all has come tells how long the next ones may be.
    const message = binary(396);
    const octets = concat(...Array.from({ length: 6 }, () => message));
    self.stream.deliver(octets.subarray(0, 100));
    self.stream.deliver(octets.subarray(100, 400));
    sizes.length = 0;
    self.stream.deliver(octets.subarray(400, 1424));
    self.host.turn();
    expect(sizes).toEqual([1024]);
    self.stream.deliver(octets.subarray(1424));
    self.host.turn();
    expect(read.join(' ').replaceAll(' … ', '')).toBe(
      Array(6)
        .fill(toHex(counting(396)))
        .join(' '),
    );
  });

  describe('why it ended', () => {
    const reason = new Error('of the runtime');

    test('is what reading it threw', () => {
      const { self } = reading(lends);
      self.stream.read = () => {
        throw reason;
      };
      self.stream.deliver(binary(5));
      self.stream.fail();
      self.host.wait(100_000);
      expect(self.error).toMatchObject({ id: ErrorId.transportFailed, reason });
      self.expectReleased();
    });

    test('stays what was said first, when the stream ends again and says nothing', () => {
      const { self } = reading(lends, { onReadable() {} });
      self.stream.deliver(binary(5));
      self.stream.options.onError.call(self.stream as never, reason);
      self.stream.fail();
      expect(self.call((client) => client.read(5))).toEqual(counting(5).slice().buffer);
      self.host.wait(100_000);
      expect(self.error).toMatchObject({ id: ErrorId.transportEnded, reason });
      self.expectReleased();
    });

    test('is not changed by what a stream says that is closed', () => {
      for (const id of [0, ErrorId.transportReset]) {
        const { self } = reading(lends);
        const endpoint = WebSocketClient.endpointOf(self.client);
        self.client.close();
        const asked: string[] = [];
        Object.assign(self.host, { now: () => asked.push('now') });
        self.stream.options.onError.call(self.stream as never, Object.assign(new Error('late'), { id }));
        self.host.turn();
        expect([endpoint.transportReason, asked, self.told]).toEqual([undefined, [], []]);
      }
    });
  });
});

test('a client that is over holds no stream any more, and asks nothing of one', () => {
  const { self } = reading({});
  const endpoint = WebSocketClient.endpointOf(self.client);
  self.client.close();
  const asked: string[] = [];
  const ask = (name: string) => () => asked.push(name);
  const stream = { read: ask('read'), write: ask('write'), close: ask('close') };
  expect(endpoint._hold(stream as never)).toBe(false);
  endpoint._streamOpened(stream as never, false, 100, 100);
  self.client.close();
  self.host.wait(1000);
  expect([asked, self.told, self.host.timers]).toEqual([[], [], 0]);
});

describe('what write of a client returns', () => {
  test.each([131_072, 262_144])('in a ring of %d octets is what can be written, inside an event', (ring) => {
    const lefts: [number, number][] = [];
    const self = new ClientSetup({
      transmitBuffer: ring,
      onReadable() {
        this.read();
        const endpoint = WebSocketClient.endpointOf(this);
        for (const length of [1, 200, 30_000, 30_000, 1, 5000, 126, 1, 1, 1])
          lefts.push([this.write(counting(length)), endpoint.writable]);
      },
    }).opened();
    self.receive({ opcode: 2, payload: [1] });
    expect(lefts).toHaveLength(10);
    for (const [left, writable] of lefts) expect(left).toBe(writable);
    // The ring, less the first message, the reserve for a control frame, and the header of so long a payload.
    expect(lefts[0][0]).toBe(ring - 7 - 131 - 14);
  });

  test('in a ring of which a part has left is what can be written, inside an event', () => {
    for (const gone of [1, 10, 40]) {
      const lefts: [number, number][] = [];
      const self = new ClientSetup({
        transmitBuffer: 512,
        onReadable() {
          this.read();
          const endpoint = WebSocketClient.endpointOf(this);
          for (const length of [20, 5]) lefts.push([this.write(counting(length)), endpoint.writable]);
        },
      }).opened();
      self.stream.becomeWritable(0);
      self.call((client) => client.write(counting(50)));
      self.stream.becomeWritable(gone);
      expect(self.stream.taken()).toHaveLength(gone);
      self.receive({ opcode: 2, payload: [1] });
      for (const [left, writable] of lefts) expect(left).toBe(writable);
      // The ring, less what is left of the first message, the second one, the reserve, and the header of a third one.
      expect(lefts[0][0]).toBe(512 - (56 - gone) - 26 - 131 - 8);
    }
  });

  test('and it says that nothing was written, where it throws', () => {
    const self = new ClientSetup({ transmitBuffer: 256 }).opened();
    expect(() => self.client.write(counting(300))).toThrow(
      expect.objectContaining({ id: ErrorId.writeTooLong, message: 'nothing was written' }),
    );
    self.call((client) => client.write(closePayload(1000), { opcode: 8, format: 'buffer' } as object));
    expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 8 }]);
  });
});
