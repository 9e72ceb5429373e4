/**
 * The telemetry program in the desk XS: streams what the machine knows of itself. Prints its figures as JSON, a
 * line each fifth of a second, and at the end one with `end`. Arguments: a JSON object of what to connect to and
 * how fast to send, and a port of this machine's; whatever comes from there stops the stream.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import * as machine from 'ringlet:xs/counters';
import { args, print } from 'ringlet:xs/host';
import Time from 'time';
import Timer from 'timer';
import { Streamer } from '../../../examples/telemetry/streamer.ts';
import type { HostTimer } from '../../../src/host.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';

const INTERVAL = 200;
const ATTEMPTS = 8;
const BACKOFF_BASE = 250;
const BACKOFF_LONGEST = 8000;

/** What {@link WebSocketClient} tells of its failures. */
interface StreamFailure {
  readonly id?: number;
  readonly message: string;
  readonly httpStatus?: number;
  readonly closeCode?: number;
  readonly location?: string;
  readonly retryAfter?: string;
}

function failureOf(error: unknown): StreamFailure | undefined {
  if (error === undefined) return undefined;
  const { id, message, httpStatus, closeCode, location, retryAfter } = error as Required<StreamFailure>;
  return { id, message, httpStatus, closeCode, location, retryAfter };
}

const sensors = {
  names: ['slots', 'chunks', 'collections', 'stack'],
  sample(values: Float64Array): void {
    values[0] = machine.slots();
    values[1] = machine.chunks();
    values[2] = machine.collections();
    values[3] = machine.stackPeak();
  },
};

export default function (): void {
  const { rate, ...place } = JSON.parse(args[0]) as { rate: number };
  const options = {
    ...place,
    dns: { io: Resolver },
    socket: { io: TCP, nodelay: true },
  } as unknown as WebSocketClientOptions;
  const tell = (event: object): void => {
    const { counters, roundTrips, isOpen, isClean, outstanding, buffered } = streamer;
    const { messagesSent, messagesReceived, octetsSent, octetsReceived } = counters;
    const { skipped, unanswered, reconnects } = counters;
    print(
      JSON.stringify({
        ...{ messagesSent, messagesReceived, octetsSent, octetsReceived, skipped, unanswered, reconnects },
        ...{ isOpen, isClean, outstanding, buffered },
        roundTrips: roundTrips.count,
        roundTripSum: roundTrips.sum,
        rttP50: roundTrips.quantile(0.5),
        rttP99: roundTrips.quantile(0.99),
        ram: machine.blockSize() - machine.free(),
        ...event,
      }),
    );
  };
  const streamer = new Streamer({
    open: (callbacks) => new WebSocketClient({ ...options, ...callbacks }),
    sensors,
    rate,
    clock: () => Time.ticks >>> 0,
    Timer: Timer as unknown as HostTimer,
    random: Math.random,
    attempts: ATTEMPTS,
    backoffBase: BACKOFF_BASE,
    backoffLongest: BACKOFF_LONGEST,
    retryFirst: false,
    onOpen: () => tell({ event: 'open' }),
    onLoss: (error, delay) => tell({ event: 'loss', failure: failureOf(error), delay }),
    onEnd: (wasOpen, error) => {
      Timer.clear(figures);
      control.close();
      tell({ event: 'end', wasOpen, failure: failureOf(error) });
    },
  });
  const figures = Timer.repeat(() => tell({ event: 'figures' }), INTERVAL);
  const control = new TCP({
    address: '127.0.0.1',
    port: Number(args[1]),
    onReadable: () => streamer.stop(),
    onError: () => streamer.stop(),
  });
  streamer.start();
}
