/**
 * Builds the desk XS: `node hosts/xs/build.mjs` makes `build/xs/ringlet-xs`.
 *
 * The XS sources come from a pinned package, fetched with `npm pack` and checked against the digest below;
 * they are compiled together with this folder's C and with its JavaScript modules, which are put into the
 * program as strings. Built for 32 bits, as devices are, where such programs can be made and run; else for 64, and
 * says so.
 * A stamp over everything that goes in makes a second run instant. Exits with 0 if the program is there,
 * 1 if building failed, and 3 if there is no C compiler.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@agoric/xsnap@0.15.0';
const INTEGRITY =
  'sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==';
const JOBS = 2;

/** Modules that every program can import, in the order in which the root evaluates them. */
const MODULES = {
  'ringlet:xs/globals': 'globals.js',
  'ringlet:xs/counters': 'counters.js',
  'ringlet:xs/host': 'host.js',
  'ringlet:xs/random': 'random.js',
  time: 'time.js',
  timer: 'timer.js',
  logical: 'logical.js',
  'ringlet/natives': 'natives.js',
  'embedded:io/socket/tcp': 'tcp.js',
  'embedded:io/socket/listener': 'listener.js',
  'embedded:network/dns/resolver/udp': 'resolver.js',
};

const DEFINES = [
  'INCLUDE_XSPLATFORM',
  'XSPLATFORM="platform.h"',
  ...['mxParse', 'mxRun', 'mxSloppy', 'mxInstrument', 'mxMetering', 'mxNoConsole', 'mxBoundsCheck'],
  ...['mxRegExpUnicodePropertyEscapes', 'mxStringNormalize', 'mxMinusZero'],
].map((name) => `-D${name.includes('=') ? name : `${name}=1`}`);
const FLAGS = ['-std=gnu11', '-O2', '-g', '-fno-common', '-fno-strict-aliasing'];
const OWN_WARNINGS = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-missing-field-initializers'];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const out = join(root, 'build', 'xs');
const packageDirectory = join(out, 'package');
const xs = join(packageDirectory, 'moddable', 'xs');
const ownC = join(here, 'c');
/** The C that devices compile too. */
const sharedC = join(root, 'manifests', 'natives');
const program = join(out, 'ringlet-xs');
const stampFile = join(out, 'stamp');
const compiler = process.env.CC ?? 'cc';

class BuildError extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

function say(text) {
  process.stderr.write(`hosts/xs: ${text}\n`);
}

function run(command, args, options) {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, missing: error?.code === 'ENOENT', stdout, stderr }),
    );
  });
}

async function findCompiler() {
  const { failed, stdout } = await run(compiler, ['--version']);
  if (failed) throw new BuildError(`no C compiler ("${compiler}"); install gcc, or name one in CC.`, 3);
  return stdout.split('\n')[0];
}

/**
 * 32 bits need the compiler's support, the 32-bit C library and a kernel that runs such programs: only linking and
 * running tells. Resolves with the flags, or with none and `without`, the reason.
 */
async function findMachineFlags() {
  const probe = join(out, 'probe');
  const source =
    '#include <math.h>\n#include <stdio.h>\nint main(int c, char **v) { return (int)sin(c - 1); }\n';
  const flags = ['-m32', '-msse2', '-mfpmath=sse'];
  writeFileSync(`${probe}.c`, source);
  const { failed } = await run(compiler, [...flags, `${probe}.c`, '-o', probe, '-lm']);
  const runs = !failed && spawnSync(probe).status === 0;
  rmSync(`${probe}.c`);
  rmSync(probe, { force: true });
  if (failed) return { flags: [], without: 'the C compiler cannot make 32-bit programs (gcc-multilib?)' };
  if (!runs) return { flags: [], without: 'this machine does not run 32-bit programs' };
  return { flags };
}

async function fetchSources() {
  if (existsSync(xs)) return;
  say(`fetching ${PACKAGE}`);
  const { failed, stdout, stderr, missing } = await run(
    'npm',
    ['pack', PACKAGE, '--json', '--silent', '--pack-destination', out],
    { cwd: out },
  );
  if (missing) throw new BuildError('npm is needed to fetch the XS sources, and was not found.');
  if (failed)
    throw new BuildError(`could not fetch ${PACKAGE} with npm pack: ${stderr.trim() || 'no reason given'}`);
  const tarball = join(out, basename(JSON.parse(stdout)[0].filename));
  const digest = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (digest !== INTEGRITY) {
    rmSync(tarball);
    throw new BuildError(`${PACKAGE} is not what was expected: its digest is ${digest}.`);
  }
  const unpacked = `${packageDirectory}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  const tar = await run('tar', [
    '-xzf',
    tarball,
    '-C',
    unpacked,
    '--strip-components=1',
    'package/moddable/xs',
    'package/LICENSE',
  ]);
  rmSync(tarball);
  if (tar.failed) throw new BuildError(`could not unpack ${PACKAGE}: ${tar.stderr.trim()}`);
  renameSync(unpacked, packageDirectory);
}

function writeBootstrap() {
  const entries = Object.entries(MODULES).map(([specifier, file]) => {
    const source = readFileSync(join(here, 'modules', file), 'utf8');
    const lines = source.split('\n').map((line) => `    ${JSON.stringify(`${line}\n`)}`);
    return `  {${JSON.stringify(specifier)},\n${lines.join('\n')}},\n`;
  });
  const text = `#include <stddef.h>\n#include "bootstrap.h"\nconst BootstrapModule gBootstrapModules[] = {\n${entries.join('')}  {NULL, NULL},\n};\n`;
  writeFileSync(join(out, 'bootstrap.c'), text);
}

