import type { CompressionFactory } from '../../../../src/connection/compression.ts';
import { type ListeningServer, serve } from '../../serve.ts';
import { Echo, echoEvents } from '../echo.ts';

/**
 * A gateway on loopback, for a stream that has no other: an echo, so that round trips can be measured. It agrees
 * to `compression`, if there is any.
 */
export function startGateway(compression: CompressionFactory | undefined): Promise<ListeningServer> {
  return serve<Echo>({
    host: '127.0.0.1',
    port: 0,
    events: echoEvents,
    accept: () => new Echo(),
    transmitBuffer: Echo.transmitBuffer,
    compression,
  });
}
