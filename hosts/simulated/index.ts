/**
 * `ringlet/simulated`: a world to test firmware in. Time, chance, the network and its failures are simulated, so that a
 * week passes in a moment and a seed always means the same run.
 */
export { Clock, type Happening } from './clock.ts';
export type { ConnectionRecord } from './connection-records.ts';
export { type SimulatedDevice } from './device.ts';
export { type FirmwareOptions, loadFirmware } from './firmware/load.ts';
export { type HostOptions, SimulatedHost } from './host.ts';
export { InjectedFailure } from './injected-failure.ts';
export { SimulatedListener } from './io/listener.ts';
export { SimulatedResolver } from './io/resolver.ts';
export { SimulatedTCP } from './io/tcp.ts';
export { SimulatedTimer, type TimerModule } from './io/timer.ts';
export type { Certificate } from './network/connection.ts';
export type { LinkOptions } from './network/link.ts';
export { Random } from './random.ts';
export { type Message, Peer, type ServeOptions, SimulatedServer } from './server.ts';
export type { Entry, Trace } from './trace/trace.ts';
export { WEATHER, type Weather } from './weather.ts';
export { type HostLike, World } from './world.ts';
export type { WorldOptions } from './world-options.ts';

/** Durations in milliseconds. */
export const SECOND = 1000;
/** Milliseconds of a minute. */
export const MINUTE = 60_000;
/** Milliseconds of an hour. */
export const HOUR = 3_600_000;
/** Milliseconds of a day. */
export const DAY = 86_400_000;
/** Milliseconds of a week. */
export const WEEK = 604_800_000;
