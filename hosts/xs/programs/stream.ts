/**
 * The telemetry program in the desk XS: streams what the machine knows of itself. Prints its figures as JSON, a
 * line each fifth of a second, and at the end one with `end`. Arguments: a JSON object of what to connect to and
 * how fast to send, and a port of this machine's; whatever comes from there stops the stream.
 */
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import { Outbox, Uplink } from 'ringlet/uplink';
import * as machine from 'ringlet:xs/counters';
import { args, print } from 'ringlet:xs/host';
import Time from 'time';
import Timer from 'timer';
import { Streamer } from '../../../examples/telemetry/streamer.ts';
import type { HostTimer } from '../../../src/host.ts';
import type { Loss } from '../../../src/uplink/failure.ts';
import type { UplinkCallbacks } from '../../../src/uplink/options.ts';
import { isFinalLoss } from '../../../src/uplink/final-loss.ts';

const INTERVAL = 200;
const BACKOFF_BASE = 250;
const BACKOFF_LONGEST = 8000;
/** Octets for records that are not acknowledged: a few seconds of them beside the program, in 32 KB. */
const OUTBOX = 1024;
/** Octets of the client's rings: enough for a sample. */
const RING = 1024;

/** What is told of a loss: what JSON can carry of it. */
function told(loss: Loss | undefined): object | undefined {
  if (loss === undefined) return undefined;
  const { error, closeCode, httpStatus, location, retryAfter } = loss;
  return { error, closeCode, httpStatus, location, retryAfter };
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
  const tell = (event: object): void => {
    const { uplink, roundTrips, isOpen, isClean, outstanding } = streamer;
    const { messagesReceived, octetsReceived, skipped, unanswered, reconnects } = streamer;
    const counters = uplink.outbox!.counters;
    print(
      JSON.stringify({
        ...{ messagesReceived, octetsReceived, skipped, unanswered, reconnects },
        ...{ isOpen, isClean, outstanding },
        messagesSent: counters.sent,
        octetsSent: counters.octetsSent,
        recordsPosted: counters.posted,
        recordsAcknowledged: counters.acknowledged,
        recordsDropped: counters.droppedOldest + counters.droppedNewest,
        recordsKept: counters.kept,
        buffered: counters.octetsKept,
        roundTrips: roundTrips.count,
        roundTripSum: roundTrips.sum,
        rttP50: roundTrips.quantile(0.5),
        rttP99: roundTrips.quantile(0.99),
        ram: machine.blockSize() - machine.free(),
        ...event,
      }),
    );
  };
  let hasOpened = false;
  const connect = (callbacks: UplinkCallbacks): Uplink =>
    new Uplink({
      ...place,
      ...callbacks,
      dns: { io: Resolver },
      socket: { io: TCP, nodelay: true },
      receiveBuffer: RING,
      transmitBuffer: RING,
      outbox: new Outbox({ memory: OUTBOX, keep: 'acknowledged' }),
      backoffBase: BACKOFF_BASE,
      backoffLongest: BACKOFF_LONGEST,
      isFinal: (loss: Loss) => !hasOpened || isFinalLoss(loss),
    } as unknown as ConstructorParameters<typeof Uplink>[0]);
  const streamer = new Streamer({
    uplink: connect,
    sensors,
    rate,
    clock: () => Time.ticks >>> 0,
    Timer: Timer as unknown as HostTimer,
    onOpen: () => {
      hasOpened = true;
      tell({ event: 'open' });
    },
    onLoss: (loss, delay) => tell({ event: 'loss', loss: told(loss), delay }),
    onEnd: (wasOpen, loss) => {
      Timer.clear(figures);
      control.close();
      tell({ event: 'end', wasOpen, loss: told(loss) });
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
