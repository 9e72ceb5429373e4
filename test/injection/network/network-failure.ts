/** In which ways calls of the network fail, and what the system says then. */

/**
 * How a call fails. `throws`: it does nothing and throws. `fails`: it is told later that it
 * failed, by a callback or by the end of the socket. `never`: its callback never comes. `twice`: it comes twice.
 */
export type Way = 'throws' | 'fails' | 'never' | 'twice';

/** Which calls can fail in which ways. */
export const WAYS: Readonly<Record<string, readonly Way[]>> = Object.freeze({
  'net.connect': ['throws', 'fails', 'never', 'twice'],
  'tls.connect': ['throws', 'fails', 'never', 'twice'],
  'dns.lookup': ['throws', 'fails', 'never', 'twice'],
  createServer: ['throws'],
  'server.listen': ['throws', 'fails'],
  'server.address': ['throws'],
  // `fails`: the server is told of it; `never`: nobody is, as where there are no descriptors. Whoever came is gone in both.
  accept: ['fails', 'never'],
  // Node's own never throw, and have no callback here.
  'server.close': [],
  write: ['throws', 'fails', 'never', 'twice'],
  end: ['throws', 'fails', 'never', 'twice'],
  destroy: ['fails', 'twice'],
  destroySoon: ['throws', 'fails', 'twice'],
  pause: ['throws', 'fails'],
  resume: ['throws', 'fails'],
  read: ['throws', 'fails'],
  unshift: ['throws', 'fails'],
  setNoDelay: ['throws', 'fails'],
  setKeepAlive: ['throws', 'fails'],
  setTimeout: ['throws', 'fails'],
});

/** What the system says, by the kind of call: one after the other. */
const CODES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  connect: ['ECONNREFUSED', 'EMFILE', 'ENOBUFS', 'ETIMEDOUT', 'EADDRNOTAVAIL'],
  getaddrinfo: ['ENOTFOUND', 'EAI_AGAIN'],
  listen: ['EADDRINUSE', 'EACCES', 'EMFILE'],
  accept: ['EMFILE', 'ENFILE', 'ECONNABORTED', 'ENOBUFS'],
  write: ['EPIPE', 'ECONNRESET', 'ENOBUFS', 'ERR_STREAM_DESTROYED'],
  shutdown: ['ENOTCONN', 'EPIPE'],
  other: ['EINVAL', 'EBADF', 'ERR_SOCKET_CLOSED'],
});

const SYSCALLS: Readonly<Record<string, string>> = Object.freeze({
  'net.connect': 'connect',
  'tls.connect': 'connect',
  'dns.lookup': 'getaddrinfo',
  'server.listen': 'listen',
  accept: 'accept',
  write: 'write',
  end: 'shutdown',
  destroySoon: 'shutdown',
});

/** An error as of Node, which the test has made. */
export class NetworkFailure extends Error {
  readonly code: string;
  readonly syscall: string;

  /** `turn` chooses what the system says. */
  constructor(name: string, turn: number) {
    const syscall = SYSCALLS[name] ?? 'other';
    const codes = CODES[syscall];
    const code = codes[turn % codes.length];
    super(`${syscall} ${code}: ${name} failed`);
    this.code = code;
    this.syscall = syscall;
  }
}
