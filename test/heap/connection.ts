/** Connections, driven as hosts do. */
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import type { Case, Suite } from './case.ts';

class Counts {
  messages = 0;
  octets = 0;
}

const EVENTS: ConnectionEvents<Counts> = {
  onOpen() {},
  onData(counts, _bytes, start, end, span) {
    counts.octets += end - start;
    if ((span & 2) === 0) counts.messages++;
  },
  onControl() {},
  onClose() {},
};

let word = 1;
/** Unpredictable enough here, and without a heap number. */
function random(): number {
  word = (Math.imul(word, 1103515245) + 12345) & 0x3fffffff;
  return word | 1;
}

function newConnection(role: 'client' | 'server', counts: Counts): Connection<Counts> {
  const connection = new Connection<Counts>({
    role,
    events: EVENTS,
    target: counts,
    random,
    receiveBuffer: 1024,
    transmitBuffer: 16384,
  });
  connection.opened();
  connection.tick(0);
  return connection;
}

/** Frames of text, each masked with its own key, as a socket's buffer holds them: `count` in `input`. */
function texts(count: number, length: number, masked: boolean, input: Uint8Array): number {
  let at = 0;
  for (let n = 0; n < count; n++) {
    input[at++] = 0x81;
    input[at++] = (masked ? 0x80 : 0) | length;
    const key = random();
    if (masked) for (let k = 0; k < 4; k++) input[at++] = key >> (8 * k);
    for (let i = 0; i < length; i++) input[at++] = (0x61 + (i % 26)) ^ (masked ? key >> (8 * (i & 3)) : 0);
  }
  return at;
}

function receiving(role: 'client' | 'server', batch: number): Case {
  const counts = new Counts();
  const connection = newConnection(role, counts);
  const input = new Uint8Array(65536);
  const size = texts(batch, 125, role === 'server', input);
  const source = input.slice(0, size);
  return {
    run(count) {
      for (let n = 0; n < count; n += batch) {
        // Input is unmasked in place, as in a socket's buffer that is filled anew each time.
        input.set(source);
        connection.receive(input, 0, size);
      }
    },
    done: () => counts.messages,
  };
}

function sending(role: 'client' | 'server', batch: number): Case {
  const connection = newConnection(role, new Counts());
  const payload = new Uint8Array(100).fill(0x61);
  let sent = 0;
  return {
    run(count) {
      for (let n = 0; n < count; n++) {
        if (connection.send(payload, 0, 100, 0) === 0) sent++;
        if (n % batch !== batch - 1) continue;
        // The transport takes them in two writes, the second of which begins inside a frame.
        const half = connection.output >> 1;
        connection.sent(half);
        while (connection.output > 0) connection.sent(connection.output);
      }
    },
    done: () => sent,
  };
}

/** Pings that nobody takes the pongs of. */
function pings(): Case {
  const connection = newConnection('server', new Counts());
  const ping = Uint8Array.of(0x89, 0x84, 0, 0, 0, 0, 1, 2, 3, 4);
  let done = 0;
  connection.send(ping, 0, ping.length, 1);
  return {
    run(count) {
      for (let n = 0; n < count; n++) done += connection.receive(ping, 0, ping.length) / ping.length;
      if (connection.bufferedAmount > 16384) throw new Error('the ring has grown');
    },
    done: () => done,
  };
}

/** Fragments without an octet, of a message that never ends. */
function fragments(): Case {
  const connection = newConnection('client', new Counts());
  connection.receive(Uint8Array.of(0x01, 0x00), 0, 2);
  const fragment = Uint8Array.of(0x00, 0x00);
  let done = 0;
  return {
    run(count) {
      for (let n = 0; n < count; n++) done += connection.receive(fragment, 0, 2) / 2;
    },
    done: () => done,
  };
}

/** A frame that declares 2^53 - 1 octets and goes on coming. */
function endless(): Case {
  const counts = new Counts();
  const connection = newConnection('client', counts);
  connection.receive(Uint8Array.of(0x82, 0x7f, 0, 0x1f, 255, 255, 255, 255, 255, 255), 0, 10);
  const input = new Uint8Array(1000);
  return {
    run(count) {
      for (let n = 0; n < count; n++) connection.receive(input, 0, input.length);
    },
    done: () => counts.octets / input.length,
  };
}

export const connection: Suite = {
  messages: 1_000_000,
  warmUp: 100_000,
  cases: {
    'received by a server, 100 in a segment': () => receiving('server', 100),
    'received by a client, 100 in a segment': () => receiving('client', 100),
    'received by a server, one by one': () => receiving('server', 1),
    'sent by a client, coalesced': () => sending('client', 100),
    'sent by a server, coalesced': () => sending('server', 100),
    'pings that are not answered': pings,
    'empty fragments': fragments,
    'pieces of a frame of 2^53 - 1 octets': endless,
  },
};
