import { pipeline } from 'node:stream/promises';
import { expect, it, onTestFinished } from 'vitest';
import { connectPeer, duplexes, type PeerDuplex, peers } from '../../hosts/node/messages.ts';
import { serve } from '../../hosts/node/serve.ts';

/** A server that gives its connections to `handle`, and a client's end of one. */
async function pair(handle: (duplex: PeerDuplex) => void): Promise<PeerDuplex> {
  const { port, close } = await serve({
    ...peers(duplexes((duplex) => handle(duplex.on('error', () => {})))),
    port: 0,
  });
  onTestFinished(() => close());
  const client = await new Promise<PeerDuplex>((resolve) => {
    connectPeer(`ws://127.0.0.1:${port}/`, duplexes(resolve));
  });
  // The server drops what is still open when the test is over.
  client.on('error', () => {});
  return client;
}

it('carries octets both ways, and an end', async () => {
  const client = await pair((duplex) => void pipeline(duplex, duplex));
  const sent = Buffer.alloc(3_000_001, 'octets ');
  const received: Buffer[] = [];
  client.on('data', (data: Buffer) => received.push(data));
  client.write(sent.subarray(0, 10));
  client.write(sent.subarray(10));
  await expect.poll(() => Buffer.concat(received).length).toBe(sent.length);
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  const ended = new Promise((resolve) => client.on('close', resolve));
  client.end();
  await ended;
  expect(client.peer.endpoint.closeCode).toBe(1000);
});

it('stops a writer whose peer does not read, with little in memory', async () => {
  let reader!: PeerDuplex;
  const client = await pair((duplex) => (reader = duplex));
  const chunk = Buffer.alloc(1 << 20, 'x');
  let taken = 0;
  const write = (): void => {
    client.write(chunk, () => {
      taken += 1;
      if (taken < 64) write();
    });
  };
  write();
  await new Promise((resolve) => setTimeout(resolve, 300));
  // The kernel's buffers hold some of it, and no more than those.
  expect(taken).toBeLessThan(64);
  expect(client.peer.bufferedAmount).toBeLessThanOrEqual(65536);
  let length = 0;
  reader.on('data', (data: Buffer) => (length += data.length));
  await expect.poll(() => length, { timeout: 20_000 }).toBe(64 << 20);
});

it('is destroyed with the error of the connection, and drops it when it is destroyed', async () => {
  let other!: PeerDuplex;
  const client = await pair((duplex) => (other = duplex));
  const failed = new Promise<Error & { id?: number }>((resolve) => other.on('error', resolve));
  other.resume();
  client.destroy();
  expect((await failed).id).toBeGreaterThanOrEqual(500);
});
