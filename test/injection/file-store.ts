/** Two lives of a program whose outbox is in a FileStore; in the first one calls of `node:fs` fail. */
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import { RingletError } from '../../src/errors.ts';
import { Outbox } from '../../src/uplink/index.ts';
import { UplinkError } from '../../src/uplink/failure.ts';
import { words } from '../support/random.ts';
import { failFiles, FileFailure } from './failing-fs.ts';

/** In memory where there is such a place: what a disk keeps is not tried here. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const COUNT = 14;
/** Octets of a record: a file has six. */
const LENGTH = 700;

/** Notes the numbers that the store did not take. */
class Noting extends FileStore {
  readonly refused = new Set<number>();

  override append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    try {
      super.append(number, flags, bytes, start, end);
    } catch (error) {
      if (!(error instanceof FileFailure)) throw error;
      this.refused.add(number);
      throw error;
    }
  }
}

function open(directory: string, sync: boolean): { store: Noting; outbox: Outbox } {
  const store = new Noting(directory, { segmentSize: 4096, sync });
  const host = { now: () => 0, random: words(7) };
  try {
    return { store, outbox: new Outbox({ memory: 32_768, keep: 'acknowledged', store }, host) };
  } catch (error) {
    // Nothing is left of it, unless that failed, too.
    store.close();
    throw error;
  }
}

function sentBy({ _ring: ring }: Outbox): Map<number, number> {
  const sent = new Map<number, number>();
  for (let record = ring._next(); record >= 0; record = ring._next()) {
    sent.set(new DataView(ring._bytes.buffer).getUint32(record + 12, true), ring._bytes[record + 16]);
    ring._sent(record);
  }
  return sent;
}

/** Closes it; if that fails, once more for each call that may fail. */
function close(directory: string, { outbox, wrong }: { outbox: Outbox; wrong: string[] }): void {
  for (let times = 0; times < 3; times++)
    try {
      outbox.close();
      return;
    } catch (error) {
      if (!(error instanceof FileFailure)) wrong.push(`close: ${String(error)}`);
      // A file that cannot be closed is no reason to keep others out until it is closed once more.
      else if (
        error.message.includes('closeSync') &&
        lstatSync(join(directory, 'lock'), { throwIfNoEntry: false }) !== undefined
      )
        wrong.push('the lock is kept');
    }
  wrong.push('it cannot be closed');
}

/** Plays both lives. Returns what was wrong, and the names of the calls of the first life. */
export function playFiles(
  sync: boolean,
  fails: (call: number, name: string) => string | undefined,
  isPair = false,
): { wrong: string[]; names: string[] } {
  const directory = mkdtempSync(join(PLACE, 'ringlet-injection-'));
  const wrong: string[] = [];
  const names: string[] = [];
  const given = new Set<number>();
  let acknowledged = -1;
  let refused: ReadonlySet<number> = new Set();
  // A life before, which has left something to be read.
  const before = open(directory, sync);
  before.outbox.post(new Uint8Array(LENGTH).fill(0));
  before.outbox.close();
  given.add(0);
  failFiles((call, name) => (names.push(name), fails(call, name)));
  try {
    let first: ReturnType<typeof open> | undefined;
    // Whoever could not have it tries again.
    for (let times = 0; first === undefined && times < 3; times++)
      try {
        first = open(directory, sync);
      } catch (error) {
        const isMeant = error instanceof RingletError && error.id === (UplinkError.storeFailed as number);
        if (!isMeant) wrong.push(`it cannot be had: ${String(error)}`);
      }
    if (first === undefined) wrong.push('it cannot be had again');
    else {
      const { outbox, store } = first;
      for (let i = 1; i < COUNT; i++) {
        const number = outbox.post(new Uint8Array(LENGTH).fill(i));
        if (given.has(number)) wrong.push(`${number} is given again`);
        given.add(number);
        sentBy(outbox);
        if (i % 5 === 0) outbox.acknowledge((acknowledged = number - 2));
      }
      const { storeError } = outbox;
      if (storeError !== undefined && !(storeError instanceof FileFailure)) wrong.push(String(storeError));
      close(directory, { outbox, wrong });
      refused = store.refused;
    }
  } catch (error) {
    wrong.push(`thrown: ${String((error as Error).stack)}`);
  }
  const left = failFiles(undefined);
  if (left > 0) wrong.push(`${left} files are left open`);
  // A record that cannot be written, on a disk that does not even take its number: there is no more that can be done.
  const mayRepeat = isPair ? refused : new Set<number>();
  check(directory, sync, { given, acknowledged, refused, mayRepeat, wrong });
  rmSync(directory, { recursive: true });
  return { wrong, names };
}

interface Life {
  readonly given: ReadonlySet<number>;
  readonly acknowledged: number;
  readonly refused: ReadonlySet<number>;
  readonly mayRepeat: ReadonlySet<number>;
  readonly wrong: string[];
}

/** The second life has every record that the store had taken and that was not acknowledged. */
function check(
  directory: string,
  sync: boolean,
  { given, acknowledged, refused, mayRepeat, wrong }: Life,
): void {
  let outbox: Outbox;
  try {
    ({ outbox } = open(directory, sync));
  } catch (error) {
    wrong.push(`the second life cannot have it: ${String(error)}`);
    return;
  }
  const sent = sentBy(outbox);
  for (const number of given) {
    if (number <= acknowledged || refused.has(number) || sent.has(number)) continue;
    wrong.push(`${number} was taken, and is gone`);
  }
  for (const [number, value] of sent)
    if (!given.has(number) || value !== number % 256) wrong.push(`${number} was never posted`);
  const next = outbox.post(Uint8Array.of(1));
  if (given.has(next) && !mayRepeat.has(next)) wrong.push(`${next} is given again in the second life`);
  outbox.close();
  const left = readdirSync(directory).filter((name) => !name.endsWith('.outbox'));
  if (left.length > 0) wrong.push(`left is ${left.join()}`);
}
