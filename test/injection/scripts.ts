import { SECOND, type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { Endpoint, type EndpointOptions } from '../../src/client/endpoint.ts';
import { requestOf } from '../../src/handshake/request-options.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { clientOpening } from '../../src/handshake/client.ts';

export type Face = 'Endpoint' | 'Endpoint on Node' | 'WebSocketClient';

/** What a program does with its connection. */
export interface Line {
  send(octets: Uint8Array, more?: boolean): void;
  ping(): void;
  close(): void;
  drop(): void;
  pause(): void;
  resume(): void;
}

/** A script: what happens to a connection, in virtual time. */
export interface Script {
  readonly name: string;
  readonly options?: object;
  readonly secure?: boolean;
  readonly run: (line: () => Line | undefined, world: World) => void;
}

const octets = (count: number): Uint8Array => new Uint8Array(count).fill(97);

/** Does each action a second after the other, as long as there is a connection. */
function each(...actions: readonly ((line: Line, world: World) => void)[]): Script['run'] {
  return (line, world) =>
    actions.forEach((action, index) => {
      world.after((index + 1) * SECOND, () => {
        const present = line();
        if (present !== undefined) world.hosts.get('device')!.enter(() => action(present, world));
      });
    });
}

const nothing = (): void => {};

/** Beside those below: every size of a message, every limit, and every fault at every stage that are worth a script. */
const VARIANTS: readonly Script[] = [
  ...[0, 125, 126, 1000].map((count) => ({
    name: `sends ${count} octets`,
    run: each(
      (line) => line.send(octets(count)),
      (line) => line.close(),
    ),
  })),
  ...[5, 25, 45, 65].map((time) => ({
    name: `is reset after ${time} ms`,
    run: (_line: unknown, world: World) => world.after(time, () => world.reset('device')),
  })),
  ...[5, 25, 45, 65].map((time) => ({
    name: `goes silent after ${time} ms`,
    options: { connectTimeout: 2000, handshakeTimeout: 2000, keepalive: 1000, keepaliveTimeout: 1000 },
    run: (_line: unknown, world: World) => world.after(time, () => world.silence('device')),
  })),
  {
    name: 'finds the server restarting',
    run: each((_line, world) => world.hosts.get('server')!.restart(5 * SECOND)),
  },
  {
    name: 'finds a captive portal',
    run: (_line, world) => world.portal('device', true),
  },
  {
    name: 'has nothing to do, and is idle for too long',
    options: { idleTimeout: 3000, keepalive: 0 },
    run: each(nothing),
  },
  {
    name: 'closes twice',
    run: each(
      (line) => (line.close(), line.close()),
      (line) => line.close(),
    ),
  },
  {
    name: 'uses TLS, and is reset in its handshake',
    secure: true,
    run: (_line, world) => world.after(50, () => world.reset('device')),
  },
];

export const SCRIPTS: readonly Script[] = [
  ...VARIANTS,
  { name: 'opens, and closes', run: each((line) => line.close()) },
  { name: 'opens, and is dropped', run: each((line) => line.drop()) },
  {
    name: 'sends a message',
    run: each(
      (line) => line.send(octets(20)),
      (line) => line.close(),
    ),
  },
  {
    name: 'sends what takes several segments',
    run: each(
      (line) => line.send(octets(1900)),
      (line) => line.close(),
    ),
  },
  {
    name: 'sends fragments with a ping in between',
    run: each(
      (line) => line.send(octets(10), true),
      (line) => line.ping(),
      (line) => line.send(octets(10)),
      (line) => line.close(),
    ),
  },
  {
    name: 'compresses',
    options: { compression: permessageDeflate() },
    run: each(
      (line) => line.send(octets(1500)),
      (line) => line.send(octets(1500)),
      (line) => line.close(),
    ),
  },
  {
    name: 'pauses while it is answered, and resumes',
    run: each(
      (line) => line.pause(),
      (line) => line.send(octets(400)),
      (line) => line.resume(),
      (line) => line.close(),
    ),
  },
  {
    name: 'keeps alive',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    run: each(
      () => {},
      () => {},
      (line) => line.close(),
    ),
  },
  { name: 'is reset', run: each((line, world) => (line.send(octets(50)), world.reset('device'))) },
  {
    name: 'goes silent',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    run: each((_line, world) => world.silence('device')),
  },
  {
    name: 'uses TLS',
    secure: true,
    run: each(
      (line) => line.send(octets(30)),
      (line) => line.close(),
    ),
  },
  {
    name: 'loses its network while it connects',
    run: (_line, world) => world.after(15, () => world.hosts.get('device')!.online(false)),
  },
];

/** What became of a connection. */
export interface Outcome {
  /** What its constructor threw. */
  thrown: unknown;
  readonly ends: number[];
  /** What left callbacks. */
  readonly uncaught: unknown[];
  /** Calls of the host's functions that the script makes if none fails. */
  calls: number;
  /** Sockets and timers that are left. */
  left: number;
  readonly misuses: readonly string[];
  /** Whether the octets that the server got are what was sent, from the first one on. */
  isPrefix: boolean;
}

/** Plays a script on `face`; calls of the device's functions fail where `fails` says so. */
export function play(script: Script, face: Face, fails: (call: number, name: string) => boolean): Outcome {
  const uncaught: unknown[] = [];
  const world = new World({ trace: 0, patience: 20_000, onUncaught: (_host, error) => uncaught.push(error) });
  const compression = (script.options as { compression?: never } | undefined)?.compression;
  const server = world.host('server', { runtime: 'node' });
  const echo = {
    compression,
    onMessage: (peer: { send(data: never): void }, data: unknown) => peer.send(data as never),
  };
  server.serve(echo);
  server.serve({ ...echo, certificate: {} });
  const device = world.host('device', { runtime: face === 'Endpoint on Node' ? 'node' : 'device' });
  const outcome: Outcome = {
    thrown: undefined,
    ends: [],
    uncaught,
    calls: 0,
    left: 0,
    misuses: device.misuses,
    isPrefix: true,
  };
  let line: Line | undefined;
  const over = (error: number): void => {
    outcome.ends.push(error);
    line = undefined;
  };
  device.failCalls(fails);
  try {
    line = (face === 'WebSocketClient' ? openClient : openEndpoint)(world, device, script, over);
  } catch (error) {
    outcome.thrown = error;
  }
  script.run(() => line, world);
  world.run(20 * SECOND);
  // What failed once may have left it waiting; nothing waits for longer than its deadline.
  device.failCalls(undefined);
  if (line !== undefined && outcome.ends.length === 0) line.drop();
  world.run(60 * SECOND);
  outcome.calls = device.calls;
  outcome.left = device.sockets.size + device.timers.size;
  outcome.isPrefix = world
    .delivered()
    .every(({ data }) => (data as Uint8Array).every((octet) => octet === 97));
  return outcome;
}

function openEndpoint(
  world: World,
  device: SimulatedHost,
  script: Script,
  over: (error: number) => void,
): Line {
  const { secure = false } = script;
  const events: EndpointOptions<undefined>['events'] = {
    onOpen() {},
    onData() {},
    onControl() {},
    onWritable() {},
    onClose: (_target, _code, error) => over(error),
  };
  const opening = clientOpening(requestOf({ host: 'server' }));
  const options = { ...script.options, role: 'client' as const, opening, events, target: undefined };
  const address = world.hosts.get('server')!.address;
  const port = secure ? 443 : 80;
  const transport = device.transport(address, port, secure ? 'server' : undefined);
  const endpoint = new Endpoint(device.engine, options, transport);
  return {
    send: (bytes, more) => endpoint.send(bytes, 0, bytes.length, more ? 3 : 1),
    ping: () => endpoint.sendControl(9, octets(4), 0, 4),
    close: () => endpoint.close(1000),
    drop: () => endpoint.drop(),
    pause: () => endpoint.pause(),
    resume: () => endpoint.resume(),
  };
}

function openClient(
  _world: World,
  device: SimulatedHost,
  script: Script,
  over: (error: number) => void,
): Line {
  const defaults = device.device.network[script.secure ? 'wss' : 'ws'] as WebSocketClientOptions;
  let isPaused = false;
  let waiting = 0;
  const read = (): void => {
    if (isPaused || waiting === 0) return;
    waiting = 0;
    client.read();
  };
  const client = new device.WebSocketClient({
    ...defaults,
    ...script.options,
    host: 'server',
    onReadable(count) {
      waiting = count;
      read();
    },
    onClose: () => over(0),
    onError: (error) => over(error.id),
  });
  const attempt = (action: () => unknown): void => {
    try {
      action();
    } catch {
      // What does not fit or comes too late is refused; that is not what is tried here.
    }
  };
  return {
    send: (bytes, more = false) => attempt(() => client.write(bytes, { more })),
    ping: () => attempt(() => client.write(octets(4), { opcode: 9 })),
    close: () => attempt(() => client.write(Uint8Array.of(3, 232), { opcode: 8 })),
    drop: () => client.close(),
    pause: () => (isPaused = true),
    resume() {
      isPaused = false;
      attempt(read);
    },
  };
}
