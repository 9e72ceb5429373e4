/** The ECMA-419 classes of this host, each a drop-in for the module of a device. */
export { Listener, type ListenerOptions } from './io/listener.ts';
export { Resolver, type ResolveCallback, type ResolveOptions } from './io/resolver.ts';
export { TCP, type TCPOptions } from './io/tcp.ts';
export { Timer, type TimerCallback } from './io/timer.ts';
export { TLS, type TLSOptions } from './io/tls.ts';
