// `npm run moddable:check`: with a Moddable SDK (MODDABLE set), builds the apps of `manifests/` for the ESP32, which
// preloads, freezes and links them, and runs the echo app on Linux against a server of ours. Says what it leaves out,
// and exits with 1 only if something that was tried fails.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from './peer/server.mjs';
import { root, setUp } from './setup.mjs';

const MESSAGES = 100;
const PATIENCE = 60_000;
const { MODDABLE, IDF_PATH } = process.env;
const output = join(root, 'build', 'moddable');

function say(text) {
  process.stdout.write(`moddable:check: ${text}\n`);
}

/** Runs mcconfig on an app; returns whether it succeeded. */
function build(app, platform, ...config) {
  mkdirSync(output, { recursive: true });
  const args = ['-m', '-p', platform, '-t', 'build', '-o', output, ...config];
  const { status, error } = spawnSync('mcconfig', args, {
    cwd: join(root, 'manifests', app),
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(MODDABLE, 'build/bin/lin/release')}:${process.env.PATH}` },
  });
  const isBuilt = error === undefined && status === 0;
  say(
    `${app} for ${platform}: ${isBuilt ? 'linked' : `failed (${error?.message ?? `exit code ${status}`})`}`,
  );
  return isBuilt;
}

/** Runs the echo app in the simulator until its echo is back; returns whether it came. */
async function runEcho() {
  const simulator = join(MODDABLE, 'build/bin/lin/release/mcsim');
  const library = join(output, 'bin/lin/release/echo/mc.so');
  let isDone;
  const done = new Promise((resolve) => (isDone = resolve));
  const server = await startServer(() => isDone(true));
  const config = ['host=127.0.0.1', `port=${server.port}`, `path=/echo?octets=100&messages=${MESSAGES}`];
  if (!build('echo', 'lin', ...config)) return false;
  if (!existsSync(simulator)) {
    say(`running echo on Linux is skipped: there is no ${simulator}`);
    server.close();
    return true;
  }
  const child = spawn(simulator, [library], { stdio: 'inherit' });
  child.once('error', () => isDone(false));
  child.once('exit', () => isDone(false));
  const timer = setTimeout(() => isDone(false), PATIENCE);
  const isEchoed = await done;
  clearTimeout(timer);
  child.kill();
  server.close();
  say(`echo on Linux: ${isEchoed ? `${MESSAGES} messages came back` : 'nothing came back'}`);
  return isEchoed;
}

if (MODDABLE === undefined) {
  say('skipped: MODDABLE does not name an SDK');
} else {
  await setUp();
  const results = [];
  if (IDF_PATH === undefined) say('the ESP32 is skipped: IDF_PATH is not set');
  else results.push(build('echo', 'esp32'), build('telemetry', 'esp32', 'network=ws'));
  results.push(await runEcho());
  if (results.includes(false)) process.exitCode = 1;
}
