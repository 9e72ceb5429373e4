import type { SimulatedHost } from '../../../hosts/simulated/index.ts';
import { Endpoint } from '../../../src/client/endpoint.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { serverOpening } from '../../../src/handshake/server.ts';
import { DeviceUplink } from '../../world/support/device-uplink.ts';
import { webSocketOn } from '../../world/support/world-websocket.ts';
import {
  clientCallbacks,
  eventsOf,
  listenTo,
  newTold,
  type Target,
  type Told,
  uplinkCallbacks,
} from './told.ts';

export type Role = 'client' | 'server';

export type Face =
  'Connection' | 'Endpoint on a device' | 'Endpoint on Node' | 'WebSocketClient' | 'WebSocket' | 'Uplink';

/** The faces that a role can have. */
export const FACES: Readonly<Record<Role, readonly Face[]>> = {
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

/** Sockets and timers that it holds while its connection is open: one of each, and an uplink an alarm. */
export const heldBy = (face: Face): number => (face === 'Uplink' ? 3 : 2);

/** The openings of all endpoints here. */
export const CLIENT_OPENING = clientOpening(requestOf({ host: 'peer', path: '/chat' }));
export const SERVER_OPENING = serverOpening({
  protocols: ['chat'],
  requestHeaders: [],
  onRequest: undefined,
});

/** Makes an endpoint of `face` on `host` that talks to port 80 of `peer`, or waits there for it. */
export function openFace(
  face: Face,
  role: Role,
  host: SimulatedHost,
  peer: SimulatedHost,
  limits: object,
): Told {
  const told = newTold();
  if (face === 'WebSocketClient') openClient(host, peer, limits, told);
  else if (face === 'WebSocket')
    listenTo(webSocketOn(host, `ws://${peer.address}/chat`, limits).socket, told);
  else if (face === 'Uplink') openUplink(host, peer, limits, told);
  else openEndpoint(role, host, peer, limits, told);
  return told;
}

function openEndpoint(
  role: Role,
  host: SimulatedHost,
  peer: SimulatedHost,
  limits: object,
  told: Told,
): void {
  const opening = role === 'client' ? CLIENT_OPENING : SERVER_OPENING;
  const make = (transport: ConstructorParameters<typeof Endpoint>[2]): void => {
    const target: Target = {};
    const options = { ...limits, role, opening, events: eventsOf(told), target };
    target.endpoint = new Endpoint<Target>(host.engine, options, transport);
  };
  if (role === 'client') make(host.transport(peer.address, 80));
  else host.serveTransports(80, make);
}

function openClient(host: SimulatedHost, peer: SimulatedHost, limits: object, told: Told): void {
  new host.WebSocketClient({
    ...limits,
    ...clientCallbacks(told),
    socket: { io: host.TCP as never },
    host: peer.address,
    path: '/chat',
  });
}

function openUplink(host: SimulatedHost, peer: SimulatedHost, limits: object, told: Told): void {
  const client = {
    ...(host.device.network.ws as WebSocketClientOptions),
    ...limits,
    host: peer.address,
    path: '/chat',
  };
  const uplink: DeviceUplink = new DeviceUplink(
    host,
    uplinkCallbacks(told, () => uplink.stop()),
    client,
  );
  uplink.start();
}
