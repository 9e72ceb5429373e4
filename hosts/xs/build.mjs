/**
 * Builds the desk XS: `node hosts/xs/build.mjs` makes `build/xs/ringlet-xs`, and `node hosts/xs/build.mjs rv32` the image
 * `build/xs/ringlet-xs-rv32.elf` for an emulated board.
 *
 * The XS sources (sources.mjs) are compiled together with this folder's C and with its JavaScript modules, which are put into
 * the program as strings. The desk's is built for 32 bits, as devices are, where such programs can be made and run; else for
 * 64, and says so. `sdk` and `rv32-sdk` make the same two with the XS of the SDK that MODDABLE names. A stamp over everything that goes in makes a second run instant. Exits with 0 if the program is there, 1
 * if building failed, 2 for a wrong command line, and 3 if there is no C compiler, or no SDK.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TARGETS } from './targets.mjs';
import { BuildError, here, out, run, say } from './tools.mjs';

const JOBS = 2;

/** Of XS's files: what is not used, and what another one includes. */
const NOT_ALONE = ['xsSnapshot.c', 'xsum.c'];

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
  'ringlet/deflate-natives': 'deflate-natives.js',
  'ringlet/uplink-natives': 'uplink-natives.js',
  'ringlet/request-natives': 'request-natives.js',
  'embedded:io/socket/tcp': 'tcp.js',
  'embedded:io/socket/listener': 'listener.js',
  'embedded:network/dns/resolver/udp': 'resolver.js',
};

const DEFINES = [
  'INCLUDE_XSPLATFORM',
  'XSPLATFORM="platform.h"',
  ...['mxParse', 'mxRun', 'mxSloppy', 'mxInstrument', 'mxMetering', 'mxNoConsole', 'mxBoundsCheck'],
  ...['mxRegExpUnicodePropertyEscapes', 'mxStringNormalize', 'mxMinusZero'],
];
const FLAGS = ['-std=gnu11', '-O2', '-g', '-fno-common', '-fno-strict-aliasing'];
const OWN_WARNINGS = ['-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-missing-field-initializers'];

function writeBootstrap() {
  const entries = Object.entries(MODULES).map(([specifier, file]) => {
    const source = readFileSync(join(here, 'modules', file), 'utf8');
    const lines = source.split('\n').map((line) => `    ${JSON.stringify(`${line}\n`)}`);
    return `  {${JSON.stringify(specifier)},\n${lines.join('\n')}},\n`;
  });
  const text = `#include <stddef.h>\n#include "bootstrap.h"\nconst BootstrapModule gBootstrapModules[] = {\n${entries.join('')}  {NULL, NULL},\n};\n`;
  writeFileSync(join(out, 'bootstrap.c'), text);
}

const cFiles = (directory) => readdirSync(directory).filter((name) => name.endsWith('.c'));

const describe = ({ origin, version, flags, defines, link }) => [
  origin,
  [version, flags, defines, link, DEFINES, FLAGS],
];

/** Everything that decides what the program is. */
function currentStamp(target) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(describe(target)));
  for (const directory of [here, ...target.folders, join(here, 'modules'), ...target.headers])
    for (const { name, parentPath, path } of readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(mjs|js|c|h)$/.test(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1)))
      hash.update(name).update(readFileSync(join(parentPath ?? path, name)));
  return hash.digest('hex');
}

/** XS's objects change with the platform header and the flags, not with the rest of our C. */
function xsStamp(target) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(describe(target)));
  hash.update(readFileSync(target.folders.map((folder) => join(folder, 'platform.h')).find(existsSync)));
  return hash.digest('hex').slice(0, 16);
}

async function compileAll(compiler, units) {
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

async function build(name) {
  const target = await TARGETS[name]();
  const { compiler, program } = target;
  const stampFile = join(out, `stamp-${name}`);
  const stamp = currentStamp(target);
  if (existsSync(program) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp)
    return program;

  const started = Date.now();
  await target.fetch();
  writeBootstrap();
  const { xs } = target;
  const sources = join(xs, 'sources');
  const defines = [...DEFINES, ...target.defines].map((one) => `-D${one.includes('=') ? one : `${one}=1`}`);
  const common = [...target.flags, ...FLAGS, ...defines];
  const places = [...target.folders, ...target.headers, join(xs, 'includes'), join(xs, 'platforms'), sources];
  const includes = places.map((path) => `-I${path}`);
  const xsObjects = join(out, `xs-${xsStamp(target)}`);
  const ownObjects = join(out, `own-${name}`);
  mkdirSync(xsObjects, { recursive: true });
  mkdirSync(ownObjects, { recursive: true });

  const unit = (source, directory, own) => {
    const file = basename(source);
    const object = join(directory, `${basename(source, '.c')}.o`);
    const warnings = own ? OWN_WARNINGS : ['-w'];
    const args = [...common, ...target.flagsFor(file), ...warnings, ...includes, '-c', source, '-o', object];
    return { source, object, own, args };
  };
  const xsUnits = cFiles(sources)
    .filter((file) => !NOT_ALONE.includes(file))
    .map((file) => unit(join(sources, file), xsObjects, false));
  const ownUnits = [
    ...target.folders.flatMap((directory) => cFiles(directory).map((file) => join(directory, file))),
    join(out, 'bootstrap.c'),
  ].map((source) => unit(source, ownObjects, true));
  await compileAll(compiler, [...xsUnits.filter(({ object }) => !existsSync(object)), ...ownUnits]);

  const objects = [...xsUnits, ...ownUnits].map(({ object }) => object);
  const args = [...target.flags, '-g', ...objects, ...target.link, '-o', `${program}.new`];
  const link = await run(compiler, args);
  if (link.failed) throw new BuildError(`the program does not link:\n${link.stderr.trim()}`);
  renameSync(`${program}.new`, program);
  writeFileSync(stampFile, stamp);
  say(`built ${target.what} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return program;
}

const [target = 'desk', ...others] = process.argv.slice(2);
try {
  if (!(target in TARGETS) || others.length > 0)
    throw new BuildError(`which target? ${Object.keys(TARGETS).join(' or ')}.`, 2);
  mkdirSync(out, { recursive: true });
  let program;
  await locked(async () => (program = await build(target)));
  process.stdout.write(`${program}\n`);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  say(error.message);
  process.exitCode = error.status;
}
