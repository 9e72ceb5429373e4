/** Runs programs in the desk XS. */
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));

/** Exit status of the builder where there is no C compiler. */
const NO_COMPILER = 3;

export interface Build {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the desk XS, which may take a minute; vitest wants to be answered meanwhile. */
export function build(): Promise<Build> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path('hosts/xs/build.mjs')], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** The build that every run begins with. */
export const built = await build();

/** Whether there is no desk XS; the reason has been printed then. */
export const isMissing = built.status === NO_COMPILER;
if (isMissing) console.warn(`skipped: ${built.stderr.trim()}`);

/** Whether slots and chunks have the sizes that they have on devices: what is told in octets is kept there only. */
export const isDeviceSized = !isMissing && !built.stderr.includes('64 bits');
if (!isMissing && !isDeviceSized) console.warn(`in part: ${built.stderr.trim()}`);

/** Octets of the block of a small device; twice as many where slots are twice as large. */
export const BLOCK = isDeviceSized ? 32768 : 65536;

/** What devices get, and the same with its own names, to plant faults in. */
export const bundle = path('dist/moddable/ringlet.js');
export const wholeNames = path('build/moddable/ringlet.js');

/** The modules that a device has beside the app. */
export const library: Readonly<Record<string, string>> = {
  'ringlet/random': path('hosts/xs/random.js'),
  ringlet: bundle,
  'embedded:network/websocket/client': bundle,
};

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DeskOptions {
  readonly modules?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly options?: readonly string[];
  /** Called with each piece of output. */
  readonly onOutput?: (text: string) => void;
  /** Ends a program that would go on for ever, once its output matches. */
  readonly until?: RegExp;
  /** Ends the program, if it has not ended by itself. */
  readonly signal?: AbortSignal;
}

/** Preloads `modules` (specifier to path) and runs the one called `app`. */
export function runInDesk({
  modules = library,
  args = [],
  options = [],
  onOutput,
  until,
  signal,
}: DeskOptions): Promise<Outcome> {
  const preloads = Object.entries(modules).flatMap(([specifier, file]) => [
    '--preload',
    `${specifier}=${file}`,
  ]);
  return new Promise((resolve, reject) => {
    const sizes = ['--memory', '32768', '--stack', '512'];
    const child = spawn(built.stdout.trim(), [...sizes, ...options, ...preloads, 'app', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
      onOutput?.(String(text));
      if (until?.test(stdout)) child.kill();
    });
    child.stderr.on('data', (text) => (stderr += text));
    signal?.addEventListener('abort', () => child.kill());
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
