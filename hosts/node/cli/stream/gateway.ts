import { type ListeningServer, serve } from '../../serve.ts';
import { Echo, echoEvents } from '../echo.ts';

/** A gateway on loopback, for a stream that has no other: an echo, so that round trips can be measured. */
export function startGateway(): Promise<ListeningServer> {
  return serve<Echo>({
    host: '127.0.0.1',
    port: 0,
    events: echoEvents,
    accept: () => new Echo(),
    transmitBuffer: Echo.transmitBuffer,
  });
}
