// Tells a program of Moddable's from one of Node's: by what it imports, itself or through its own modules.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** What only Moddable programs import, and ours for devices. */
const OF_DEVICES =
  /^(?:timer|time|device|Resource|mc\/config|embedded:.*|ringlet|ringlet\/(?:uplink|websocket|websocket\/global|reconnecting|server-handshake|file-store|socket|text|deflate))$/;
/** What only programs of Node's import: tests, servers. */
const OF_NODE = /^ringlet\/(?:simulated|node|messages|conformance)(?:\/|$)/;

const IMPORT = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g;

/** The globals that a program of Moddable's uses, although it imports nothing. */
const USE = /(?<![.\w$])(?:device\.|trace\()/;

/** Where Moddable finds a module of the program: beside the one that imports it, also by its bare name. */
function fileOf(specifier, importer) {
  if (/^[a-z]+:/i.test(specifier)) return undefined;
  const file = join(dirname(importer), specifier);
  return ['', '.js', '.mjs']
    .map((suffix) => file + suffix)
    .find((path) => existsSync(path) && statSync(path).isFile());
}

/** Whether the file `program` is a Moddable program, which does not run on Node but in a simulated world. */
export function isFirmware(program) {
  const files = [program];
  let isOfDevices = USE.test(readFileSync(program, 'utf8'));
  for (const file of files)
    for (const [, , specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (OF_NODE.test(specifier)) return false;
      if (OF_DEVICES.test(specifier)) isOfDevices = true;
      const found = fileOf(specifier, file);
      // Packages are somebody else's program: what they import says nothing of this one.
      if (found !== undefined && !files.includes(found) && !found.includes(`${sep}node_modules${sep}`))
        files.push(found);
    }
  return isOfDevices;
}
