/** Posts records to an outbox with a store, and says each number that was promised, until it is killed. */
import { writeSync } from 'node:fs';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import { Outbox } from '../../src/uplink/outbox.ts';

const [, , directory] = process.argv;
const store = new FileStore(directory, { segmentSize: 4096 });
const outbox = new Outbox(
  { memory: 65536, keep: 'acknowledged', whenFull: 'refuse', store },
  { now: () => 0, random: () => 1 },
);
for (;;) {
  const number = outbox.nextNumber;
  const payload = new Uint8Array(number % 300).fill(number);
  if (outbox.post(payload) >= 0) writeSync(1, `${number}\n`);
  // Now and then records are acknowledged, so that trims and new files are cut short, too.
  if (number % 40 !== 39) continue;
  while (outbox._ring._next() >= 0) outbox._ring._sent(outbox._ring._next());
  outbox.acknowledge(number - 20);
  writeSync(1, `-${number - 20}\n`);
}
