// Two peers of one work take turns in one process, many times a round, so that nothing but themselves differs: where
// their costs are close, two processes differ by more. The figure is what the first takes of the second's cost.
// Options: work, own, other, and those of the work.
import { summary } from '../run/statistics.mjs';

/** Turns of each peer in a round. */
const TURNS = 8;

/** Takes the CPU time of one turn, µs, where the worker's meter takes that of the round. */
class TurnMeter {
  start() {
    this.since = process.cpuUsage();
  }

  stop() {
    const { user, system } = process.cpuUsage(this.since);
    this.cpu = user + system;
  }
}

/** What a turn of `count` messages costs: what the work says itself, or CPU time. */
async function turn({ run }, count) {
  const meter = new TurnMeter();
  const figures = await run(count, meter);
  return figures?.value ?? meter.cpu;
}

const median = (costs) => summary(costs).median;

export async function prepare(_, { work, own, other, ...options }) {
  const scene = await import(`./${work}.mjs`);
  const peers = [await scene.prepare(own, options), await scene.prepare(other, options)];
  let first = 0;
  return {
    async run(count, meter) {
      const costs = [[], []];
      const each = Math.ceil(count / (2 * TURNS));
      meter.start();
      for (let at = 0; at < 2 * TURNS; at++) {
        const which = (at + first) & 1;
        costs[which].push(await turn(peers[which], each));
      }
      meter.stop();
      first ^= 1;
      return { value: median(costs[0]) / median(costs[1]) };
    },
  };
}
