/** Compressed messages from one connection to another, and through `Deflate` and `Inflate` alone. */
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import type { DeflateOptions } from '../../src/deflate/encode/deflate-options.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { newDeflate, newInflate, random, sample } from '../deflate/streams.ts';
import { words } from '../support/random.ts';
import type { Case, Suite } from './case.ts';

interface Counts {
  octets: number;
  messages: number;
}

const events = {
  onOpen(): void {},
  onData(counts: Counts, _bytes: Uint8Array, start: number, end: number, span: number): void {
    counts.octets += end - start;
    if ((span & 2) === 0) counts.messages++;
  },
  onControl(): void {},
  onClose(): void {},
};

/** Hands what one has to send to the other. */
function carry(from: Connection<Counts>, to: Connection<Counts>): void {
  for (let count = from.output; count > 0; count = from.output) {
    const start = from.outputStart;
    to.receive(from.memory, start, start + count);
    from.sent(count);
  }
}

function samples(): Uint8Array[] {
  const rnd = random(41);
  return Array.from({ length: 16 }, () => sample(rnd, 200 + rnd(100)));
}

/** Throws unless the octets are those of `count` messages. */
function whole(messages: readonly Uint8Array[], count: number, octets: number): number {
  let expected = 0;
  for (let index = 0; index < count; index++) expected += messages[index & 15].length;
  if (octets !== expected) throw new Error(`${octets} octets instead of ${expected}`);
  return count;
}

function talking(profile: 'device' | 'desk', byClient: boolean): Case {
  const compression = permessageDeflate({ profile, threshold: 0 });
  const options = { events, random: words(), compression, transmitBuffer: 1024 };
  const counts: Counts = { octets: 0, messages: 0 };
  const request = {
    host: 'server.example.com',
    path: '/',
    protocol: '',
    headers: [],
    requireProtocol: false,
  };
  const policy = { protocols: [], requestHeaders: [], onRequest: undefined };
  const client = new Connection<Counts>({
    ...options,
    role: 'client',
    target: counts,
    opening: clientOpening(request),
  });
  const server = new Connection<Counts>({
    ...options,
    role: 'server',
    target: counts,
    opening: serverOpening(policy),
  });
  client.opened();
  server.opened();
  carry(client, server);
  carry(server, client);
  const [from, to] = byClient ? [client, server] : [server, client];
  const messages = samples();
  let next = 0;
  return {
    run(count) {
      for (const end = next + count; next < end; next++) {
        const message = messages[next & 15];
        if (from.send(message, 0, message.length, 1) !== 0) throw new Error('not sent');
        carry(from, to);
      }
    },
    done: () => whole(messages, counts.messages, counts.octets),
  };
}

function alone(options: DeflateOptions): Case {
  const messages = samples();
  const deflate = newDeflate(options);
  const { inflate } = newInflate(options.windowBits);
  const output = new Uint8Array(1024);
  let delivered = 0;
  let next = 0;
  return {
    run(count) {
      for (const last = next + count; next < last; next++) {
        const message = messages[next & 15];
        deflate.write(message, 0, message.length, output, 0, output.length);
        deflate.endMessage(output, deflate.produced, output.length);
        const end = deflate.produced;
        let at = 0;
        while (inflate.push(output, at, end) !== 0) {
          delivered += inflate.outEnd - inflate.outStart;
          at = inflate.consumed;
        }
        delivered += inflate.outEnd - inflate.outStart;
        if (inflate.endMessage() !== 0) throw new Error('bad message');
      }
    },
    done: () => whole(messages, next, delivered),
  };
}

export const compression: Suite = {
  messages: 10_000,
  warmUp: 4000,
  cases: {
    'device, sent by the client': () => talking('device', true),
    'device, sent by the server': () => talking('device', false),
    'desk, sent by the client': () => talking('desk', true),
    'desk, sent by the server': () => talking('desk', false),
    'device, deflated and inflated': () => alone(PROFILES.device.deflate),
    'desk, deflated and inflated': () => alone(PROFILES.desk.deflate),
  },
};
