/**
 * A sender is killed by SIGKILL at random moments; nothing that it promised is lost. `KILLS=200` for the whole of it,
 * which `npm run uplink:kills` runs.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import { bundle } from '../support/bundle.ts';

const KILLS = Number(process.env.KILLS ?? 10);

/** Lets a sender run for some milliseconds after it has begun; returns what it said before it was killed. */
function runAndKill(program: string, directory: string, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), milliseconds);
      said += String(text);
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === null ? resolve(said) : reject(new Error(`it ended with ${code}`)),
    );
  });
}

test(
  `killed ${KILLS} times, a sender keeps what it promised`,
  { timeout: 1000 * KILLS + 60_000 },
  async () => {
    const program = await bundle(join(import.meta.dirname, 'kill-9-sender.ts'));
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-kill-'));
    const promised = new Set<number>();
    let torn = 0;
    for (let round = 0; round < KILLS; round++) {
      const said = await runAndKill(program, directory, Math.random() * 20);
      // Its last line may be torn, as the entry behind it.
      for (const line of said.split('\n').slice(0, -1)) {
        const number = Math.abs(Number(line));
        if (!line.startsWith('-')) promised.add(number);
        else for (const each of promised) if (each <= number) promised.delete(each);
      }
      const found = new Map<number, string>();
      const store = new FileStore(directory, { segmentSize: 4096 });
      store.read((number, _flags, bytes, start, end) =>
        found.set(number, Buffer.from(bytes.slice(start, end)).toString('hex')),
      );
      store.close();
      // What was acknowledged but not said so any more is gone; of the rest nothing may be missing.
      const first = Math.min(...found.keys());
      const missing = [...promised].filter((number) => !found.has(number) && number >= first);
      expect([round, missing]).toEqual([round, []]);
      for (const [number, payload] of found)
        expect(payload).toBe(Buffer.alloc(number % 300, number).toString('hex'));
      torn += found.size > promised.size ? 1 : 0;
      for (const number of [...promised]) if (!found.has(number)) promised.delete(number);
      for (const number of found.keys()) promised.add(number);
    }
    rmSync(directory, { recursive: true });
    console.log(
      `${KILLS} kills, ${promised.size} records kept at the end; ${torn} times one more was kept than was said`,
    );
  },
);
