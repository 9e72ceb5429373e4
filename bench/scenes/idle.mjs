// A server with many connections that do nothing: what the process holds for each, heap and buffers, after a
// collection. Options: connections.
import { Child } from '../run/process.mjs';
import { startServer } from './servers.mjs';

export async function prepare(peer, { connections }) {
  return {
    async run(count, meter) {
      const port = await startServer(peer);
      const client = new Child('partners/client.mjs');
      await client.answer();
      await client.ask({ port, connections: 10 });
      globalThis.gc();
      const before = process.memoryUsage();
      meter.start();
      await client.ask({ port, connections });
      meter.stop();
      await new Promise((resolve) => setTimeout(resolve, 200));
      globalThis.gc();
      const after = process.memoryUsage();
      client.end();
      const grown = (key) => (after[key] - before[key]) / connections;
      return { value: grown('heapUsed') + grown('external'), rss: grown('rss') };
    },
  };
}
