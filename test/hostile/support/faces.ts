import type { SimulatedHost } from '../../../hosts/simulated/index.ts';
import { Endpoint, type EndpointOptions } from '../../../src/client/endpoint.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { serverOpening } from '../../../src/handshake/server.ts';
import { nameOfError } from '../../../src/error-text.ts';
import { Trace } from '../../support/trace.ts';
import { openUplink, openWebSocket } from './web-faces.ts';

export type Face =
  'Connection' | 'Endpoint on a device' | 'Endpoint on Node' | 'WebSocketClient' | 'WebSocket' | 'Uplink';

/** What an endpoint told: lines that do not depend on how its input was cut, and each end apart. */
export interface Told {
  readonly trace: Trace;
  /** `clean`, or the name of the error. */
  readonly ends: string[];
  closeCode: number;
  httpStatus: number;
}

/** The faces that a role can have. */
export const FACES: Readonly<Record<'client' | 'server', readonly Face[]>> = {
  client: [
    'Connection',
    'Endpoint on a device',
    'Endpoint on Node',
    'WebSocketClient',
    'WebSocket',
    'Uplink',
  ],
  server: ['Connection', 'Endpoint on a device', 'Endpoint on Node'],
};

/** The faces that report no control frames. */
export const WITHOUT_CONTROL: readonly Face[] = ['WebSocket', 'Uplink'];

/** Sockets and timers that it holds while its connection is open: one of each, and an uplink an alarm. */
export const heldBy = (face: Face): number => (face === 'Uplink' ? 3 : 2);

export const endOf = (error: number): string =>
  error === 0 ? 'clean' : (nameOfError(error) ?? String(error));

function eventsOf(told: Told): EndpointOptions<{ endpoint?: Endpoint<unknown> }>['events'] {
  return {
    onOpen: () => told.trace.open(),
    onData: (_target, bytes, start, end, span) => told.trace.data(bytes, start, end, span),
    onControl: (_target, opcode, bytes, start, end) => told.trace.control(opcode, bytes.slice(start, end)),
    onWritable() {},
    onClose(target, code, error) {
      told.ends.push(endOf(error));
      told.closeCode = code;
      told.httpStatus = target.endpoint?.httpStatus ?? 0;
    },
  };
}

/** Makes an endpoint of `face` on `host` that talks to port 80 of `peer`, or waits there for it. */
export function openFace(
  face: Face,
  role: 'client' | 'server',
  host: SimulatedHost,
  peer: SimulatedHost,
  limits: object,
): Told {
  const told: Told = { trace: new Trace(), ends: [], closeCode: 0, httpStatus: 0 };
  if (face === 'WebSocketClient') openClient(host, peer, limits, told);
  else if (face === 'WebSocket') openWebSocket(host, peer, limits, told);
  else if (face === 'Uplink') openUplink(host, peer, limits, told);
  else if (role === 'client') {
    const target: { endpoint?: Endpoint<unknown> } = {};
    const opening = clientOpening(requestOf({ host: 'peer', path: '/chat' }));
    const options = { ...limits, role, opening, events: eventsOf(told), target };
    target.endpoint = new Endpoint(
      host.engine,
      options,
      host.transport(peer.address, 80),
    ) as Endpoint<unknown>;
  } else {
    const opening = serverOpening({ protocols: ['chat'], requestHeaders: [], onRequest: undefined });
    host.serveTransports(80, (transport) => {
      const target: { endpoint?: Endpoint<unknown> } = {};
      const options = { ...limits, role, opening, events: eventsOf(told), target };
      target.endpoint = new Endpoint(host.engine, options, transport) as Endpoint<unknown>;
    });
  }
  return told;
}

function openClient(host: SimulatedHost, peer: SimulatedHost, limits: object, told: Told): void {
  let isOpen = false;
  const ended = (client: WebSocketClient, error: number): void => {
    told.ends.push(endOf(error));
    told.closeCode = client.closeCode;
    told.httpStatus = client.httpStatus;
  };
  const options: WebSocketClientOptions = {
    ...limits,
    socket: { io: host.TCP as never },
    host: peer.address,
    path: '/chat',
    onWritable() {
      if (!isOpen) told.trace.open();
      isOpen = true;
    },
    onReadable(count, { more, binary }) {
      const octets = new Uint8Array(count);
      if (count > 0) this.read(octets);
      const isFirst = !isMessageOpen;
      isMessageOpen = more;
      told.trace.data(octets, 0, count, (binary ? 1 : 0) | (more ? 2 : 0) | (isFirst ? 4 : 0));
    },
    onControl: (opcode, data) => told.trace.control(opcode, new Uint8Array(data)),
    onClose() {
      ended(this, 0);
    },
    onError(error) {
      ended(this, error.id);
    },
  };
  let isMessageOpen = false;
  new host.WebSocketClient(options);
}
