// A process that is measured: one work with one peer, for as many rounds as the parent asks.
//
//   worker.mjs <work> <peer> <options in JSON>
import { PerformanceObserver } from 'node:perf_hooks';

const [, , work, peer, options] = process.argv;
const { prepare } = await import(`../scenes/${work}.mjs`);

const collections = { minor: 0, major: 0 };
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) collections[detail.kind === 1 ? 'minor' : 'major'] += 1;
}).observe({ entryTypes: ['gc'] });

/** What a round cost between `start` and `stop`: CPU time of all threads in µs, octets of heap and beside it. */
class Meter {
  start() {
    this.collections = { ...collections };
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    this.heap = heapUsed;
    this.external = arrayBuffers;
    this.since = process.hrtime.bigint();
    this.cpu = process.cpuUsage();
  }

  stop() {
    const { user, system } = process.cpuUsage(this.cpu);
    const wall = Number(process.hrtime.bigint() - this.since) / 1000;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    this.result = {
      cpu: user + system,
      wall,
      heap: heapUsed - this.heap,
      external: arrayBuffers - this.external,
    };
  }
}

const { run } = await prepare(peer, JSON.parse(options));

process.on('message', async ({ count }) => {
  const meter = new Meter();
  const figures = await run(count, meter);
  // The observer is told of collections a turn later.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const gcs = {
    minor: collections.minor - meter.collections.minor,
    major: collections.major - meter.collections.major,
  };
  process.send({ ...meter.result, gcs, ...figures });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
