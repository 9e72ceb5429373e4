/*
 * Stands for commands that a test cannot run as they are, and holds what the pages say to them to what there is:
 * npm would ask a registry or begin hours of measuring, mcconfig and mcpack need Moddable's SDK.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const { name, version, scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const [command, ...args] = process.argv.slice(2);

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function run(program, ...rest) {
  spawn(program, rest, { stdio: 'inherit' }).once('close', (code) => process.exit(code ?? 1));
}

/** Scripts that do what a reader does, in a moment. */
const RUN = { start: 'start' };

function npm([verb, ...rest]) {
  if (verb === 'install' || verb === 'init' || verb === 'pack') return;
  const script = verb === 'run' ? rest.shift() : verb;
  if (scripts[script] === undefined) refuse(`package.json has no script "${script}"`);
  if (RUN[script] === undefined) return;
  const after = rest[0] === '--' ? rest.slice(1) : rest;
  run('sh', '-c', `cd '${root}' && exec ${scripts[script]} "$@"`, 'sh', ...after);
}

/** mcconfig's options, so far as the pages use them; all others are `name=value`, the app's configuration. */
function mcconfig(given) {
  const platform = given[given.indexOf('-p') + 1];
  if (!/^(esp|esp32|pico|lin|mac|win|sim)(\/\w+)?$/.test(platform)) refuse(`no platform: ${platform}`);
  for (const one of given.filter((text) => text !== platform))
    if (!/^(-[dimpt]|\w+=.+)$/.test(one)) refuse(`mcconfig has no option ${one}`);
}

switch (command) {
  case 'npm':
    npm(args);
    break;
  case 'npx':
    if (args[0] !== 'ringlet' && !existsSync(`${root}node_modules/.bin/${args[0]}`)) refuse(`no ${args[0]}`);
    if (args[0] === 'ringlet') run('ringlet', ...args.slice(1));
    break;
  case 'mcconfig':
    mcconfig(args);
    break;
  case 'mcpack':
    if (args.shift() !== 'mcconfig') refuse('mcpack runs mcconfig');
    mcconfig(args);
    break;
  default:
    refuse(`${name} ${version} knows nothing of ${command}`);
}
