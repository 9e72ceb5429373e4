/**
 * Runs the desk XS on an emulated board, with the desk's command line:
 * `node hosts/xs/rv32/run.mjs [--sdk] [--exact] [--board] [--segment=N] [desk options] MAIN [arguments]`.
 *
 * Starts QEMU with the board's console on its standard streams, and is the other end of that: the command line goes in,
 * output comes out, and channels become TCP connections (c/channels.h). `--exact` counts instructions, and one takes one
 * nanosecond. `--sdk` takes the image with the XS of Moddable's SDK. Exits with the board's status, or 3 if there is no QEMU.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Channel, ListeningChannel } from './channel.mjs';

/** Octets of a frame before its payload: a type, a channel and a length. */
const HEAD = 4;

const line = process.argv.slice(2);
const isOfSdk = line[0] === '--sdk';
if (isOfSdk) line.shift();
const image = fileURLToPath(
  new URL(`../../../build/xs/ringlet-xs-rv32${isOfSdk ? '-sdk' : ''}.elf`, import.meta.url),
);
const isExact = line[0] === '--exact';
if (isExact) line.shift();

/* The board reads files by absolute paths: those in options, and the main module, which comes after all of them. */
const FILES = {
  '--preload': (text) => text.replace(/=(.*)/s, (_, path) => `=${resolve(path)}`),
  '--script': (path) => resolve(path),
};
let at = 0;
for (; line[at]?.startsWith('--'); at++) {
  if (/^--(stats|board|segment=.*)$/.test(line[at])) continue;
  at++;
  line[at] = FILES[line[at - 1]]?.(line[at]) ?? line[at];
}
if (existsSync(line[at] ?? '')) line[at] = resolve(line[at]);

const qemu = spawn(
  'qemu-system-riscv32',
  [
    ...'-machine virt -m 512M -bios none -display none -monitor none -no-reboot -serial none'.split(' '),
    ...['-chardev', 'stdio,id=link,signal=off'],
    ...['-device', 'virtio-serial-device', '-device', 'virtconsole,chardev=link'],
    ...['-cpu', 'rv32,a=off,f=off,d=off'],
    ...['-semihosting-config', 'enable=on,target=native', '-kernel', image],
    ...(isExact ? ['-icount', 'shift=0'] : []),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
/* The board ends with us, however we end. */
process.on('exit', () => qemu.kill());
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    qemu.kill('SIGKILL');
    process.kill(process.pid, signal);
  });

const channels = new Map();

function frame(type, index, octets = Buffer.alloc(0)) {
  const head = Buffer.from([type.charCodeAt(0), index, octets.length & 255, octets.length >> 8]);
  qemu.stdin.write(octets.length > 0 ? Buffer.concat([head, octets]) : head);
}

function placeOf(octets) {
  const [host, port] = octets.toString().split(' ');
  return { host, port: Number(port) };
}

function close(index) {
  channels.get(index)?.close();
  channels.delete(index);
  frame('X', index);
}

const actions = {
  B: () => frame('A', 0, Buffer.from(['ringlet-xs', ...line].map((text) => `${text}\0`).join(''))),
  1: (_, octets) => process.stdout.write(octets),
  2: (_, octets) => process.stderr.write(octets),
  O: (index, octets) => {
    const socket = connect({ ...placeOf(octets), allowHalfOpen: true });
    channels.set(index, new Channel(index, socket, frame));
  },
  L: (index, octets) => {
    const server = createServer({ allowHalfOpen: true });
    channels.set(index, new ListeningChannel(index, server, placeOf(octets), frame));
  },
  T: (index, [listener]) => {
    channels.set(index, new Channel(index, channels.get(listener).take(), frame));
  },
  D: (index, octets) => channels.get(index)?.write(octets),
  C: (index, octets) => channels.get(index)?.credit?.(octets.readUInt32LE()),
  X: close,
};

let input = Buffer.alloc(0);
qemu.stdout.on('data', (data) => {
  input = input.length > 0 ? Buffer.concat([input, data]) : data;
  let at = 0;
  while (input.length - at >= HEAD) {
    const end = at + HEAD + input.readUInt16LE(at + 2);
    if (input.length < end) break;
    actions[String.fromCharCode(input[at])](input[at + 1], Buffer.from(input.subarray(at + HEAD, end)));
    at = end;
  }
  input = input.subarray(at);
});
qemu.stdin.on('error', () => {});

const status = await new Promise((done) => {
  qemu.once('error', (error) => {
    process.stderr.write(`hosts/xs/rv32: ${error.message}; install qemu-system-misc.\n`);
    done(3);
  });
  qemu.once('close', (code, signal) => done(code ?? signal));
});
for (const [, channel] of channels) channel.close();
process.exitCode = typeof status === 'number' ? status : 1;