/** Everything that decides what the program is. */
function currentStamp(version, machineFlags) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, machineFlags, readFileSync(fileURLToPath(import.meta.url), 'utf8')]));
  for (const directory of [ownC, sharedC, join(here, 'modules')])
    for (const name of readdirSync(directory).sort())
      hash.update(name).update(readFileSync(join(directory, name)));
  return hash.digest('hex');
}

/** XS's objects change with the platform header and the flags, not with the rest of our C. */
function xsStamp(version, machineFlags) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([PACKAGE, version, machineFlags, DEFINES, FLAGS]));
  hash.update(readFileSync(join(ownC, 'platform.h')));
  return hash.digest('hex').slice(0, 16);
}

async function compileAll(units) {
  const waiting = [...units];
  const work = async () => {
    for (let unit = waiting.shift(); unit; unit = waiting.shift()) {
      const { failed, stderr } = await run(compiler, unit.args);
      if (failed) throw new BuildError(`${basename(unit.source)} does not compile:\n${stderr.trim()}`);
      if (unit.own && stderr) process.stderr.write(stderr);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
}

/** Test files that run at the same time build once: the others wait for the first. */
async function locked(action) {
  const lock = join(out, 'lock');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isStale(lock)) rmSync(lock, { force: true });
      else await setTimeout(100);
    }
  }
  try {
    await action();
  } finally {
    rmSync(lock);
  }
}

function isStale(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

async function build() {
  const version = await findCompiler();
  const { flags: machineFlags, without } = await findMachineFlags();
  if (without !== undefined)
    say(`${without}: building for 64 bits, where slots, and with them the block, are twice as large.`);
  const stamp = currentStamp(version, machineFlags);
  if (existsSync(program) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const started = Date.now();
  await fetchSources();
  writeBootstrap();
  const sources = join(xs, 'sources');
  const common = [...machineFlags, ...FLAGS, ...DEFINES];
  const includes = [ownC, sharedC, join(xs, 'includes'), join(xs, 'platforms'), sources].map(
    (path) => `-I${path}`,
  );
  const xsObjects = join(out, `xs-${xsStamp(version, machineFlags)}`);
  const ownObjects = join(out, 'own');
  mkdirSync(xsObjects, { recursive: true });
  mkdirSync(ownObjects, { recursive: true });

  const unit = (source, directory, own) => {
    const object = join(directory, `${basename(source, '.c')}.o`);
    const warnings = own ? OWN_WARNINGS : ['-w'];
    return { source, object, own, args: [...common, ...warnings, ...includes, '-c', source, '-o', object] };
  };
  const cFiles = (directory) => readdirSync(directory).filter((name) => name.endsWith('.c'));
  const xsUnits = cFiles(sources)
    .filter((name) => name !== 'xsSnapshot.c')
    .map((name) => unit(join(sources, name), xsObjects, false));
  const ownUnits = [
    ...[ownC, sharedC].flatMap((directory) => cFiles(directory).map((name) => join(directory, name))),
    join(out, 'bootstrap.c'),
  ].map((source) => unit(source, ownObjects, true));
  await compileAll([...xsUnits.filter(({ object }) => !existsSync(object)), ...ownUnits]);

  const objects = [...xsUnits, ...ownUnits].map(({ object }) => object);
  const link = await run(compiler, [
    ...machineFlags,
    '-g',
    ...objects,
    '-o',
    `${program}.new`,
    '-lm',
    '-lpthread',
  ]);
  if (link.failed) throw new BuildError(`the program does not link:\n${link.stderr.trim()}`);
  renameSync(`${program}.new`, program);
  writeFileSync(stampFile, stamp);
  say(`built for ${machineFlags.length ? 32 : 64} bits in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

try {
  mkdirSync(out, { recursive: true });
  await locked(build);
  process.stdout.write(`${program}\n`);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  say(error.message);
  process.exitCode = error.status;
}
