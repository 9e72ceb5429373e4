/**
 * What `hosts/node` calls of `node:net`, `node:tls` and `node:dns`; each call is one that may fail. For `vi.mock('node:net', …)`
 * and its like. Sockets are Node's own, over loopback; of their methods only the calls from `hosts/node` count.
 */
import type * as Dns from 'node:dns';
import type * as Net from 'node:net';
import type { Server, Socket } from 'node:net';
import type * as Tls from 'node:tls';
import { NetworkFailure, type Way } from './network-failure.ts';

/** Methods of sockets, and of servers, that `hosts/node` calls. */
const SOCKET = [
  'write',
  'end',
  'destroy',
  'destroySoon',
  'pause',
  'resume',
  'read',
  'unshift',
  'setNoDelay',
  'setKeepAlive',
  'setTimeout',
] as const;
const SERVER = ['listen', 'address', 'close'] as const;

type Fails = (call: number, name: string) => Way | undefined;
type Method = (this: unknown, ...given: unknown[]) => unknown;

const state = {
  fails: (() => undefined) as Fails,
  names: [] as string[],
  /** Whether calls count. */
  isOn: false,
  activity: 0,
  sockets: new Set<Socket>(),
  /** Those of them that a server accepted, as they come from the kernel. */
  accepted: new Set<Socket>(),
  servers: new Set<Server>(),
};

const failureOf = (name: string): NetworkFailure => new NetworkFailure(name, state.names.length);

/** Counts calls from 1 on; those that `fails` names a way for fail. */
export function failNetwork(fails: Fails): void {
  state.fails = fails;
  state.names = [];
  state.isOn = true;
  state.sockets.clear();
  state.accepted.clear();
  state.servers.clear();
}

/** From now on all is as Node has it; returns the names of the calls that were made. */
export function repairNetwork(): readonly string[] {
  state.isOn = false;
  return state.names;
}

/** A number that changes whenever something happens. */
export function activity(): number {
  let sum = state.activity;
  for (const { bytesRead, bytesWritten, destroyed } of state.sockets)
    sum += bytesRead + bytesWritten + Number(destroyed);
  return sum;
}

/** Sockets of this network that are open, and servers that listen. */
export function open(): number {
  const sockets = [...state.sockets].filter(({ closed }) => !closed);
  return sockets.length + [...state.servers].filter(({ listening }) => listening).length;
}

/** Ends what a play that went wrong has left. */
export async function sweep(): Promise<void> {
  for (const socket of state.sockets) socket.on('error', () => {}).destroy();
  for (const server of state.servers) if (server.listening) server.close();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Whether what called `wrapper` is code of `hosts/node`. */
function isOurs(wrapper: unknown): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_error, sites) => sites[0]?.getFileName() ?? '';
  Error.captureStackTrace(holder, wrapper as () => void);
  const file = String(holder.stack);
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return file.includes('/hosts/node/');
}

/** The way in which the call that is made now fails, if it does. */
function wayOf(name: string): Way | undefined {
  if (!state.isOn) return undefined;
  state.names.push(name);
  return state.fails(state.names.length, name);
}

/** Looks after a server, and after what it accepts. */
export function watchServer(server: Server): void {
  state.servers.add(server);
  server.prependListener('connection', (socket: Socket) => {
    state.sockets.add(socket);
    state.accepted.add(socket);
  });
}

/** Lets a server of ours accept, or fail to. */
function failAccepts(server: Server): void {
  const real = server.emit.bind(server) as (...given: unknown[]) => boolean;
  server.emit = (event: string, ...given: unknown[]): boolean => {
    const way = event === 'connection' ? wayOf('accept') : undefined;
    if (way === undefined) return real(event, ...given);
    (given[0] as Socket).destroy();
    return way === 'fails' && real('error', failureOf('accept'));
  };
}

/** The sockets that servers accepted. */
export const accepted = (): Socket[] => [...state.accepted];

// --- Sockets ---------------------------------------------------------------------------------------------

/** Never says that it has sent anything: as a peer that takes nothing, with a kernel that is full. */
function stall(socket: Socket): void {
  socket.cork();
  socket.uncork = () => {};
}

