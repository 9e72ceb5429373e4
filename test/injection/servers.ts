import { InjectedFailure, SECOND, type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { serverHandshake } from '../../hosts/node/server-handshake.ts';
import { OPENERS } from './faces.ts';
import { Gateway } from './gateway.ts';
import { type Line, type Script, SCRIPTS } from './scripts.ts';

type Compression = WebSocketClientOptions['compression'];

/** Begins a server on a machine: an echo at port 80, and with TLS at 443. Returns how many connections it has. */
type Begin = (host: SimulatedHost, compression: Compression) => () => number;

/** `serve` of a world. */
const serveAll: Begin = (host, compression) => {
  const options = {
    compression,
    onMessage: (peer: { send(data: never): void }, data: unknown): void => peer.send(data as never),
  };
  const servers = [host.serve(options), host.serve({ ...options, certificate: {} })];
  return () => servers.reduce((sum, { peers }) => sum + peers.size, 0);
};

interface Part {
  readonly bytes: Uint8Array;
  readonly more: boolean;
}

/** The classes of ECMA-419, as an app on a device has them: see docs/server.md. */
const listen: Begin = (host, compression) => {
  const handshake = serverHandshake();
  const clients = new Set<WebSocketClient>();
  const greet = (attach: never): void => {
    let room = 0;
    const parts: Part[] = [];
    const flush = (client: WebSocketClient): void => {
      for (let part = parts[0]; part !== undefined && room > 0; part = parts[0]) {
        const count = Math.min(part.bytes.length, room);
        const more = part.more || count < part.bytes.length;
        room = client.write(part.bytes.subarray(0, count), { more });
        if (count === part.bytes.length) parts.shift();
        else parts[0] = { ...part, bytes: part.bytes.subarray(count) };
      }
    };
    const client: WebSocketClient = new host.WebSocketClient({
      attach,
      handshake,
      compression,
      onReadable(count, { more }) {
        const octets = this.read(count) as ArrayBuffer | undefined;
        parts.push({ bytes: octets === undefined ? new Uint8Array(0) : new Uint8Array(octets), more });
        flush(this);
      },
      onWritable(count) {
        room = count;
        flush(this);
      },
      onClose: () => clients.delete(client),
      onError: () => clients.delete(client),
    });
    clients.add(client);
  };
  new host.Listener({
    port: 80,
    onReadable(this: { read(): { close(): void } }, requests: number) {
      for (; requests > 0; requests--) {
        const attach = this.read();
        try {
          greet(attach as never);
        } catch (error) {
          // On a device whatever nobody holds any more is closed by the garbage collector; here is none.
          attach.close();
          throw error;
        }
      }
    },
  } as never);
  return () => clients.size;
};

interface Server {
  readonly begin: Begin;
  readonly isNode?: boolean;
  readonly hasTls?: boolean;
}

export const SERVERS: Readonly<Record<string, Server>> = {
  'serve on Node': { begin: serveAll, isNode: true, hasTls: true },
  'serve on a device': { begin: serveAll, hasTls: true },
  'Listener and WebSocketClient': { begin: listen },
};

export const scriptsOf = (server: string): readonly Script[] =>
  SCRIPTS.filter(({ secure }) => !secure || SERVERS[server].hasTls);

/** A client that comes later, and leaves: whether it got its echo. */
function visit(world: World, server: SimulatedHost, isSecure: boolean): boolean {
  const visitor = world.host('visitor');
  const greeting = Uint8Array.of(1, 2, 3);
  let got = '';
  let isSent = false;
  new visitor.WebSocketClient({
    ...(visitor.device.network[isSecure ? 'wss' : 'ws'] as WebSocketClientOptions),
    host: 'server',
    onWritable() {
      if (!isSent) this.write(greeting);
      isSent = true;
    },
    onReadable(count) {
      got += String(new Uint8Array(this.read(count) as ArrayBuffer));
      this.write(Uint8Array.of(3, 232), { opcode: 8 });
    },
  });
  world.run(20 * SECOND);
  return got === String(greeting) && server.isUp;
}

/** What an app does once, and has to do again by itself where it fails: after a restart, too. */
const ONCE = ['Listener'];

export interface ServerOutcome {
  /** The calls that were made. */
  readonly names: readonly string[];
  /** What is not as it should be. */
  readonly wrong: readonly string[];
}

/** Plays a script of a client at a server whose calls of the host's functions fail where `fails` says so. */
export function playAtServer(
  script: Script,
  server: keyof typeof SERVERS,
  fails: (call: number) => boolean,
): ServerOutcome {
  const { begin, isNode = false } = SERVERS[server];
  const uncaught: unknown[] = [];
  const world = new World({ trace: 0, patience: 20_000, onUncaught: (_host, error) => uncaught.push(error) });
  const host = world.host('server', { runtime: isNode ? 'node' : 'device' });
  const device = world.host('device');
  let connections = (): number => 0;
  // Its program begins again after a restart.
  host.run(() => (connections = begin(host, (script.options as { compression?: Compression })?.compression)));
  const names: string[] = [];
  host.failCalls((_call, name) => (names.push(name), !ONCE.includes(name) && fails(names.length)));
  let line: Line | undefined;
  const over = (): void => (line = undefined);
  line = OPENERS.Endpoint({ device, server: host, script, over, gateway: new Gateway() });
  script.run(() => line, world);
  world.run(20 * SECOND);
  host.failCalls(undefined);
  line?.drop();
  world.run(60 * SECOND);
  const wrong: string[] = [];
  for (const error of uncaught)
    if (!(error instanceof InjectedFailure)) wrong.push(String((error as Error).stack));
  if (!visit(world, host, script.secure === true)) wrong.push('a new client gets no echo');
  world.run(60 * SECOND);
  const left = `${connections()} connections, ${host.sockets.size} sockets, ${host.timers.size} timers`;
  if (left !== '0 connections, 0 sockets, 0 timers') wrong.push(`${left} are left`);
  wrong.push(...host.misuses);
  return { names, wrong };
}
