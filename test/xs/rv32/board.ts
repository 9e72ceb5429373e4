/** Builds and runs programs on the emulated board. */
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one board may take, on a machine that is busy. */
const PATIENCE = 240_000;

/** Builds the image; resolves with the builder's outcome, whose status is 3 where the toolchain is not there. */
export const buildImage = (): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, [path('hosts/xs/build.mjs'), 'rv32'], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

/** Runs the desk XS with the command line `args` on a board. `onOutput` is called with each piece of output. */
export function runOnBoard(args: readonly string[], onOutput?: (text: string) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path('hosts/xs/rv32/run.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
      onOutput?.(String(text));
    });
    child.stderr.on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
