/** The simulated host keeps the contract that every host keeps, in virtual time. */
import { describe, it } from 'vitest';
import { World } from '../../hosts/simulated/index.ts';
import { hostContract, type HostUnderTest } from '../hosts/contract.ts';

/** Longest that a clause may take, in virtual milliseconds. */
const LONG = 600_000;

async function play(
  runtime: 'device' | 'node',
  run: (host: HostUnderTest) => void | Promise<void>,
): Promise<void> {
  const world = new World({ seed: 'contract', trace: 0 });
  const { TCP, Listener, Resolver, Timer, engine } = world.host('machine', { runtime });
  const host = { TCP, Listener, Resolver, Timer, now: engine.now, random: engine.random };
  let isDone = false;
  const done = Promise.resolve(run(host as unknown as HostUnderTest)).finally(() => (isDone = true));
  const failed = done.catch(() => {});
  while (!isDone && world.now < LONG) await world.play(5);
  await failed;
  return done;
}

describe.each(['device', 'node'] as const)('simulated host, %s', (runtime) => {
  describe.each(hostContract)('%s', (_room, clauses) => {
    it.each(clauses)('%s', (_sentence, run) => play(runtime, run));
  });
});
