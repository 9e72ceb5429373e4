/** A world that nobody holds any more is let go, though its last program was present until the end. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { SECOND, World } from '../../hosts/simulated/index.ts';
import { present } from '../../hosts/simulated/present.ts';
import { dial } from './support/dial.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function run(): WeakRef<World> {
  const world = new World();
  world.host('server').serve();
  const device = world.host('device');
  const { told } = dial(world, device, 'server');
  world.run(SECOND);
  expect(told).toEqual(['open']);
  // What continues in microtasks still finds its machine.
  expect(present.host === undefined).toBe(false);
  return new WeakRef(world);
}

test('the last world is not kept alive', async () => {
  const world = run();
  // In turns of their own: what a weak reference led to lives until the end of the turn.
  for (let times = 0; times < 20 && world.deref() !== undefined; times++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(world.deref()).toBeUndefined();
  expect(present.host).toBeUndefined();
});
