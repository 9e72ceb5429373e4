import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, type } from 'node:os';

const require = createRequire(import.meta.url);

const versionOf = (name) => JSON.parse(readFileSync(findPackage(name), 'utf8')).version;

function findPackage(name) {
  return require.resolve
    .paths(name)
    .map((folder) => `${folder}/${name}/package.json`)
    .find((file) => {
      try {
        readFileSync(file);
        return true;
      } catch {
        return false;
      }
    });
}

const peers = [
  'ws',
  'undici',
  'websocket',
  'faye-websocket',
  'bufferutil',
  'utf-8-validate',
  'pako',
  'fflate',
];

/** On what and when a run was made. */
export function machine(rounds) {
  return {
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0].model.trim()}, ${type()} ${release().split('-')[0]}`,
    load: loadavg()[0],
    rounds,
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      ringlet: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
      ...Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
    },
  };
}
