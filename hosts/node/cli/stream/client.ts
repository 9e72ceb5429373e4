import type { StreamCallbacks, StreamClient } from '../../../../examples/telemetry/options.ts';
import type { CompressionFactory } from '../../../../src/connection/compression.ts';
import { requestOf } from '../../../../src/handshake/request-options.ts';
import { destinationOf } from '../../connect.ts';
import { device } from '../../device.ts';
import type { ClientArguments } from '../arguments.ts';
import { tlsSettingsOf } from '../tls-options.ts';

/** Rings of a device: enough for three samples that wait. */
const SMALLEST = 1024;
/** Larger ones are of no use: the socket below takes what is in them several times between two ticks. */
const LARGEST = 16_384;
/** Octets of a sample's two messages, roughly, and the milliseconds of samples that should fit into a ring. */
const SAMPLE = 384;
const TICK = 10;

/** The size of the rings for `rate` samples a second, a power of two. */
export function ringFor(rate: number): number {
  let size = SMALLEST;
  while (size < LARGEST && size < (rate * SAMPLE * TICK) / 1000) size *= 2;
  return size;
}

/**
 * What opens the connections of a stream to `url`: the ECMA-419 client over ECMA-419 sockets, as on a device.
 * Throws a RingletError or CommandError for what is wrong with the arguments.
 */
export function clientFactory(
  url: string,
  rate: number,
  options: ClientArguments,
  compression?: CompressionFactory,
): (callbacks: StreamCallbacks) => StreamClient {
  const { secure, host, port, path } = destinationOf(url);
  const { protocol, header: headers } = options;
  const { ws, wss } = device.network;
  const provider = secure
    ? { ...wss, socket: { ...wss.socket, noDelay: true, tls: tlsSettingsOf(options) } }
    : { ...ws, socket: { ...ws.socket, noDelay: true } };
  const size = ringFor(rate);
  const given = {
    ...provider,
    host,
    port,
    path,
    protocol,
    headers,
    receiveBuffer: size,
    transmitBuffer: size,
    compression,
  };
  requestOf(given);
  return (callbacks) => new provider.io({ ...given, ...callbacks });
}
