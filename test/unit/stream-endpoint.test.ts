/** The endpoint on an ECMA-419 stream: short messages and long ones, views of exact lengths, whole frames. */
import { describe, expect, test } from 'vitest';
import { WebSocketClient, type WriteOptions } from '../../src/client/websocket-client.ts';
import type { Host } from '../../src/host.ts';
import { ClientSetup, text } from '../support/client-setup.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

/** A stream of another class than the host's, and of that. */
const KINDS = ['foreign', 'native'] as const;
type Kind = (typeof KINDS)[number];

interface Setup {
  self: ClientSetup;
  stream: ScriptedStream;
}

function setup(kind: Kind, options: ConstructorParameters<typeof ClientSetup>[0] = {}): Setup {
  const lends: Partial<Host> = kind === 'native' ? { TCP: ScriptedStream } : {};
  const self = new ClientSetup(options, false, lends).opened();
  return { self, stream: self.stream };
}

// ECMA-419 §14.3: write returns how many octets can be written next, which need not be what is left of the count before.
test.each([0, 10])('a stream that says it takes %d octets more is given no more', (left) => {
  class Narrow extends ScriptedStream {
    override write(view: Uint8Array): number {
      super.write(view);
      return left;
    }
  }
  const self = new ClientSetup({ socket: { io: Narrow as never } }).opened();
  // The handshake's request was the last that it took.
  self.stream.becomeWritable(1000);
  self.call((client) => client.write(counting(50).slice()));
  self.stream.taken();
  self.call((client) => client.write(counting(60).slice()));
  // With as much as it said each time: 10 and 10 and so on, or nothing.
  const taken = self.stream.taken().length;
  expect(taken).toBe(left === 0 ? 0 : 66);
  self.stream.becomeWritable(1000);
  self.host.turn();
  expect(taken + self.stream.taken().length).toBe(66);
});

