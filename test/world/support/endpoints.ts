import type { SimulatedHost, World } from '../../../hosts/simulated/index.ts';
import { Endpoint, type EndpointOptions } from '../../../src/client/endpoint.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { serverOpening } from '../../../src/handshake/server.ts';

/** An endpoint and what it was told. */
export class Ended {
  endpoint!: Endpoint<Ended>;
  readonly log: { readonly time: number; readonly what: string }[] = [];
  octets = 0;
  pings = 0;
  /** Called with each span. */
  onData: (octets: Uint8Array, isLast: boolean) => void = () => {};
  onOpen: () => void = () => {};
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  tell(what: string): void {
    this.log.push({ time: this.#world.now, what });
  }

  get told(): string[] {
    return this.log.map(({ what }) => what);
  }
}

type Options = Partial<EndpointOptions<Ended>> & { readonly sendTimeout?: number };

const EVENTS = {
  onOpen(self: Ended): void {
    self.tell('open');
    self.onOpen();
  },
  onData(self: Ended, bytes: Uint8Array, start: number, end: number, span: number): void {
    self.octets += end - start;
    self.onData(bytes.slice(start, end), (span & 2) === 0);
  },
  onControl(self: Ended, opcode: number): void {
    if (opcode === 9) self.pings += 1;
  },
  onWritable(): void {},
  onClose: (self: Ended, _code: number, error: number): void => self.tell(`over ${error}`),
};

/** Serves at port 80 of `host`; the list grows with each connection. */
export function serveEnded(
  world: World,
  host: SimulatedHost,
  options: Options = {},
  accepted?: (ended: Ended) => void,
): Ended[] {
  const all: Ended[] = [];
  const opening = serverOpening({ protocols: [], requestHeaders: [], onRequest: undefined });
  host.serveTransports(80, (transport) => {
    const target = new Ended(world);
    accepted?.(target);
    all.push(target);
    target.endpoint = new Endpoint(
      host.engine,
      { role: 'server', opening, events: EVENTS, target, ...options },
      transport,
    );
  });
  return all;
}

/** Connects from `host` to port 80 of `to`. */
export function connectEnded(
  world: World,
  host: SimulatedHost,
  to: SimulatedHost,
  options: Options = {},
): Ended {
  const target = new Ended(world);
  const opening = clientOpening(requestOf({ host: to.name }));
  const settings = { role: 'client' as const, opening, events: EVENTS, target, ...options };
  target.endpoint = new Endpoint(host.engine, settings, host.transport(to.address, 80));
  return target;
}
