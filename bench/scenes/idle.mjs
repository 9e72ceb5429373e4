// A server with many connections that do nothing: what the process holds for each, heap and buffers, after a
// collection. Options: connections.
import { Child } from '../run/process.mjs';
import { startServer } from './servers.mjs';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What the process holds when all has come to rest: V8 frees buffers behind a collection, in a thread of its own. */
async function memory() {
  await pause(200);
  for (let times = 0; times < 2; times++) {
    globalThis.gc();
    await pause(50);
  }
  return process.memoryUsage();
}

export async function prepare(peer, { connections }) {
  return {
    async run(count, meter) {
      const port = await startServer(peer);
      const client = new Child('partners/client.mjs');
      await client.answer();
      // As many as are counted, first: what V8 compiles for them is no connection's.
      await client.ask({ port, connections });
      const before = await memory();
      meter.start();
      await client.ask({ port, connections: 2 * connections });
      meter.stop();
      const after = await memory();
      client.end();
      const grown = (key) => (after[key] - before[key]) / connections;
      return { value: grown('heapUsed') + grown('external'), rss: grown('rss') };
    },
  };
}
