import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../../hosts/node/store/file-store.ts';
import { RingletError } from '../../../src/errors.ts';
import { DeviceStore } from '../../../src/uplink/device-store.ts';
import { Outbox } from '../../../src/uplink/index.ts';
import type { DeviceFile, DeviceFileClass } from '../../../src/uplink/pages.ts';
import type { Store } from '../../../src/uplink/store.ts';
import { random, restart, type Target } from './reading.ts';

const HOST = { now: () => 0, random };

/** In memory where there is such a place: thousands of files are made. */
const PLACE = ((): string => {
  try {
    return mkdtempSync('/dev/shm/fuzz-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'fuzz-'));
  }
})();
process.once('exit', () => rmSync(PLACE, { recursive: true, force: true }));
let folders = 0;

function inFolder(act: (folder: string) => void): void {
  const folder = join(PLACE, String(folders++));
  mkdirSync(folder);
  try {
    act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An outbox in a store; undefined if that says in order that it cannot be had. */
function openIn(store: Store, memory = 8192): Outbox | undefined {
  try {
    return new Outbox({ memory, urgentMemory: 1024, keep: 'acknowledged', store }, HOST);
  } catch (error) {
    store.close();
    if (error instanceof RingletError) return undefined;
    throw error;
  }
}

/** All records that a connection would be given, in their order, as `number: payload`. */
function sentBy(outbox: Outbox): string[] {
  const ring = outbox._ring;
  const sent: string[] = [];
  ring._rewind();
  for (let record = ring._next(); record >= 0; record = ring._next()) {
    outbox._begin(record);
    const start = record + 16;
    const payload = Buffer.from(ring._bytes.slice(start, start + ring._lengthOf(record))).toString('hex');
    sent.push(
      `${new DataView(ring._bytes.buffer, ring._bytes.byteOffset).getUint32(record + 12, true)}: ${payload}`,
    );
    ring._sent(record);
  }
  return sent;
}

/** A directory whose segment holds these octets: what can be read of it is, and it goes on from there. */
export const store: Target = (octets) =>
  inFolder((folder) => {
    writeFileSync(join(folder, '00000001.outbox'), octets);
    const file = new FileStore(folder);
    const outbox = openIn(file);
    if (outbox === undefined) return;
    const kept = outbox.kept;
    const next = outbox.nextNumber;
    const number = outbox.post(Uint8Array.of(1, 2, 3));
    if (outbox.storeError !== undefined) throw outbox.storeError as Error;
    if (number !== next) throw new Error(`the number is ${number}, not ${next}`);
    outbox.close();
    const again = new FileStore(folder);
    const second = openIn(again)!;
    if (second.kept < Math.min(kept + 1, 2)) throw new Error(`of ${kept} and one, ${second.kept} are left`);
    second.close();
  });

/** What stands in a record of {@link damage}. */
const payloadOf = (number: number): Uint8Array =>
  Uint8Array.from({ length: (number * 37) % 300 }, (_, at) => (number * 7 + at) & 255);

const lineOf = (number: number): string => `${number}: ${Buffer.from(payloadOf(number)).toString('hex')}`;

/** Records of {@link damage}, and those that are acknowledged before. */
const COUNT = 40;
const GONE = 10;

/** Posts records, of which some are urgent and the first are acknowledged. */
function fill(outbox: Outbox): void {
  for (let number = 0; number < COUNT; number++) outbox.post(payloadOf(number), { urgent: number % 9 === 8 });
  if (outbox.storeError !== undefined) throw outbox.storeError as Error;
  sentBy(outbox);
  outbox.acknowledge(GONE - 1);
}

/** Changes files as `octets` say, five octets a change: which file, where, what comes there or how much is cut off. */
function harm(files: readonly Buffer[], octets: Uint8Array): Buffer[] {
  const harmed = files.map((file) => Buffer.from(file));
  for (let at = 0; at + 5 <= octets.length; at += 5) {
    const [which, high, low, how, value] = octets.subarray(at, at + 5);
    const index = which % harmed.length;
    const file = harmed[index];
    if (file.length === 0) continue;
    const place = ((high << 8) | low) % file.length;
    if (how % 4 === 0) harmed[index] = file.subarray(0, place);
    else if (how % 4 === 1)
      harmed[index] = Buffer.concat([file.subarray(0, place), Buffer.of(value), file.subarray(place)]);
    else if (how % 4 === 2)
      harmed[index] = Buffer.concat([file.subarray(0, place), file.subarray(place + 1 + value)]);
    else file[place] ^= value;
  }
  return harmed;
}

/** Whether octets are taken away somewhere. */
function isCut(octets: Uint8Array): boolean {
  for (let at = 3; at + 1 < octets.length; at += 5)
    if (octets[at] % 4 === 0 || octets[at] % 4 === 2) return true;
  return false;
}

/**
 * What comes of a store that was damaged: only records that were posted, each as it was and in their order, the urgent ones
 * first; a record that is posted then has a number that none of them has; and all are there when it is read again.
 */
function checkResent(open: () => Outbox | undefined, isDamaged: boolean, isCut: boolean): void {
  const outbox = open();
  if (outbox === undefined) return;
  const sent = sentBy(outbox);
  const numbers = sent.map((line) => Number(line.split(':')[0]));
  const wrong = sent.find((line, index) => line !== lineOf(numbers[index]));
  if (wrong !== undefined) throw new Error(`${wrong} was never posted`);
  for (const lane of [numbers.filter((n) => n % 9 === 8), numbers.filter((n) => n % 9 !== 8)])
    if (lane.some((number, at) => at > 0 && number <= lane[at - 1]))
      throw new Error(`the order is ${lane.join()}`);
  const isAll = numbers.filter((n) => n >= GONE).length === COUNT - GONE;
  if (!isDamaged && !isAll) throw new Error(`sent are ${numbers.join()}`);
  const given = outbox.post(Uint8Array.of(9));
  if (outbox.storeError !== undefined) throw outbox.storeError as Error;
  // All may have been sent; of a file that ends earlier than it did, at the end of an entry, nobody can know.
  if (!isCut && given < COUNT && numbers.length > 0) throw new Error(`the number ${given} was given before`);
  if (numbers.includes(given)) throw new Error(`the number ${given} is given again`);
  outbox.close();
  const again = open();
  if (again === undefined) throw new Error('it cannot be had again');
  const second = sentBy(again);
  const missing = [...sent, `${given}: 09`].find((line) => !second.includes(line));
  again.close();
  if (missing !== undefined) throw new Error(`${missing.slice(0, 20)} is gone with the next start`);
}

let sound: readonly (readonly [string, Buffer])[] | undefined;

/** A directory of several segments, made once. */
function soundFiles(): readonly (readonly [string, Buffer])[] {
  if (sound !== undefined) return sound;
  inFolder((folder) => {
    restart();
    const outbox = openIn(new FileStore(folder, { segmentSize: 4096 }), 32_768)!;
    fill(outbox);
    outbox.close();
    const names = readdirSync(folder).filter((name) => name.endsWith('.outbox'));
    sound = names.sort().map((name) => [name, readFileSync(join(folder, name))]);
  });
  return sound!;
}

/** A FileStore of several files that were damaged. */
export const damage: Target = (octets) => {
  const files = soundFiles();
  inFolder((folder) => {
    const harmed = harm(
      files.map(([, file]) => file),
      octets,
    );
    files.forEach(([name], index) => writeFileSync(join(folder, name), harmed[index]));
    checkResent(
      () => openIn(new FileStore(folder, { segmentSize: 4096 }), 32_768),
      harmed.some((file, index) => !file.equals(files[index][1])),
      isCut(octets),
    );
  });
};

/** Files of a device in memory. */
function flashOf(files: Map<string, Uint8Array>): DeviceFileClass {
  return class implements DeviceFile {
    position = 0;
    readonly #path: string;

    constructor(path: string, write = false) {
      if (!files.has(path) && !write) throw new Error('file not found');
      if (!files.has(path)) files.set(path, new Uint8Array(0));
      this.#path = path;
    }

    get length(): number {
      return files.get(this.#path)!.length;
    }

    read(_type: ArrayBufferConstructor, count: number): ArrayBuffer {
      const bytes = files.get(this.#path)!;
      if (count < 0 || this.position + count > bytes.length) throw new Error('read past end of file');
      this.position += count;
      return bytes.slice(this.position - count, this.position).buffer;
    }

    write(...buffers: ArrayBuffer[]): void {
      for (const buffer of buffers) {
        const before = files.get(this.#path)!;
        const next = new Uint8Array(Math.max(before.length, this.position + buffer.byteLength));
        next.set(before);
        next.set(new Uint8Array(buffer), this.position);
        files.set(this.#path, next);
        this.position += buffer.byteLength;
      }
    }

    close(): void {}

    static delete(path: string): boolean {
      return files.delete(path);
    }

    static exists(path: string): boolean {
      return files.has(path);
    }
  };
}

/** The same for the store of a device: pages of flash. */
export const deviceStore: Target = (octets) => {
  const files = new Map<string, Uint8Array>();
  const open = (): Outbox | undefined =>
    openIn(new DeviceStore({ path: '/box', pageSize: 1024 }, flashOf(files), random), 32_768);
  restart();
  const outbox = open()!;
  fill(outbox);
  const names = [...files.keys()].sort();
  const before = names.map((name) => Buffer.from(files.get(name)!));
  const harmed = harm(before, octets);
  names.forEach((name, index) => files.set(name, Uint8Array.from(harmed[index])));
  checkResent(
    open,
    harmed.some((file, index) => !file.equals(before[index])),
    isCut(octets),
  );
};
