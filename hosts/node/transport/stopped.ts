import type { Socket } from 'node:net';

/**
 * Whether sockets that nobody reads from still have a peer. Node watches a descriptor only for what it is asked for, so that
 * a reset is not noticed where nothing is read and nothing waits to be written.
 */

/** Milliseconds between two looks. */
const INTERVAL = 250;

/** What Node's sockets have inside: the error number of getpeername(2), 0 while the connection stands. */
interface Handle {
  getpeername?(name: object): number;
}

const stopped = new Map<Socket, () => void>();
let timer: NodeJS.Timeout | undefined;

function look(): void {
  for (const [socket, lost] of [...stopped]) {
    const handle = (socket as Socket & { _handle?: Handle | null })._handle;
    if (!socket.destroyed && (handle?.getpeername?.({}) ?? 0) === 0) continue;
    stopped.delete(socket);
    lost();
  }
  if (stopped.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** Calls `lost` once, in a turn of its own, when the peer of `socket` has gone; until {@link leave}. */
export function watch(socket: Socket, lost: () => void): void {
  stopped.set(socket, lost);
  timer ??= setInterval(look, INTERVAL).unref();
}

export function leave(socket: Socket): void {
  stopped.delete(socket);
}
