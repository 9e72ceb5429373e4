/** The three ways to send a whole message are the same: `post`, `postRange`, and `send`, which has no fast path. */
import { describe, expect, test } from 'vitest';
import { WebSocketClient } from '../../src/client/websocket-client.ts';
import { ErrorId } from '../../src/errors.ts';
import { RANGES } from '../../src/uplink/client-link.ts';
import { ClientSetup } from '../support/client-setup.ts';
import { framesOf } from '../support/frames.ts';
import { counting } from '../support/octets.ts';

const { postRange } = RANGES;

/** Lengths on both sides of each border of the header, and of what the rings below hold. */
const LENGTHS = [0, 1, 2, 30, 117, 118, 125, 126, 127, 128, 200, 255, 256, 300, 500, 1000, 1900, 2000];

interface Way {
  name: string;
  /** Sends a whole message. Returns the room for the next, or less than none. */
  send(client: WebSocketClient, bytes: Uint8Array, opcode: number): number;
}

const WAYS: readonly Way[] = [
  {
    name: 'send',
    send(client, bytes, opcode) {
      const endpoint = WebSocketClient.endpointOf(client);
      const fault = endpoint.send(bytes, 0, bytes.length, opcode - 1);
      return fault === 0 ? endpoint.writable : -fault;
    },
  },
  {
    name: 'post',
    send(client, bytes, opcode) {
      try {
        return WebSocketClient.endpointOf(client).post(bytes, opcode);
      } catch (error) {
        return -(error as { id: number }).id;
      }
    },
  },
  {
    name: 'postRange',
    send(client, bytes, opcode) {
      // In the middle of others, which stay what they are.
      const around = new Uint8Array(bytes.length + 20).fill(0xee);
      around.set(bytes, 7);
      const endpoint = WebSocketClient.endpointOf(client) as unknown as ThisParameterType<typeof postRange>;
      const room = postRange.call(endpoint, around, 7, 7 + bytes.length, opcode);
      expect(around.subarray(7, 7 + bytes.length)).toEqual(bytes);
      return room;
    },
  },
];

/** What one way sends, and what it says that fits, where the stream takes so many octets after each message. */
function run(way: Way, transmitBuffer: number, takes: readonly number[]) {
  const setup = new ClientSetup({ transmitBuffer }).opened();
  const { stream } = setup;
  const rooms: number[] = [];
  let n = 0;
  // Longer than 16 bits can say, where the ring has room for it; what is shorter is tried in the other rings.
  const lengths = transmitBuffer > 0x10000 ? [126, 65_535, 65_536] : LENGTHS;
  const { binary, text } = WebSocketClient;
  const again = [...[...LENGTHS].reverse(), ...LENGTHS.flatMap((each) => [each, each])];
  for (const length of [...lengths, ...(transmitBuffer > 0x10000 ? [] : again)])
    for (const opcode of [binary, binary, text]) {
      const bytes = counting(length).map((octet) => octet & 0x7f);
      setup.call((client) => rooms.push(way.send(client, bytes, opcode)));
      stream.becomeWritable(takes[n++ % takes.length]);
      setup.host.turn();
    }
  stream.becomeWritable(1e6);
  setup.host.turn();
  stream.becomeWritable(1e6);
  setup.host.turn();
  const frames = framesOf(stream.taken()).map(({ key, payload, ...frame }) => ({
    ...frame,
    payload: Buffer.from(payload).toString('hex'),
    masked: key !== undefined,
  }));
  return { rooms, frames };
}

describe.each([256, 512, 2048, 131_072])('in a ring of %d octets', (transmitBuffer) => {
  test.each([[[1e6]], [[0, 0, 700]], [[1, 300, 7, 2000]], [[131]]])('that leaves by %j octets', (takes) => {
    const [twin, ...others] = WAYS.map((way) => run(way, transmitBuffer, takes));
    expect(twin.frames.length).toBeGreaterThan(3);
    for (const other of others) expect(other).toEqual(twin);
  });
});

test.each(WAYS)('$name without a masking key sends nothing and says why', ({ send }) => {
  for (const length of [20, 126]) {
    const setup = new ClientSetup().opened();
    // The header is there from a message before.
    send(setup.client, counting(length), WebSocketClient.binary);
    setup.host.turn();
    setup.stream.taken();
    Object.assign(setup.host, { random: () => 0 });
    let room = 0;
    setup.call((client) => (room = send(client, counting(length), WebSocketClient.binary)));
    expect(room).toBe(-ErrorId.randomFailed);
    expect(framesOf(setup.stream.taken())).toEqual([]);
  }
});

test.each(WAYS)('$name after the end says that', ({ send }) => {
  const setup = new ClientSetup().opened();
  const endpoint = WebSocketClient.endpointOf(setup.client);
  endpoint.close(1000);
  expect(send(setup.client, counting(20), WebSocketClient.binary)).toBe(-ErrorId.notOpen);
});

test('all leave the reserve for a control frame, while the stream takes nothing', () => {
  const [twin, ...others] = WAYS.map(({ send }) => {
    const setup = new ClientSetup({ transmitBuffer: 256 }).opened();
    setup.stream.becomeWritable(1);
    return Array.from({ length: 12 }, () => send(setup.client, counting(20), WebSocketClient.binary));
  });
  expect(twin.filter((room) => room < 0).length).toBeGreaterThan(3);
  for (const other of others) expect(other).toEqual(twin);
});
