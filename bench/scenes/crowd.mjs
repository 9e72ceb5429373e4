// A server takes messages from many connections, each in turn. Options: connections, size.
import { Child } from '../run/process.mjs';
import { received, startServer } from './servers.mjs';

export async function prepare(peer, { connections, size }) {
  const port = await startServer(peer);
  const client = new Child('partners/client.mjs');
  await client.answer();
  await client.ask({ port, connections });
  return {
    async run(count, meter) {
      received.messages = 0;
      meter.start();
      const { sent } = await client.ask({ port, connections, messages: count, size });
      while (received.messages < sent) await new Promise((resolve) => setTimeout(resolve, 1));
      meter.stop();
      return { value: (meter.result.cpu * 1000) / sent };
    },
  };
}
