import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { correct, FaultyEndpoint, type Conduct } from './faulty-endpoint.ts';
import { lenientUtf8 } from './lenient-utf8.ts';

/** A fault, and a case that must catch it. */
export interface Fault {
  readonly name: string;
  readonly fault: string;
  readonly caughtBy: string;
  readonly conduct: Partial<Conduct>;
  /** The endpoint is a client of the fuzzing server; otherwise it is a server. */
  readonly asClient?: true;
}

const fault = (name: string, words: string, caughtBy: string, conduct: Partial<Conduct>): Fault => ({
  name,
  fault: words,
  caughtBy,
  conduct,
});

/** The faults, in the order of the cases that catch them. */
export const faults: readonly Fault[] = [
  fault('wrong-accept', 'a server answers with a wrong Sec-WebSocket-Accept', '1.1.1', {
    accept: () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  }),
  fault('masking-server', 'a server masks its frames', '1.1.1', { masks: 'wrongly' }),
  {
    ...fault('unmasked-client', 'a client does not mask its frames', '1.1.1', { masks: 'wrongly' }),
    asClient: true,
  },
  fault('stays-connected', 'a server does not end TCP after the closing handshake', '1.1.1', {
    answersClose: 'and stays',
  }),
  fault('no-unmasking', 'payloads are not unmasked', '1.2.2', { unmask: false }),
  fault('echoes-twice', 'every message comes back twice', '1.1.2', { echo: (payload) => [payload, payload] }),
  fault('swapped-length', '16-bit lengths are read with their octets swapped', '1.1.3', {
    readLength: (octets, at, size) =>
      size === 2 ? octets.readUInt16LE(at) : Number(octets.readBigUInt64BE(at)),
  }),
  fault('long-lengths', 'lengths are not written in the shortest form', '1.1.2', { longLengths: true }),
  fault('short-message', 'the last octet of a message is lost', '1.1.5', {
    echo: (payload) => [payload.subarray(0, payload.length - 1)],
  }),
  fault('small-limit', 'messages above 32 KiB are refused', '1.1.6', { maxMessage: 32768 }),
  fault('cut-length', 'only the low 16 bits of a 64-bit length are read', '1.1.7', {
    readLength: (octets, at, size) => octets.readUInt16BE(at + size - 2),
  }),
  fault('text-only', 'binary messages come back as text', '1.2.1', { echoOpcode: () => 1 }),
  fault('no-pong', 'Pings are not answered', '2.1', { pong: () => null }),
  fault('empty-pong', 'Pongs have no payload', '2.2', { pong: () => Buffer.alloc(0) }),
  fault('wrong-pong', 'Pongs have another payload than the Ping', '2.3', {
    pong: (payload) => Buffer.from(payload).reverse().fill(1, 0, 1),
  }),
  fault('long-ping', 'control frames above 125 octets are taken', '2.5', { longControl: 'takes' }),
  fault('read-is-frame', 'every read is taken for whole frames', '2.6', { waitsForRest: false }),
  fault('answers-pong', 'unsolicited Pongs are answered', '2.7', { answersPong: true }),
  fault('last-ping-only', 'of Pings in a row only the last is answered', '2.10', {
    pongsWhen: 'only the last',
  }),
  fault('ignores-rsv', 'RSV bits are ignored', '3.1', { checksRsv: false }),
  fault('wrong-failure-code', 'protocol errors are answered with 1003', '3.5', { failureCode: 1003 }),
  fault('ignores-reserved-data', 'reserved data opcodes are ignored', '4.1.1', { reservedData: 'ignores' }),
  fault('echoes-reserved', 'reserved data opcodes come back', '4.1.2', { reservedData: 'echoes' }),
  fault('ignores-reserved-control', 'reserved control opcodes are ignored', '4.2.1', {
    reservedControl: 'ignores',
  }),
  fault('fragmented-ping', 'fragmented control frames are taken', '5.1', {
    fragmentedControl: 'takes',
    strayContinuation: 'ignores',
  }),
  fault('last-fragment', 'only the last fragment of a message is kept', '5.3', {
    fragments: 'keeps the last',
  }),
  fault('late-pong', 'Pings inside a message are answered after it', '5.6', {
    pongsWhen: 'after the message',
  }),
  fault('stray-continuation', 'continuation frames out of nowhere are ignored', '5.9', {
    strayContinuation: 'ignores',
  }),
  fault('interrupted-message', 'a new message may start inside another', '5.18', {
    interruptedMessage: 'starts anew',
  }),
  fault('framewise-text', 'text is checked frame by frame', '6.2.3', { textCheck: 'each frame' }),
  fault('no-text-check', 'text is not checked', '6.3.1', { textCheck: 'never' }),
  fault('wrong-text-code', 'invalid text is answered with 1002', '6.3.1', { textCode: 1002 }),
  fault('late-text-check', 'text is checked only when the message is whole', '6.4.1', {
    textCheck: 'at the end',
  }),
  fault('unfinished-text', 'text may end inside a character', '6.6.1', {
    validText: (octets) => correct.validText(octets, false),
  }),
  fault('overlong-text', 'overlong sequences are taken', '6.17.1', { validText: lenientUtf8('overlong') }),
  fault('surrogates', 'surrogates are taken', '6.20.1', { validText: lenientUtf8('surrogates') }),
  fault('beyond-unicode', 'code points above U+10FFFF are taken', '6.11.5', {
    validText: lenientUtf8('beyond'),
  }),
  fault('no-noncharacters', 'code points that are not characters are refused', '6.22.1', {
    validText: (octets, final) =>
      correct.validText(octets, final) && !/[\ufffe\uffff]/.test(octets.toString()),
  }),
  fault('wrong-close-code', 'a Close frame is answered with 1001', '7.1.1', { closeReply: () => 1001 }),
  fault('no-close-reply', 'a Close frame is not answered', '7.3.1', { answersClose: 'never' }),
  fault('ends-without-close', 'a Close frame is answered by ending TCP', '7.3.3', {
    answersClose: 'by ending',
  }),
  fault('pongs-after-close', 'frames after the Close frame are answered', '7.1.3', { afterClose: 'goes on' }),
  fault('one-octet-close', 'a Close payload of one octet is taken', '7.3.2', { shortClose: 'takes' }),
  fault('long-close', 'a Close payload of 126 octets is taken', '7.3.6', { longControl: 'takes' }),
  fault('no-reason-check', 'the reason of a Close frame is not checked', '7.5.1', { checksReason: false }),
  fault('any-close-code', 'every close code is taken and sent back', '7.9.1', { validCode: () => true }),
  fault('no-reserved-codes', 'close codes from 3000 on are refused', '7.7.10', {
    validCode: (code) => correct.validCode(code) && code < 3000,
  }),
];

/** Reads the other side's head, answers it if need be, and hands the rest to an endpoint. */
function attach(socket: Socket, isClient: boolean, conduct: Conduct): void {
  let head = '';
  let endpoint: FaultyEndpoint | null = null;
  socket.on('data', (octets: Buffer) => {
    if (endpoint !== null) return endpoint.push(octets);
    head += octets.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    endpoint = new FaultyEndpoint(socket, isClient, conduct);
    if (!isClient) {
      const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nServer: faulty\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Accept: ${conduct.accept(key)}\r\n\r\n`,
      );
    }
    endpoint.push(Buffer.from(head.slice(end + 4), 'latin1'));
  });
}

/** A server with a fault, on a free port of this machine. */
export async function startFaultyServer(
  conduct: Partial<Conduct>,
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    attach(socket, false, { ...correct, ...conduct });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Runs one case as a client with a fault; resolves when the connection has ended. */
export function runFaultyClient(conduct: Partial<Conduct>, port: number, target: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    attach(socket, true, { ...correct, ...conduct });
    socket.on('close', () => resolve());
    socket.on('error', () => socket.destroy());
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
  });
}
