// `npm run fleet`: a fleet of devices, run by Artillery with the engine of tools/artillery-engine-ringlet, against
// `ringlet serve` or `ringlet gateway`. Artillery is too large for a dependency of this package, so it is installed into
// build/fleet/, with what would be published of Ringlet and of the engine. See docs/fleet.md.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { whole } from './arguments.mjs';
import { root, setUp } from './setup.mjs';

/** The last version for Node 20. */
const ARTILLERY = '2.0.21';
const home = join(root, 'build', 'fleet');
const engine = join(root, 'tools', 'artillery-engine-ringlet');
const execute = promisify(execFile);

/** The registry cannot be reached: there is nothing to run, and nothing that failed. */
class Unreachable extends Error {}

function optionsOf(args) {
  return new Command('npm run fleet --')
    .description('stream telemetry from a fleet of devices, and hold the figures to what has to come of it')
    .option('--devices <number>', 'virtual users', whole(1), 200)
    .option('--ramp <seconds>', 'time over which they are switched on', whole(1), 10)
    .option('--gateway', 'stream to `ringlet gateway` instead of `ringlet serve`')
    .option('--json', 'print the figures as one JSON object')
    .parse(args, { from: 'user' })
    .opts();
}

const npm = (...args) => execute('npm', args, { cwd: home, maxBuffer: 1 << 26 });

/** Installs Artillery, Ringlet and the engine, as somebody would who has all three from a registry. */
async function install() {
  mkdirSync(home, { recursive: true });
  const packed = [];
  for (const folder of [root, engine]) {
    const { stdout } = await npm('pack', folder, '--json', '--ignore-scripts', '--pack-destination', home);
    packed.push(JSON.parse(stdout)[0]);
  }
  const dependencies = { artillery: ARTILLERY };
  for (const { name, filename } of packed) {
    dependencies[name] = `file:${filename}`;
    rmSync(join(home, 'node_modules', name), { recursive: true, force: true });
  }
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, dependencies }));
  if (!existsSync(join(home, 'node_modules', 'artillery')))
    process.stderr.write('installing Artillery (600 MB) into build/fleet/…\n');
  // Without scripts, because one of them downloads a browser.
  const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm('install', ...options).catch((error) => {
    if (
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
        error.stderr,
      )
    )
      throw new Unreachable();
    throw new Error(`npm install failed: ${error.stderr}`);
  });
}

/** Starts a server of the command line. Resolves with its process and its port. */
async function startServer(isGateway, folder) {
  const file = join(folder, 'records.ndjson');
  const args = isGateway ? ['gateway', '--port', '0', '--out', file] : ['serve', '--port', '0'];
  const program = join(root, 'hosts', 'node', 'cli', 'ringlet.mjs');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await new Promise((resolve, reject) => {
    const look = (line) => {
      const found = /:(\d+)\/?(?:\s|,|$)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    };
    createInterface(child.stdout).on('line', look);
    createInterface(child.stderr).on('line', look);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, port };
}

/** Octets of memory and milliseconds of processor time that a process has taken (Linux; else nothing). */
function costOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const memory = Number(/VmHWM:\s*(\d+)/.exec(status)[1]) * 1024;
    return { memory, processor: (Number(fields[11]) + Number(fields[12])) * 10 };
  } catch {
    return {};
  }
}

/** Runs Artillery to its end. Resolves with its report. */
async function attack(port, { devices, ramp }, folder) {
  const report = join(folder, 'report.json');
  const script = join(engine, 'scenarios', 'telemetry.yml');
  const artillery = join(home, 'node_modules', 'artillery', 'bin', 'run');
  const args = ['run', '--quiet', '--target', `ws://127.0.0.1:${port}/`, '--output', report, script];
  const child = spawn(process.execPath, [artillery, ...args], {
    cwd: home,
    stdio: ['ignore', 2, 2],
    env: {
      ...process.env,
      ARTILLERY_DISABLE_TELEMETRY: 'true',
      FLEET_DEVICES: String(devices),
      FLEET_RAMP: String(ramp),
      // Artillery looks for engines from where it is installed.
      NODE_PATH: join(home, 'node_modules'),
    },
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (!existsSync(report)) throw new Error(`Artillery ended with ${code} and left no report`);
  return JSON.parse(readFileSync(report, 'utf8')).aggregate;
}

/** What the script of 2 × 10 s of 2 records a second, with one loss of the network between, has to come to. */
function faultsOf({ counters, summaries }, devices) {
  const posted = devices * 40;
  const expected = {
    'vusers.completed': devices,
    'vusers.failed': 0,
    'ringlet.connects': devices,
    'ringlet.posted': posted,
    'ringlet.acknowledged': posted,
    'ringlet.unacknowledged': 0,
    'ringlet.dropped': 0,
  };
  const faults = [];
  for (const [name, value] of Object.entries(expected)) {
    const was = counters[name] ?? 0;
    if (was !== value) faults.push(`${name} is ${was} and has to be ${value}`);
  }
  const again = counters['ringlet.reconnects'] ?? 0;
  if (again < devices) faults.push(`ringlet.reconnects is ${again}, fewer than one a device`);
  if (summaries['ringlet.round_trip']?.count !== posted) faults.push('not every round trip was measured');
  return faults;
}

async function run(options) {
  await setUp();
  await install();
  const folder = mkdtempSync(join(tmpdir(), 'ringlet-fleet-'));
  const { child, port } = await startServer(options.gateway === true, folder);
  try {
    const report = await attack(port, options, folder);
    const server = costOf(child.pid);
    const faults = faultsOf(report, options.devices);
    const figures = { devices: options.devices, processors: cpus().length, server, faults };
    figures.counters = Object.fromEntries(
      Object.entries(report.counters).filter(([name]) => /^(ringlet|vusers|errors)\./.test(name)),
    );
    for (const name of ['round_trip', 'connect_time']) {
      const { min, p50, p99, max, count } = report.summaries[`ringlet.${name}`] ?? {};
      figures[name] = { count, min, p50, p99, max };
    }
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    for (const fault of faults) process.stderr.write(`fleet: ${fault}\n`);
    return faults.length === 0;
  } finally {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = (await run(optionsOf(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unreachable)) throw error;
  process.stdout.write(
    'The registry cannot be reached, so Artillery cannot be installed: no fleet was run.\n',
  );
}
