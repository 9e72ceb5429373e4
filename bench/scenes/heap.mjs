// What is left behind on V8's heap by messages: received in spans from memory, or sent and taken away. The worker
// runs with a young generation so large that nothing is collected meanwhile, so that the heap's growth is all that
// was allocated. Options: act ('receive' or 'send'), kind, size.
import { prepare as prepareReceive } from './receive.mjs';
import { prepare as prepareSend } from './send.mjs';

const acts = { receive: prepareReceive, send: prepareSend };

export async function prepare(peer, { act, ...options }) {
  const { run } = await acts[act](peer, options);
  return {
    async run(count, meter) {
      globalThis.gc();
      await run(count, meter);
      const { heap, external } = meter.result;
      return { value: Math.max(0, heap) / count, external: external / count };
    },
  };
}