describe('what is sent', () => {
  test('whole buffers of every length', () => {
    const setups = KINDS.map((kind) => setup(kind));
    for (let length = 0; length <= 1000; length++) {
      const data = counting(length);
      for (const { self, stream } of setups) {
        stream.becomeWritable();
        self.call((client) => client.write(data));
        const [frame, ...others] = framesOf(stream.taken());
        expect(others).toEqual([]);
        expect(Buffer.compare(frame.payload, data)).toBe(0);
        expect(frame.key).toBeDefined();
      }
    }
  });

  test.each([0, 1, 15, 16, 17, 63, 64, 65, 127, 511, 512, 513, 1000])(
    '%d octets, sent in a turn of its own and from inside a message',
    (length) => {
      const data = counting(length);
      for (const isInside of [false, true]) {
        const frames = KINDS.map((kind) => {
          const { self, stream } = setup(kind, {
            transmitBuffer: 4096,
            onReadable() {
              this.read();
              if (isInside) this.write(data);
            },
          });
          // A second message lies behind the first while that is answered.
          self.receive(text('one'), text('two'));
          self.host.turn();
          if (!isInside) self.call((client) => client.write(data));
          stream.becomeWritable();
          self.host.turn();
          return framesOf(stream.taken()).map(({ payload, key }) => ({ payload, masked: key !== undefined }));
        });
        expect(frames[0]).toEqual(frames[1]);
        expect(frames[0].length).toBe(isInside ? 2 : 1);
        for (const { payload, masked } of frames[0]) {
          expect(Buffer.compare(payload, data)).toBe(0);
          expect(masked).toBe(true);
        }
      }
    },
  );

  test('short messages between frames of every other kind, all in one turn', () => {
    const short = counting(30);
    const other = counting(20);
    const { ping, pong } = WebSocketClient;
    const writes: [Uint8Array, WriteOptions?][] = [
      [short],
      [short],
      [short, { binary: false }],
      [other, { opcode: ping }],
      [short],
      [counting(300)],
      [short],
      [other, { more: true }],
      [other, {}],
      [short],
      [new Uint8Array(0)],
      [short],
      [other, { opcode: pong }],
      [short, { opcode: WebSocketClient.text }],
      [other],
      [short],
    ];
    const [words, ...others] = KINDS.map((kind) => {
      const { self, stream } = setup(kind);
      self.call((client) => {
        for (const [data, options] of writes) client.write(data, options);
      });
      stream.becomeWritable();
      self.host.turn();
      return framesOf(stream.taken()).map(({ key, ...frame }) => ({ ...frame, masked: key !== undefined }));
    });
    expect(words.map(({ payload }) => payload.length)).toEqual(writes.map(([data]) => data.length));
    expect(words.map(({ opcode }) => opcode)).toEqual([2, 2, 1, 9, 2, 2, 2, 2, 0, 2, 2, 2, 10, 1, 2, 2]);
    for (const frames of others) expect(frames).toEqual(words);
  });

  test('a Pong that waits stays what it is while short messages are sent', () => {
    for (const kind of KINDS) {
      const { self, stream } = setup(kind);
      const payload = counting(50).map((octet) => 255 - octet);
      stream.becomeWritable(10);
      self.client.write(counting(20));
      stream.deliver(peerFrame('client', { opcode: 9, payload }));
      for (let i = 0; i < 3; i++) self.client.write(counting(20));
      stream.becomeWritable();
      self.host.turn();
      const frames = framesOf(stream.taken());
      expect(frames.map(({ opcode }) => opcode)).toEqual([2, 10, 2, 2, 2]);
      const [first, pong, ...others] = frames.map((frame) => frame.payload);
      expect(Buffer.compare(pong, payload)).toBe(0);
      for (const each of [first, ...others]) expect(Buffer.compare(each, counting(20))).toBe(0);
    }
  });

  test('pings that come all at once are all answered, and what was told as writable is taken between them', () => {
    for (const kind of KINDS) {
      let told = 0;
      const { self, stream } = setup(kind, {
        transmitBuffer: 256,
        onWritable: (count) => (told = count),
        onReadable(count) {
          this.read(count);
          const size = told;
          told = this.write(counting(size));
          expect(size).toBe(119);
        },
      });
      stream.becomeWritable(8192);
      const pings = Array.from({ length: 10 }, (_, i) => counting(i * 12));
      const frames = pings.map((payload) => peerFrame('client', { opcode: 9, payload }));
      const message = peerFrame('client', { opcode: 2, payload: counting(3) });
      stream.deliver(concat(...frames, message));
      self.host.turn();
      const sent = framesOf(stream.taken()).map(({ opcode, payload }) => [opcode, payload.length]);
      expect(sent).toEqual([...pings.map((payload) => [10, payload.length]), [2, 119]]);
      expect(told).toBe(119);
    }
  });

  test('what write returns is what fits next, whatever the ring holds', () => {
    const counts = KINDS.map((kind) => {
      const told: number[] = [];
      const { self, stream } = setup(kind, {
        transmitBuffer: 512,
        onWritable() {
          for (let length = 1; ; length = (length * 7) % 131) {
            const left = told.at(-1) ?? 512;
            if (length > left) break;
            told.push(this.write(counting(length)));
          }
        },
      });
      for (const taken of [8192, 100, 8192, 300, 7, 8192]) {
        told.push(-taken, 512);
        stream.becomeWritable(taken);
        self.host.turn();
      }
      return told;
    });
    expect(counts[0].length).toBeGreaterThan(60);
    for (const others of counts) expect(others).toEqual(counts[0]);
  });

  test('whoever sends in every turn is told of deadlines all the same', () => {
    for (const kind of KINDS) {
      const { self, stream } = setup(kind, {
        idleTimeout: 100,
        keepalive: 0,
        onWritable() {
          this.write(counting(20));
        },
      });
      // Every look at the clock takes a millisecond, and the stream is never full.
      let now = self.host.now();
      Object.assign(self.host, { now: () => ++now });
      stream.becomeWritable(1e9);
      self.host.turn();
      expect(self.error?.id).toBe(403);
    }
  });
});

