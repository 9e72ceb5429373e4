/*
 * Lets a program of a page run as it is printed. It is loaded before the program (`node --import`), and makes a small
 * world of it: every name leads to this machine, a port that the program listens on is another one that is free, a
 * connection to a port finds whoever listens on it in this world, and at all other ports there is an echo server.
 * What the program does beyond that, it does to Node's own sockets.
 *
 * RINGLET_STAGE: folder in which the ports of this world are written down. RINGLET_STAGE_ECHO: the echo server's port.
 */
import dns from 'node:dns';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { join } from 'node:path';

const LOOPBACK = '127.0.0.1';
const folder = process.env.RINGLET_STAGE;
const echo = Number(process.env.RINGLET_STAGE_ECHO);
const note = (port) => join(folder, `port-${port}`);

/** The port that a program means by `port`. */
function portOf(port) {
  if (existsSync(join(folder, `real-${port}`))) return port;
  return existsSync(note(port)) ? Number(readFileSync(note(port), 'utf8')) : echo;
}

function lookup(name, ...rest) {
  const answer = rest.pop();
  const [options = {}] = rest;
  const address = { address: LOOPBACK, family: 4 };
  process.nextTick(() => (options.all ? answer(null, [address]) : answer(null, LOOPBACK, 4)));
}
dns.lookup = lookup;
dns.promises.lookup = async (name, { all } = {}) => {
  const address = { address: LOOPBACK, family: 4 };
  return all ? [address] : address;
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  // Node hands itself an array of what it has sorted already.
  const args = Array.isArray(given[0]) ? given[0] : given;
  const [first] = args;
  const options = typeof first === 'object' ? first : { port: first, host: args[1] };
  if (options.path !== undefined) return connect.apply(this, given);
  const done = args.findLast((one) => typeof one === 'function');
  const { lookup: none, ...rest } = options;
  return connect.call(this, { ...rest, host: LOOPBACK, port: portOf(Number(options.port)) }, done);
};

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...args) {
  const [first] = args;
  const asked = Number(typeof first === 'object' && first !== null ? first.port : first) || 0;
  if (asked === 0 && typeof first === 'object' && first?.path !== undefined) return listen.apply(this, args);
  const done = args.findLast((one) => typeof one === 'function');
  const address = this.address;
  this.prependOnceListener('listening', () => {
    const { port } = address.call(this);
    writeFileSync(join(folder, `real-${port}`), '');
    if (asked === 0) return;
    writeFileSync(note(asked), String(port));
    this.address = () => ({ address: LOOPBACK, family: 'IPv4', port: asked });
  });
  return listen.call(this, { host: LOOPBACK, port: 0 }, ...(done === undefined ? [] : [done]));
};

syncBuiltinESMExports();
