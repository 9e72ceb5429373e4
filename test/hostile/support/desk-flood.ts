import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { until } from '../../hosts/support/loopback.ts';
import { library, runInDesk } from '../../xs/support/desk.ts';
import type { Role } from './faces.ts';
import { RawPeer } from './raw-peer.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export interface Flood {
  readonly role: Role;
  readonly manner?: 'reads' | 'reads slowly' | 'reads nothing';
  readonly options?: object;
  readonly isCompressed?: boolean;
  /** The peer's half of the opening handshake; a request if there is no Accept. */
  readonly opening: (accept: string) => Uint8Array;
  /** What the peer does once the endpoint is open. */
  readonly peer: (socket: Socket, peer: RawPeer) => void | Promise<void>;
}

/** What the program in the desk has had, and what it cost. */
export interface Cost {
  readonly octets: number;
  readonly messages: number;
  readonly error: number;
  readonly closeCode: number;
  /** More than when the connection was opened, as of the last octets; those that are not collected count. */
  readonly slots: number;
  readonly chunks: number;
  readonly collections: number;
}

/** Lets a program in the desk bear a flood, in the block of a device. Fails if that does not suffice. */
export async function flood({
  role,
  manner = 'reads',
  options = {},
  isCompressed = false,
  opening,
  peer,
}: Flood): Promise<{ readonly cost: Cost; readonly received: Uint8Array }> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (role === 'server') await new Promise((resolve) => server.close(resolve));
  let output = '';
  const running = runInDesk({
    modules: {
      ...library,
      'ringlet/deflate': path('../../../dist/moddable/deflate.js'),
      'ringlet/server-handshake': path('../../../dist/moddable/server-handshake.js'),
      app: path('../xs/flood.js'),
    },
    options: ['--memory', isCompressed ? '65536' : '32768'],
    args: [role, String(port), manner, JSON.stringify(options), ...(isCompressed ? ['deflate'] : [])],
    onOutput: (text) => (output += text),
  });
  await until(() => output.includes('ready'), 'the program');
  const socket =
    role === 'client' ? await accepted : connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
  const raw = new RawPeer(socket);
  if (role === 'client') await raw.headArrived();
  const key = /^sec-websocket-key: *(.*)$/im.exec(raw.head)?.[1];
  socket.write(opening(key === undefined ? '' : acceptOf(key.trim())));
  await until(() => output.includes('open'), 'the handshake');
  await peer(socket, raw);
  const { status, stdout, stderr } = await running;
  socket.destroy();
  server.close();
  if (status !== 0) throw new Error(`the program ended with ${status}: ${stderr}`);
  return { cost: JSON.parse(stdout.trim().split('\n').at(-1)!) as Cost, received: raw.received };
}
