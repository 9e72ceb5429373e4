/**
 * Compressed messages leave nothing on the heap of V8, through `Connection` and back. (On XS the counts are exact;
 * here the test is for closures, objects and boxed numbers on the way, which would be many octets a message.)
 */
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/connection/connection.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { random, sample } from '../deflate/streams.ts';
import { REQUEST, POLICY } from '../support/handshake.ts';
import { words } from '../support/random.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

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

describe.each(['device', 'desk'] as const)('%s', (profile) => {
  test.each([true, false])('sent by the client: %s', (byClient) => {
    const compression = permessageDeflate({ profile, threshold: 0 });
    const options = { events, random: words(), compression, transmitBuffer: 1024 };
    const counts: Counts = { octets: 0, messages: 0 };
    const client = new Connection<Counts>({
      ...options,
      role: 'client',
      target: counts,
      opening: clientOpening(REQUEST),
    });
    const server = new Connection<Counts>({
      ...options,
      role: 'server',
      target: counts,
      opening: serverOpening(POLICY),
    });
    client.opened();
    server.opened();
    carry(client, server);
    carry(server, client);
    const [from, to] = byClient ? [client, server] : [server, client];
    const rnd = random(41);
    const messages = Array.from({ length: 16 }, () => sample(rnd, 200 + rnd(100)));
    const octets = messages.reduce((sum, message) => sum + message.length, 0) / 16;
    const round = (index: number): void => {
      const message = messages[index & 15];
      if (from.send(message, 0, message.length, 1) !== 0) throw new Error('not sent');
      carry(from, to);
    };
    const rounds = profile === 'device' ? 4000 : 1600;
    for (let index = 0; index < 2000; index++) round(index);
    let least = Infinity;
    // Compiling goes on in the background and allocates, too: the best of some series counts.
    for (let series = 0; series < 5; series++) {
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let index = 0; index < rounds; index++) round(index);
      least = Math.min(least, (process.memoryUsage().heapUsed - before) / rounds);
    }
    expect(least).toBeLessThan(32);
    expect(counts).toEqual({ octets: octets * (2000 + 5 * rounds), messages: 2000 + 5 * rounds });
  });
});
