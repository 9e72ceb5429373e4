import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { requestOf } from '../../../../src/handshake/request-options.ts';
import { destinationOf } from '../../connect.ts';
import { CannotBegin, type ClientArguments, type RouteArguments } from '../arguments.ts';
import type { Loss } from '../../../../src/uplink/failure.ts';
import { PROTOCOLS } from '../stream/client.ts';
import type { Figures } from '../stream/figures.ts';
import { NoConnection, type StreamEngine, type StreamEvents } from '../stream/node-engine.ts';
import { type DeskEngine, runInDesk } from './desk.ts';

/** What the program tells in a line: its figures, and what they are told for. */
interface Told extends Omit<Figures, 'seconds'> {
  readonly event: 'open' | 'loss' | 'figures' | 'end';
  readonly delay?: number;
  readonly wasOpen?: boolean;
  readonly loss?: Omit<Loss, 'reason'>;
}

const NOTHING: Omit<Figures, 'seconds'> = {
  isOpen: false,
  isClean: false,
  messagesSent: 0,
  messagesReceived: 0,
  octetsSent: 0,
  octetsReceived: 0,
  skipped: 0,
  unanswered: 0,
  outstanding: 0,
  reconnects: 0,
  recordsPosted: 0,
  recordsAcknowledged: 0,
  recordsDropped: 0,
  recordsKept: 0,
  buffered: 0,
  roundTrips: 0,
  roundTripSum: 0,
  rttP50: 0,
  rttP99: 0,
  ram: 0,
};

function lossIn({ loss }: Told): Loss | undefined {
  return loss === undefined ? undefined : { ...loss, reason: undefined };
}

/** Runs the telemetry program in the desk XS. A connection to a port of ours tells it when to stop. */
export class DeskStream implements StreamEngine {
  readonly end: Promise<void>;
  readonly opened: Promise<void>;
  readonly #events: StreamEvents;
  readonly #control: Server;
  readonly #sockets: Socket[] = [];
  #open!: () => void;
  #told = NOTHING;
  #last: Told | undefined;
  #openedAt = NaN;
  #endedAt = NaN;

  /** Throws a RingletError or CannotBegin for what is wrong with the arguments. */
  constructor(
    engine: DeskEngine,
    url: string,
    rate: number,
    options: ClientArguments & RouteArguments,
    events: StreamEvents,
  ) {
    const { secure, host, port, path } = destinationOf(url);
    if (secure) throw new CannotBegin('the desktop build of XS has no TLS');
    if (options.proxy || options.redirects)
      throw new CannotBegin('--proxy and --redirects are for the engine node only');
    const place = { host, port, path, protocol: options.protocol ?? PROTOCOLS, headers: options.header };
    requestOf(place);
    this.#events = events;
    this.opened = new Promise((resolve) => (this.#open = resolve));
    this.#control = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      if (Number.isNaN(this.#endedAt)) this.#sockets.push(socket);
      else socket.end();
    });
    this.end = this.#run(engine, JSON.stringify({ ...place, rate }));
  }

  async #run(engine: DeskEngine, place: string): Promise<void> {
    await new Promise<void>((resolve) => this.#control.listen(0, '127.0.0.1', resolve));
    const { port } = this.#control.address() as AddressInfo;
    try {
      const onLine = (line: string): void => this.#hear(JSON.parse(line) as Told);
      const { end } = await runInDesk('stream', [place, String(port)], onLine, { engine });
      await end;
    } finally {
      this.#stopClock();
      for (const socket of this.#sockets) socket.destroy();
      this.#control.close();
    }
    if (this.#last?.wasOpen !== true) throw new NoConnection(this.#last && lossIn(this.#last));
  }

  #hear(told: Told): void {
    const { event, delay } = told;
    this.#told = told;
    if (event === 'open') {
      if (!this.hasOpened) this.#openedAt = performance.now();
      this.#events.onOpen();
      this.#open();
    } else if (event === 'loss') this.#events.onLoss(lossIn(told), delay ?? 0);
    else if (event === 'end') this.#last = told;
  }

  get hasOpened(): boolean {
    return !Number.isNaN(this.#openedAt);
  }

  get figures(): Figures {
    const now = Number.isNaN(this.#endedAt) ? performance.now() : this.#endedAt;
    return { ...this.#told, seconds: this.hasOpened ? (now - this.#openedAt) / 1000 : 0 };
  }

  stop(): void {
    this.#stopClock();
    for (const socket of this.#sockets) socket.end();
  }

  #stopClock(): void {
    if (Number.isNaN(this.#endedAt)) this.#endedAt = performance.now();
  }
}