/** A call of a socket's method `name` that fails in `way`. */
function failed(socket: Socket, name: string, real: Method, given: unknown[], way: Way): unknown {
  const error = failureOf(name);
  const isEnd = name === 'destroy' || name === 'destroySoon';
  if (way === 'throws') throw error;
  if (name === 'write') {
    const at = given.findIndex((value) => typeof value === 'function');
    const callback = given[at] as ((error?: Error) => void) | undefined;
    if (way === 'never') stall(socket);
    if (way === 'twice' && callback !== undefined)
      given[at] = (told?: Error) => (callback(told), callback(told));
    if (way !== 'fails') return real.apply(socket, given);
    // What is written behind it is not sent in its place: no stream has holes.
    stall(socket);
    process.nextTick(() => (socket.destroy(error), callback?.(error)));
    return false;
  }
  if (way === 'never') return socket;
  if (way === 'twice') real.apply(socket, given);
  if (way === 'fails' && isEnd) return socket.destroy(error);
  const result = name === 'end' && way === 'fails' ? socket : real.apply(socket, given);
  if (way === 'fails') process.nextTick(() => socket.destroy(error));
  return result;
}

function patch(prototype: object, names: readonly string[], fail: typeof failed): void {
  for (const name of names) {
    const real = (prototype as Record<string, Method>)[name];
    const wrapper = function (this: unknown, ...given: unknown[]): unknown {
      state.activity += 1;
      const counts = state.isOn && isOurs(wrapper);
      const label = names === SERVER ? `server.${name}` : name;
      const way = counts ? wayOf(label) : undefined;
      return way === undefined ? real.apply(this, given) : fail(this as Socket, label, real, given, way);
    };
    (prototype as Record<string, Method>)[name] = wrapper;
  }
}

function failedServer(server: unknown, name: string, _real: Method, _given: unknown[], way: Way): unknown {
  const error = failureOf(name);
  if (way === 'throws') throw error;
  process.nextTick(() => (server as Server).emit('error', error));
  return server;
}

// --- Modules ---------------------------------------------------------------------------------------------

type Connect = (...given: unknown[]) => Socket;

/** `connect`, which tells `event` when the connection is open. */
function connecting(name: string, event: string, real: Connect, nowhere: () => Socket): Connect {
  return function wrapper(...given) {
    const way = isOurs(wrapper) ? wayOf(name) : undefined;
    const error = failureOf(name);
    if (way === 'throws') throw error;
    const socket = way === 'fails' || way === 'never' ? nowhere() : real(...given);
    state.sockets.add(socket);
    if (way === 'fails') process.nextTick(() => socket.destroy(error));
    if (way === 'twice') socket.once(event, () => setImmediate(() => socket.emit(event)));
    return socket;
  };
}

let isPatched = false;

export function failingNet(real: typeof Net): typeof Net {
  if (!isPatched) {
    isPatched = true;
    patch(real.Socket.prototype, SOCKET, failed);
    patch(real.Server.prototype, SERVER, failedServer);
  }
  const nowhere = (): Socket => new real.Socket();
  const createServer = function wrapper(...given: unknown[]): Server {
    const isOwn = isOurs(wrapper);
    const way = isOwn ? wayOf('createServer') : undefined;
    if (way === 'throws') throw failureOf('createServer');
    const server = (real.createServer as (...values: unknown[]) => Server)(...given);
    watchServer(server);
    if (isOwn) failAccepts(server);
    return server;
  };
  const connect = connecting('net.connect', 'connect', real.connect as Connect, nowhere);
  return { ...real, connect, createServer } as typeof Net;
}

export function failingTls(real: typeof Tls): typeof Tls {
  const Plain = Object.getPrototypeOf(real.TLSSocket) as typeof Socket;
  const nowhere = (): Socket => new real.TLSSocket(new Plain());
  const connect = connecting('tls.connect', 'secureConnect', real.connect as unknown as Connect, nowhere);
  return { ...real, connect } as unknown as typeof Tls;
}

/** Every name is this machine, and nothing waits for a thread. */
export function failingDns(real: typeof Dns): typeof Dns {
  const lookup = (
    _host: string,
    options: { all?: boolean },
    answer: (error: Error | null, ...found: unknown[]) => void,
  ): void => {
    const way = wayOf('dns.lookup');
    const error = failureOf('dns.lookup');
    if (way === 'throws') throw error;
    if (way === 'never') return;
    const tell = (): void => {
      state.activity += 1;
      if (way === 'fails') answer(error);
      else if (options.all === true) answer(null, [{ address: '127.0.0.1', family: 4 }]);
      else answer(null, '127.0.0.1', 4);
    };
    setImmediate(tell);
    if (way === 'twice') setImmediate(tell);
  };
  return { ...real, lookup } as unknown as typeof Dns;
}
