/** Moddable's SDK as the tools here use it: where it is, and how an app is built with it or linked as far as can be. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { root } from '../setup.mjs';

/** All that is built with the SDK. */
export const output = join(root, 'build', 'sdk');

/** What a failed command said last. */
const LAST_LINES = 15;

/** Seconds that one command may take; MODDABLE_PATIENCE overrides it. A build that waits for ever has failed. */
const PATIENCE = 900;

/** Where the SDK has its tools, by the operating system. */
const HOSTS = { darwin: 'mac', linux: 'lin', win32: 'win' };
/** Those that are run here, or by one that is. */
const TOOLS = ['mcconfig', 'mcpack', 'xsc', 'xsl'];

export class SdkError extends Error {}

/** The SDK that MODDABLE names, `{ path, env }`; throws an SdkError that says what is missing. */
export function findSdk() {
  const { MODDABLE: path, PATH } = process.env;
  if (!path) throw new SdkError('MODDABLE does not name an SDK');
  const tools = join(path, 'build', 'bin', HOSTS[process.platform] ?? 'lin', 'release');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const missing = TOOLS.map((name) => join(tools, name + suffix)).find((file) => !existsSync(file));
  if (missing !== undefined) throw new SdkError(`the SDK's tools are not built: there is no ${missing}`);
  mkdirSync(output, { recursive: true });
  return { path, env: { ...process.env, PATH: `${tools}${delimiter}${PATH}` } };
}

/**
 * Runs a command to its end; throws an SdkError with the end of what it said if it fails or never ends. Resolves with its
 * output.
 */
export async function run(command, args, { cwd = root, env = process.env } = {}) {
  // A group of its own: what a makefile has started ends with it.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const seconds = Number(process.env.MODDABLE_PATIENCE ?? PATIENCE);
  let isLate = false;
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const late = setTimeout(() => {
    isLate = true;
    end();
  }, seconds * 1000);
  // It does not hear the terminal's Ctrl-C; what exits here ends it.
  const interrupted = () => process.exit(130);
  process.once('exit', end);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status === 0 ? null : `exit code ${status ?? signal}`));
  });
  clearTimeout(late);
  process.off('exit', end);
  process.off('SIGINT', interrupted);
  process.off('SIGTERM', interrupted);
  if (failure === null) return said;
  const how = isLate ? `no end after ${seconds} s` : failure;
  const last = said.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  throw new SdkError(`${basename(command)} failed (${how})${last === '' ? '' : `:\n${last}`}`);
}

/** Settings on the command line of mcconfig. */
const settings = (config) => Object.entries(config).map(([name, value]) => `${name}=${value}`);

/** Where mcconfig puts what it makes of the app in the folder `app`: of generated files, or of what can be run. */
const folderOf = (kind, app, platform) =>
  join(output, kind, platform, platform === 'lin' ? 'mc' : '', 'release', basename(app));

/** Throws where the SDK warns of a module of ours: what is preloaded has to be constant. It warns of some of its own. */
export function refuseWarnings(said) {
  const warning = /^### warning: ringlet.*$/m.exec(said);
  if (warning !== null) throw new SdkError(`the SDK warns of a module of this package: ${warning[0]}`);
}

/** Builds the app in the folder `app`; resolves with the folder of what can be run. */
export async function build(sdk, app, platform, config = {}) {
  const args = ['-m', '-p', platform, '-t', 'build', '-o', output, ...settings(config)];
  refuseWarnings(await run('mcconfig', args, { cwd: app, env: sdk.env }));
  return folderOf('bin', app, platform);
}

/** A folder that the makefiles for the ESP32 take for ESP-IDF as long as nothing is compiled. */
async function standInForIdf(version) {
  const folder = join(output, 'idf');
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  const git = (...args) =>
    run('git', ['-c', 'user.name=none', '-c', 'user.email=none', ...args], { cwd: folder });
  await git('init', '-q');
  await git('commit', '-q', '--allow-empty', '-m', 'nothing');
  await git('tag', version);
  return folder;
}

/**
 * Makes of the app in the folder `app` what the SDK makes of it before C is compiled: every module compiled to bytecode,
 * preloaded, frozen and linked into mc.xs.c. Resolves with the folder of that. It takes no toolchain of the platform's.
 */
export async function link(sdk, app, platform, config = {}) {
  const args = ['-p', platform, '-o', output, ...settings(config)];
  refuseWarnings(await run('mcconfig', args, { cwd: app, env: sdk.env }));
  const folder = folderOf('tmp', app, platform);
  const makefile = join(folder, 'makefile');
  const target = join(folder, 'mc.xs.c');
  const options = ['-f', makefile];
  const env = { ...sdk.env };
  if (platform.split('/')[0] === 'esp32') {
    const version = /^EXPECTED_ESP_IDF *= *(\S+)/m.exec(readFileSync(makefile, 'utf8'))?.[1] ?? 'v6.0';
    env.IDF_PATH = await standInForIdf(version);
    // Only ESP-IDF's own build would make this, and only C includes it.
    const header = join(
      folder,
      `xsProj-${platform.split('/')[1] ?? 'esp32'}`,
      'build',
      'config',
      'sdkconfig.h',
    );
    mkdirSync(join(header, '..'), { recursive: true });
    if (!existsSync(header)) writeFileSync(header, '');
    utimesSync(header, 0, 0);
    options.push('-o', header);
  }
  refuseWarnings(await run('make', [...options, target], { cwd: app, env }));
  return folder;
}
