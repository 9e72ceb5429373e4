/** The endpoint on an ECMA-419 stream: its native way to mask beside the plain one, views of exact lengths, whole frames. */
import { describe, expect, test } from 'vitest';
import { ClientSetup, text } from '../support/client-setup.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';

/** What Moddable's `logical` does, octet by octet. */
function xor(target: Uint8Array, key: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) target[i] ^= key[i % key.length];
}

/** A client on a host that has the native, or has not. */
function setup(isNative: boolean, options: ConstructorParameters<typeof ClientSetup>[0] = {}): ClientSetup {
  const self = new ClientSetup(options);
  let calls = 0;
  if (isNative) {
    Object.assign(self.host, {
      xor(target: Uint8Array, key: Uint8Array, count: number) {
        calls++;
        xor(target, key, count);
      },
    });
    Object.defineProperty(self, 'nativeCalls', { get: () => calls });
  }
  return self.opened();
}

const nativeCalls = (self: ClientSetup): number => (self as unknown as { nativeCalls: number }).nativeCalls;

describe('masking by the native equals masking by words', () => {
  test('whole buffers of every length', () => {
    const native = setup(true);
    // The stream that was made last.
    const { stream: nativeStream } = native;
    const plain = setup(false);
    const { stream: plainStream } = plain;
    for (let length = 0; length <= 1000; length++) {
      const data = counting(length);
      for (const [self, stream] of [
        [native, nativeStream],
        [plain, plainStream],
      ] as const) {
        stream.becomeWritable();
        self.call((client) => client.write(data));
        const [frame, ...others] = framesOf(stream.taken());
        expect(others).toEqual([]);
        expect(Buffer.compare(frame.payload, data)).toBe(0);
        expect(frame.key).toBeDefined();
      }
    }
    expect(nativeCalls(native)).toBeGreaterThan(900);
  });

  test.each([0, 1, 15, 16, 17, 63, 64, 65, 127, 511, 512, 513, 1000])(
    '%d octets, sent in a turn of its own and from inside a message',
    (length) => {
      const data = counting(length);
      for (const isInside of [false, true]) {
        const frames = [true, false].map((isNative) => {
          const self: ClientSetup = setup(isNative, {
            onReadable() {
              this.read();
              if (isInside) this.write(data);
            },
          });
          const { stream } = self;
          // A second message lies behind the first while that is answered.
          self.receive(text('one'), text('two'));
          self.host.turn();
          if (!isInside) self.call((client) => client.write(data));
          stream.becomeWritable();
          self.host.turn();
          return framesOf(stream.taken()).map(({ payload, key }) => ({ payload, masked: key !== undefined }));
        });
        expect(frames[0]).toEqual(frames[1]);
        expect(frames[0].length).toBe(isInside && length < 500 ? 2 : 1);
        for (const { payload, masked } of frames[0]) {
          expect(Buffer.compare(payload, data)).toBe(0);
          expect(masked).toBe(true);
        }
      }
    },
  );
});

describe('what is received', () => {
  test('a short binary message is told whole, wherever it is cut', () => {
    const payload = counting(100);
    const frame = peerFrame('client', { opcode: 2, payload });
    for (let cut = 2; cut < frame.length; cut++) {
      const got: string[] = [];
      const self = setup(false, {
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
    const self = setup(false);
    self.stream.deliver(peerFrame('client', { opcode: 2, payload: counting(100) }).slice(0, 50));
    self.stream.fail();
    self.host.turn();
    expect(self.told.at(-1)).toBe('error');
    self.expectReleased();
  });

  test('text is told as it comes: it has to fail at its first impossible octet', () => {
    const self = setup(false);
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
      const self = setup(false, {
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
});
