/** All 65,536 beginnings of a frame, in every state of a connection and both roles, against the RFC. */
import { describe, expect, test } from 'vitest';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { State } from '../../src/connection/record.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import { peerFrame } from '../support/frames.ts';
import { faultyOctet, RULES } from '../support/header-oracle.ts';
import { words } from '../support/random.ts';

/** Counts what it is told; plain numbers, as there are a million connections here. */
class Seen {
  octets = 0;
  ended = 0;
  control = 0;
}

const EVENTS: ConnectionEvents<Seen> = {
  onOpen() {},
  onData(seen, _bytes, start, end, span) {
    seen.octets += end - start;
    if ((span & 2) === 0) seen.ended++;
  },
  onControl(seen, opcode) {
    seen.control = opcode;
  },
  onClose() {},
};

const MESSAGES = { 'between messages': 0, 'inside a text': 1, 'inside a binary message': 2 } as const;
const random = words();
const input = new Uint8Array(256);

function newConnection(
  role: 'client' | 'server',
  seen: Seen,
  message: number,
  closing: boolean,
): Connection<Seen> {
  const connection = new Connection<Seen>({
    role,
    events: EVENTS,
    target: seen,
    random,
    receiveBuffer: 256,
    transmitBuffer: 256,
  });
  connection.opened();
  if (message !== 0) {
    const begun = peerFrame(role, { opcode: message, fin: false, payload: [0x41] });
    connection.receive(begun, 0, begun.length);
  }
  if (closing) {
    connection.close(1000);
    connection.sent(connection.output);
  }
  return connection;
}

/** The opcode and close code of what is sent next, as the RFC lays it out; 0 if nothing is. */
function closeSent(connection: Connection<Seen>, masked: boolean): number {
  if (connection.output === 0) return 0;
  const { memory, outputStart: at } = connection;
  if (memory[at] !== 0x88) return -1;
  const from = at + (masked ? 6 : 2);
  const key = (k: number): number => (masked ? memory[at + 2 + k] : 0);
  return ((memory[from] ^ key(0)) << 8) | (memory[from + 1] ^ key(1));
}

/** What went wrong with this header, or undefined: an `expect` for each would take longer than the engine. */
function check(
  role: 'client' | 'server',
  message: number,
  closing: boolean,
  first: number,
  second: number,
): string | undefined {
  const seen = new Seen();
  const connection = newConnection(role, seen, message, closing);
  const faulty = faultyOctet(first, second, { receiver: role, midMessage: message !== 0 });
  const before = seen.octets;
  input[0] = first;
  input[1] = second;
  for (let octet = 1; octet <= 2; octet++) {
    connection.receive(input, octet - 1, octet);
    const failed = connection.error !== 0;
    if (failed !== (faulty !== 0 && octet >= faulty)) return `octet ${octet}: error ${connection.error}`;
    if (failed && connection.state !== State.ending) return `state ${connection.state} after a fault`;
  }
  const sent = closeSent(connection, role === 'client');
  if (faulty !== 0) {
    if (sent !== (closing ? 0 : 1002)) return `answered with ${sent}`;
    return seen.octets === before && seen.control === 0 ? undefined : 'an event for a faulty frame';
  }
  const length = second & 127;
  // An unmasked frame without a payload is whole by now, and a Ping or Close has its answer.
  const isWhole = role === 'client' && length === 0;
  if (sent !== 0 && !isWhole) return 'answered too early';
  if (length > 125) return undefined;
  // Sound so far: the rest of the frame makes it whole. A code of 1000 where it is a Close, else zeros.
  const mask = role === 'server' ? 4 : 0;
  input.fill(0, 2, 2 + mask + length);
  const opcode = first & 15;
  if (opcode === 8 && length !== 0) input.set([0x03, 0xe8], 2 + mask);
  connection.receive(input, 2, 2 + mask + length);
  if (connection.error !== 0) return `error ${connection.error} for a sound frame`;
  if (opcode >= 8) return seen.control === opcode && seen.octets === before ? undefined : 'no control event';
  if (seen.octets !== before + length || seen.control !== 0) return `${seen.octets} octets delivered`;
  return seen.ended === (first >= 128 ? 1 : 0) ? undefined : 'message end';
}

for (const role of ['server', 'client'] as const) {
  describe(`all headers that a ${role} may receive`, () => {
    for (const [name, message] of Object.entries(MESSAGES)) {
      for (const closing of [false, true]) {
        test(`${name}, ${closing ? 'after our Close' : 'open'}`, () => {
          const wrong: string[] = [];
          for (let header = 0; header < 65536; header++) {
            const fault = check(role, message, closing, header >> 8, header & 255);
            if (fault !== undefined) wrong.push(`${header.toString(16).padStart(4, '0')}: ${fault}`);
          }
          expect(wrong.slice(0, 10)).toEqual([]);
        });
      }
    }
  });
}

test('the oracle refuses by every one of its rules, and lets the RFC\u2019s own frames pass', () => {
  const situation = { receiver: 'server', midMessage: false } as const;
  expect(RULES.length).toBe(9);
  expect(faultyOctet(0x81, 0x85, situation)).toBe(0);
  expect(faultyOctet(0x81, 0x05, situation)).toBe(2);
  expect(faultyOctet(0x89, 0x85, situation)).toBe(0);
  expect(faultyOctet(0x80, 0x85, situation)).toBe(1);
});
