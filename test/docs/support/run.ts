/** Runs a program of a page to what it has to show, or to its end. */
import { type ChildProcess, spawn } from 'node:child_process';

/** A program that neither ends nor shows what it should is ended after this many milliseconds, and has failed. */
const TOO_LONG = 120_000;

export interface Outcome {
  readonly output: string;
  /** Exit code; null if it was ended because all was shown, or by a signal. */
  readonly code: number | null;
  /** Whether all of `shows` has come. */
  readonly hasShown: boolean;
  readonly isTooLong: boolean;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Ends a program with all that it has started. */
function end(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** A program that runs until `stop`. */
export interface Running {
  readonly shown: Promise<Outcome>;
  stop(): void;
}

/** Starts a program in a group of its own; `shown` resolves when all of `shows` has come, or it has ended. */
export function start(program: Program, shows: readonly string[]): Running {
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let isTooLong = false;
  const hasShown = (): boolean => shows.every((text) => output.includes(text));
  const shown = new Promise<Outcome>((resolve, reject) => {
    const timer = setTimeout(() => {
      isTooLong = true;
      end(child);
    }, TOO_LONG);
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ output, code, hasShown: hasShown(), isTooLong });
    };
    const hear = (text: Buffer): void => {
      output += text;
      if (shows.length > 0 && hasShown()) finish(null);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', finish);
  });
  return { shown, stop: () => end(child) };
}

/** Runs a program, and ends what is left of it. */
export async function runToItsEnd(program: Program, shows: readonly string[]): Promise<Outcome> {
  const running = start(program, shows);
  try {
    return await running.shown;
  } finally {
    running.stop();
  }
}
