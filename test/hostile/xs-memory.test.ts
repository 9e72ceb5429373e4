/**
 * Rows of the catalogue whose point is memory: floods of a hundred thousand frames, or of many megabytes, against a program on the engine
 * of devices in a block like theirs. What it costs is counted: no slot, no octet of a chunk and no collection.
 */
import { deflateRawSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { until } from '../hosts/support/loopback.ts';
import { closePayload, framesOf, head, peerFrame } from '../support/frames.ts';
import { concat, hex } from '../support/octets.ts';
import { isMissing } from '../xs/support/desk.ts';
import { type Flood, flood } from './support/desk-flood.ts';
import { REQUEST, RESPONSE } from './support/openings.ts';

const ROLES = ['client', 'server'] as const;
/** The peer keeps its side open, which is waited for. */
const LIMITS = { keepalive: 0, closeTimeout: 50 };
const NOTHING = { slots: 0, chunks: 0, collections: 0 };

const opening: Flood['opening'] = (accept) => (accept === '' ? REQUEST : RESPONSE(accept));

/** `octets` over and over, in one array. */
function times(count: number, octets: Uint8Array): Uint8Array {
  const all = new Uint8Array(count * octets.length);
  for (let i = 0; i < count; i++) all.set(octets, i * octets.length);
  return all;
}

const close = (role: 'client' | 'server'): Uint8Array =>
  peerFrame(role, { opcode: 8, payload: closePayload(1000) });

const write = (socket: Socket, octets: Uint8Array): void => void socket.write(octets);

describe.skipIf(isMissing).each(ROLES)('%s', (role) => {
  const frame = (parts: Parameters<typeof peerFrame>[1]): Uint8Array => peerFrame(role, parts);

  test('F14 a hundred thousand empty fragments', async () => {
    const { cost } = await flood({
      role,
      opening,
      options: LIMITS,
      peer(socket) {
        write(socket, frame({ opcode: 2, fin: false }));
        write(socket, times(100_000, frame({ opcode: 0, fin: false })));
        write(socket, concat(frame({ opcode: 0, payload: [1, 2, 3] }), close(role)));
      },
    });
    expect(cost).toEqual({ octets: 3, messages: 1, error: 0, closeCode: 1000, ...NOTHING });
  });

  test('L5 a frame of 2^31 - 1 octets, of which one comes', async () => {
    const { cost } = await flood({
      role,
      opening,
      options: LIMITS,
      peer: (socket) => void socket.end(frame({ opcode: 2, declared: 2n ** 31n - 1n, payload: [1] })),
    });
    expect(cost).toEqual({ octets: 1, messages: 0, error: 506, closeCode: 1006, ...NOTHING });
  });

  test('P2 50,000 pings while nothing can be written: the latest one is answered', async () => {
    const count = 50_000;
    const payload = (number: number): Uint8Array => {
      const octets = new Uint8Array(125);
      new DataView(octets.buffer).setUint32(0, number);
      return octets;
    };
    const pings = concat(
      ...Array.from({ length: count }, (_, i) => frame({ opcode: 9, payload: payload(i) })),
    );
    const { cost, received } = await flood({
      role,
      opening,
      options: { ...LIMITS, sendTimeout: 0 },
      async peer(socket, peer) {
        socket.pause();
        // It reads on although its Pongs find no way out.
        await new Promise<void>((resolve) => socket.write(pings, () => resolve()));
        socket.resume();
        // What comes last ends with the last octets.
        const length = role === 'client' ? 131 : 127;
        const last = (): boolean => {
          try {
            const [pong] = framesOf(peer.received.subarray(-length));
            return new DataView(pong.payload.buffer).getUint32(0) === count - 1;
          } catch {
            return false;
          }
        };
        await until(last, 'the Pong of the latest Ping');
        write(socket, concat(frame({ opcode: 2 }), close(role)));
      },
    });
    expect(cost).toEqual({ octets: 0, messages: 1, error: 0, closeCode: 1000, ...NOTHING });
    const numbers = framesOf(received.subarray(Buffer.from(received).indexOf('\r\n\r\n') + 4))
      .filter(({ opcode }) => opcode === 10)
      .map((pong) => new DataView(pong.payload.buffer).getUint32(0));
    // Some are left out, and those that are answered are so in order.
    expect(numbers.length).toBeLessThan(count);
    expect(numbers.every((number, i) => i === 0 || number > numbers[i - 1])).toBe(true);
  });

  test('T12 a hundred kilobytes at once, into a program that reads 256 octets a millisecond', async () => {
    const message = frame({ opcode: 2, payload: new Uint8Array(1000) });
    const { cost } = await flood({
      role,
      opening,
      manner: 'reads slowly',
      options: LIMITS,
      peer(socket) {
        write(socket, concat(times(100, message), close(role)));
      },
    });
    expect(cost).toEqual({ octets: 100_000, messages: 100, error: 0, closeCode: 1000, ...NOTHING });
  });

  test('R1 a peer that floods and resets while nobody reads', async () => {
    const message = frame({ opcode: 2, payload: new Uint8Array(1000) });
    const { cost } = await flood({
      role,
      opening,
      manner: 'reads nothing',
      options: { keepalive: 100, sendTimeout: 500 },
      async peer(socket) {
        write(socket, times(20_000, message));
        await until(() => socket.writableLength > 0, 'a send window that is full');
        socket.resetAndDestroy();
      },
    });
    // A reset is reported at once, also in front of what was received and nobody reads.
    expect(cost).toEqual({ octets: 1000, messages: 1, error: 505, closeCode: 1006, ...NOTHING });
  });
});

describe.skipIf(isMissing)('compressed, for the window of a device', () => {
  const compressed = (accept: string): Uint8Array =>
    head(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; client_max_window_bits=10',
    );
  const message = (payload: Uint8Array, fin = true): Uint8Array =>
    peerFrame('client', { opcode: 2, rsv: 4, fin, payload });
  const bomb = deflateRawSync(new Uint8Array(4 << 20), { finishFlush: 2, level: 9, windowBits: 10 }).subarray(
    0,
    -4,
  );

  test('Z1 a bomb is streamed', async () => {
    const { cost } = await flood({
      role: 'client',
      opening: compressed,
      isCompressed: true,
      options: LIMITS,
      peer: (socket) => write(socket, concat(message(bomb), close('client'))),
    });
    expect(cost).toEqual({ octets: 4 << 20, messages: 1, error: 0, closeCode: 1000, ...NOTHING });
  });

  test('Z1 a bomb is refused at the limit', async () => {
    const { cost } = await flood({
      role: 'client',
      opening: compressed,
      isCompressed: true,
      options: { ...LIMITS, maxMessageSize: 5000 },
      peer: (socket) => write(socket, message(bomb)),
    });
    expect(cost).toMatchObject({ messages: 0, error: 303, closeCode: 1006, ...NOTHING });
    expect(cost.octets).toBeLessThanOrEqual(5000);
  });

  test('Z8 a hundred thousand empty blocks', async () => {
    const blocks = times(100_000, hex('000000ffff'));
    const { cost } = await flood({
      role: 'client',
      opening: compressed,
      isCompressed: true,
      options: LIMITS,
      peer: (socket) =>
        write(
          socket,
          concat(
            message(blocks, false),
            peerFrame('client', { opcode: 0, payload: hex('000500faff48656c6c6f00') }),
            close('client'),
          ),
        ),
    });
    expect(cost).toEqual({ octets: 5, messages: 1, error: 0, closeCode: 1000, ...NOTHING });
  });
});
