import type { Socket } from 'node:net';

/** How long a peer may take to accept the last octets of a socket that nobody owns any more, milliseconds. */
const LINGER = 5000;

/**
 * Lets `socket` send what it has taken, then `rest`, then FIN, and destroys it: at the latest after
 * {@link LINGER}, and without keeping the process alive for that time.
 */
export function linger(socket: Socket, rest: Uint8Array): void {
  if (rest.length > 0) socket.write(rest);
  const timer = setTimeout(() => socket.destroy(), LINGER).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}
