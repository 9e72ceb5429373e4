import type { Socket } from 'node:net';

/** Has `socket` do the last it is to do, or destroys it where Node refuses that. */
function last(socket: Socket, what: () => void): void {
  try {
    what();
  } catch {
    socket.destroy();
  }
}

/** Lets `socket` send what it has taken, then FIN, and destroys it. */
export function finish(socket: Socket): void {
  last(socket, () => socket.destroySoon());
}

/** How long a peer may take to accept the last octets of a socket that nobody owns any more, milliseconds. */
const LINGER = 5000;

/**
 * Lets `socket` send what it has taken, then `rest`, then FIN, and destroys it: at the latest after
 * {@link LINGER}, and without keeping the process alive for that time.
 */
export function linger(socket: Socket, rest: Uint8Array): void {
  const timer = setTimeout(() => socket.destroy(), LINGER).unref();
  socket.once('close', () => clearTimeout(timer));
  last(socket, () => {
    if (rest.length > 0) socket.write(rest);
    socket.destroySoon();
  });
}

/** How long a peer may go on sending to a socket that is ended, milliseconds. */
const DRAIN = 2000;

/**
 * Ends our side of `socket` and discards what still comes, up to the peer's end, and for {@link DRAIN} at most: to close a
 * socket with octets that nobody has read would reset the connection, and the peer might lose what we have sent.
 */
export function drain(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), DRAIN).unref();
  socket.once('close', () => clearTimeout(timer));
  last(socket, () => {
    socket.end();
    socket.resume();
  });
}
