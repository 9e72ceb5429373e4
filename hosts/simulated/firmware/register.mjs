// `node --import ringlet/simulated/register app.js`: runs a Moddable program, unmodified, on a machine of a simulated world in
// which every name and every port leads to an echo server, or in one that you describe. By environment variables:
//   RINGLET_WORLD   a module whose default export is called with (world, device) in place of the echo server
//   RINGLET_RUN     virtual milliseconds to run, default an hour
//   RINGLET_SEED    default 1
//   RINGLET_CONFIG  JSON for the program's `mc/config`
//   RINGLET_PAGE    a file for the page of what happened
// A program of Node's, such as one that imports `ringlet/simulated` or `ringlet/node`, is left alone.
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HOUR, loadFirmware, World } from 'ringlet/simulated';
import { isFirmware } from './is-firmware.mjs';

/** What an environment variable says; whoever wrote it is told of it by its name, and nothing is run. */
function read(name, parse) {
  const text = process.env[name];
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}

function milliseconds(text) {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < Infinity) return value;
  throw new Error(`not milliseconds: ${JSON.stringify(text)}`);
}

function config(text) {
  const value = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error('not an object in JSON');
}

/** A file that can be written when all is over: what cannot be is said before. */
function page(text) {
  if (existsSync(text) && statSync(text).isDirectory()) throw new Error(`${text} is a folder`);
  accessSync(dirname(resolve(text)), constants.W_OK);
  return text;
}

/** What the module `file` exports by default, a function that makes a world. */
async function worldOf(file) {
  const isThere = existsSync(file);
  const { default: describe } = isThere ? await import(pathToFileURL(file).href) : {};
  if (typeof describe === 'function') return describe;
  const why = isThere ? 'its default export is no function (world, device)' : 'there is no such file';
  process.stderr.write(`RINGLET_WORLD: ${file}: ${why}\n`);
  process.exit(2);
}

async function run(app) {
  // Whoever reads may have had enough, as `head` has.
  process.stdout.on('error', () => process.exit(0));
  const { RINGLET_WORLD, RINGLET_SEED } = process.env;
  const duration = read('RINGLET_RUN', milliseconds) ?? HOUR;
  const given = read('RINGLET_CONFIG', config) ?? {};
  const file = read('RINGLET_PAGE', page);
  const world = new World({ seed: RINGLET_SEED ?? 1 });
  const device = world.host('device');
  const say = device.say.bind(device);
  device.say = (text) => {
    process.stdout.write(`${text}\n`);
    say(text);
  };
  if (RINGLET_WORLD !== undefined) {
    const describe = await worldOf(resolve(RINGLET_WORLD));
    await describe(world, device);
  } else {
    const server = world.host('server', { runtime: 'node' });
    const onMessage = (peer, data) => peer.send(data);
    server.serve({ port: -1, onMessage });
    server.serve({ port: 443, certificate: {}, onMessage });
    world.everywhere(server);
  }
  const manifest = join(dirname(app), 'manifest.json');
  await loadFirmware(device, app, {
    config: given,
    ...(existsSync(manifest) && { manifest }),
  });
  await world.play(duration);
  if (file !== undefined) writeFileSync(file, world.page(app));
  const connections = world.connections(device);
  process.stderr.write(
    `simulated ${world.now / HOUR} h: ${connections.length} connections, ${world.delivered().length} messages delivered\n`,
  );
}

const app = process.argv[1] === undefined ? undefined : resolve(process.argv[1]);
if (app !== undefined && existsSync(app)) {
  if (isFirmware(app)) {
    let code = 0;
    try {
      await run(app);
    } catch (error) {
      process.stderr.write(`${error?.stack ?? error}\n`);
      code = 1;
    }
    process.exit(code);
  }
}