describe.each(KINDS)('what is received: %s', (kind) => {
  test('a short binary message is told whole, wherever it is cut', () => {
    const payload = counting(100);
    const frame = peerFrame('client', { opcode: 2, payload });
    for (let cut = 2; cut < frame.length; cut++) {
      const got: string[] = [];
      const { self } = setup(kind, {
        onReadable(count, { more }) {
          got.push(
            `${count}${more ? ' more' : ''} ${Buffer.compare(Buffer.from(this.read() as ArrayBuffer), payload)}`,
          );
        },
      });
      self.stream.deliver(concat(frame, frame.slice(0, cut)));
      expect(got).toEqual(['100 0']);
      self.stream.deliver(concat(frame.slice(cut), frame));
      expect(got).toEqual(['100 0', '100 0', '100 0']);
    }
  });

  test('the end of the stream inside such a message is an end like any other', () => {
    const { self } = setup(kind);
    self.stream.deliver(peerFrame('client', { opcode: 2, payload: counting(100) }).slice(0, 50));
    self.stream.fail();
    self.host.turn();
    expect(self.told.at(-1)).toBe('error');
    self.expectReleased();
  });

  test('text is told as it comes: it has to fail at its first impossible octet', () => {
    const { self } = setup(kind);
    self.stream.deliver(Uint8Array.of(0x81, 100, 0x61, 0xff));
    self.call((client) => client.read());
    self.host.turn();
    expect(framesOf(self.stream.taken()).map((each) => each.opcode)).toEqual([8]);
    expect(self.client.errorId).toBe(301);
  });

  test('read(buffer) copies exactly as many octets as it says, at every length', () => {
    for (let length = 1; length <= 300; length++) {
      const payload = counting(length);
      let copied = new Uint8Array(0);
      const { self } = setup(kind, {
        onReadable() {
          const buffer = new Uint8Array(length + 9).fill(0xee);
          const into = buffer.subarray(4, length + 4);
          expect(this.read(into)).toBe(length);
          copied = buffer;
        },
      });
      self.stream.deliver(peerFrame('client', { opcode: 2, payload }));
      expect(copied).toEqual(concat(new Uint8Array(4).fill(0xee), payload, new Uint8Array(5).fill(0xee)));
    }
  });

  test('read(buffer) of a span piece by piece, with messages behind it', () => {
    const payload = counting(700);
    for (const step of [1, 7, 100, 128, 129, 500]) {
      const pieces: Uint8Array[] = [];
      const { self } = setup(kind, {
        onReadable() {
          for (;;) {
            const buffer = new Uint8Array(step);
            const count = this.read(buffer);
            if (count === undefined) break;
            pieces.push(buffer.slice(0, count));
          }
        },
      });
      const frame = peerFrame('client', { opcode: 2, payload });
      self.stream.deliver(concat(frame, frame.slice(0, 300)));
      self.stream.deliver(concat(frame.slice(300), frame));
      expect(concat(...pieces)).toEqual(concat(payload, payload, payload));
    }
  });

  test('what the receiver leaves stays as it is while something is sent', () => {
    const payload = counting(400);
    const { self, stream } = setup(kind);
    stream.deliver(
      concat(peerFrame('client', { opcode: 2, payload }), peerFrame('client', text('behind it'))),
    );
    for (const length of [10, 125, 126, 600]) {
      stream.becomeWritable();
      self.call((client) => client.write(counting(length)));
      self.host.turn();
      const [frame] = framesOf(stream.taken());
      expect(Buffer.compare(frame.payload, counting(length))).toBe(0);
    }
    const got = self.call((client) => client.read()) as ArrayBuffer;
    expect(new Uint8Array(got)).toEqual(payload);
    self.host.turn();
    expect(Buffer.from(self.call((client) => client.read()) as ArrayBuffer).toString()).toBe('behind it');
  });

  test('a stream that takes a few octets at a time gets all of them, in order', () => {
    const { self, stream } = setup(kind);
    const sent: Uint8Array[] = [];
    for (let length = 1; length < 900; length += 97) {
      const data = counting(length);
      self.call((client) => client.write(data));
      const parts: Uint8Array[] = [];
      for (let count = 1; Buffer.concat(parts).length < length + 6; count = (count * 2) % 61 || 1) {
        stream.becomeWritable(count);
        self.host.turn();
        parts.push(stream.taken());
      }
      sent.push(...framesOf(concat(...parts)).map((frame) => frame.payload));
    }
    expect(sent.map((payload) => payload.length)).toEqual([1, 98, 195, 292, 389, 486, 583, 680, 777, 874]);
    for (const payload of sent) expect(Buffer.compare(payload, counting(payload.length))).toBe(0);
  });

  test.each([0, 77, 'throws'] as const)(
    'a random source that gives %s for ever ends the connection',
    (stuck) => {
      const { self, stream } = setup(kind);
      Object.assign(self.host, {
        random() {
          if (stuck === 'throws') throw new Error('no random words');
          return stuck;
        },
      });
      const write = (): void => void self.client.write(counting(20));
      const keys: unknown[] = [];
      let failed = false;
      for (let turn = 0; turn < 3 && !failed; turn++) {
        stream.becomeWritable();
        try {
          self.call(write);
        } catch {
          failed = true;
        }
        self.host.turn();
        failed ||= self.error !== undefined;
        keys.push(...framesOf(stream.taken()).map(({ key }) => key));
      }
      expect(self.error?.id).toBe(507);
      // One frame at most has gone out, with the first of the words.
      expect(keys.length).toBe(stuck === 77 ? 1 : 0);
      self.expectReleased();
    },
  );

  test.each([3, 100, 600])(
    'a stream that throws while %d octets are written ends the connection',
    (length) => {
      const { self, stream } = setup(kind);
      stream.write = () => {
        throw new Error('reset');
      };
      stream.becomeWritable();
      // What is written is lost, and no more can be.
      expect(self.client.write(counting(length))).toBe(0);
      for (const count of [1, 20, 125, 126, 600]) {
        expect(() => self.client.write(counting(count))).toThrow(expect.objectContaining({ id: 610 }));
      }
      stream.deliver(peerFrame('client', text('told perhaps')));
      self.host.turn();
      expect(self.error?.id).toBe(501);
      expect(self.told.at(-1)).toBe('error');
      self.expectReleased();
    },
  );

  test('a stream that throws while it is read ends the connection', () => {
    const { self, stream } = setup(kind);
    stream.read = () => {
      throw new Error('reset');
    };
    stream.deliver(peerFrame('client', text('lost')));
    self.host.turn();
    expect(self.error?.id).toBe(501);
    expect(self.error?.reason).toEqual(new Error('reset'));
    expect(self.told).toEqual(['error']);
    self.expectReleased();
  });
});

