/**
 * Messages through `Deflate` and `Inflate` leave nothing on the heap of V8. (On XS the counts are exact; here the
 * test is for closures, objects and boxed numbers on the way of the data, which would be many octets a message.)
 */
import { expect, test } from 'vitest';
import v8 from 'node:v8';
import vm from 'node:vm';
import { DEFLATE_DESK, DEFLATE_DEVICE } from '../../src/deflate/deflate.ts';
import { newDeflate, newInflate, random, sample } from './streams.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

test.each([
  ['device', DEFLATE_DEVICE, 10000],
  ['desk', DEFLATE_DESK, 3200],
] as const)('%s', (_, options, rounds) => {
  const rnd = random(41);
  const messages = Array.from({ length: 16 }, () => sample(rnd, 200 + rnd(100)));
  const deflate = newDeflate(options);
  const { inflate } = newInflate(options.windowBits);
  const output = new Uint8Array(1024);
  let delivered = 0;
  const round = (index: number): void => {
    const message = messages[index & 15];
    deflate.write(message, 0, message.length, output, 0, output.length);
    deflate.endMessage(output, deflate.produced, output.length);
    const end = deflate.produced;
    let at = 0;
    while (inflate.push(output, at, end) !== 0) {
      delivered += inflate.outEnd - inflate.outStart;
      at = inflate.consumed;
    }
    delivered += inflate.outEnd - inflate.outStart;
    if (inflate.endMessage() !== 0) throw new Error('bad message');
  };
  const octets = messages.reduce((sum, message) => sum + message.length, 0) / 16;
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
  expect(delivered).toBe(octets * (2000 + 5 * rounds));
});
