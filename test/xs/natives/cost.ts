/** What calls cost: nothing, for those that every message makes. */
import {
  copyFitting,
  faultOfHeader,
  frameLength,
  lengthAt,
  mask,
  newPart,
  partOf,
  putMessage,
  validate,
  writeHeader,
} from 'ringlet/natives';
import { collections, chunks, slots } from 'ringlet:xs/counters';
import { print } from 'ringlet:xs/host';

const SHORT = new Uint8Array(20);
const LONG = new Uint8Array(200);

export default function main(): void {
  const bytes = new Uint8Array(1000).fill(0x41);
  const target = new Uint8Array(1000);
  const part = newPart();
  let state = validate(bytes, 0, 1000, 6);
  let key = 0x12345678;
  // Numbers only, so that to keep them costs nothing either.
  const collectionsBefore = collections();
  const chunksBefore = chunks();
  const slotsBefore = slots();
  for (let i = 0; i < 1000; i++) {
    state = validate(bytes, i & 7, 1000, state);
    key = mask(bytes, i & 7, bytes, i & 7, 900, key);
    key = mask(target, 0, bytes, i & 7, 900, key);
    key = mask(bytes, i & 7, target, 0, 900 - (i & 7), key);
    bytes.fill(0x41);
    key ^= copyFitting(target, partOf(part, bytes, i & 7, 900), 0, 800);
    key ^= copyFitting(target, bytes, i & 7, 900);
    key ^= putMessage(target, 4, i & 7, 996, 2, i & 1 ? SHORT : LONG, i + 1);
    key ^= writeHeader(target, 20, 0x82, 0x80, i << 8);
    key ^= lengthAt(target, 20 - 4);
    key ^= frameLength(target, 0, 20 - 4, 31);
    key ^= faultOfHeader(target, 20 - 4, 2, false, 0, 0x80);
  }
  const slotsAfter = slots();
  const chunksAfter = chunks();
  const cost = {
    slots: slotsAfter - slotsBefore,
    chunks: chunksAfter - chunksBefore,
    collections: collections() - collectionsBefore,
  };
  print(JSON.stringify({ state, ...cost }));
}