describe('short messages that come one in a read', () => {
  test.each(KINDS)('reach onSpan whole, of every length, with %s', (kind) => {
    const seen: [Uint8Array, boolean, boolean][] = [];
    const { self } = setup(kind, {
      onSpan: (bytes, start, end, { binary, more }) =>
        void seen.push([bytes.slice(start, end), binary, more]),
    });
    for (let length = 0; length <= 130; length++) self.receive({ opcode: 2, payload: counting(length) });
    expect(seen).toEqual(Array.from({ length: 131 }, (_, length) => [counting(length), true, false]));
  });

  test.each(KINDS)('and are read in parts, inside the event and afterwards, with %s', (kind) => {
    for (let inside = 0; inside <= 30; inside++) {
      const read: number[] = [];
      const { self } = setup(kind, {
        onReadable(count) {
          if (inside > 0 && count === 30) read.push(...new Uint8Array(this.read(inside) as ArrayBuffer));
        },
      });
      self.receive({ opcode: 2, payload: counting(30) });
      // What is left holds back the next one, and is where it was while that comes.
      self.receive({ opcode: 2, payload: counting(20) });
      expect(self.told).toEqual(['readable 30 binary', ...(inside === 30 ? ['readable 20 binary'] : [])]);
      if (inside < 30) read.push(...new Uint8Array(self.call((client) => client.read()) as ArrayBuffer));
      expect(read).toEqual([...counting(30)]);
      expect(self.told.slice(1)).toEqual(['readable 20 binary']);
    }
  });

  test.each(KINDS)('go on behind one whose event throws, with %s', (kind) => {
    for (const name of ['onReadable', 'onSpan'] as const) {
      let times = 0;
      const event = (): void => {
        if (++times === 1) throw new Error('mine');
      };
      const { self } = setup(kind, { [name]: event });
      self.receive({ opcode: 2, payload: counting(30) });
      expect(self.host.reports).toMatchObject([{ message: 'mine' }]);
      if (name === 'onReadable') self.call((client) => client.read());
      self.receive({ opcode: 2, payload: counting(20) });
      expect([times, self.host.reports.length, self.client.errorId]).toEqual([2, 1, 0]);
    }
  });
});

describe('messages of one length, of which a stream has more than is read at once', () => {
  test.each([200, 255, 300, 520, 700, 1000, 1400, 1990])(
    '%d octets each arrive whole, in their order',
    (length) => {
      for (const kind of KINDS) {
        const seen: number[] = [];
        let octets = 0;
        const { self } = setup(kind, {
          onReadable(count) {
            seen.push(count);
            const part = new Uint8Array(this.read() as ArrayBuffer);
            for (let i = 0; i < part.length; i++)
              if (part[i] !== (((octets + i) % length) & 255)) throw new Error(`octet ${i}`);
            octets += part.length;
          },
        });
        const frames = Array.from({ length: 30 }, () => ({ opcode: 2, payload: counting(length) }));
        self.receive(...frames);
        self.host.turn();
        expect([octets, self.host.reports]).toEqual([30 * length, []]);
        // The first ones say how long they are.
        expect(seen.slice(-20)).toEqual(Array(20).fill(length));
      }
    },
  );
});
