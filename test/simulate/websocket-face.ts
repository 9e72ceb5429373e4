import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { present } from '../../hosts/simulated/present.ts';
import { State } from '../../src/connection/record.ts';
import { addressOf } from '../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../src/websocket/client-link.ts';
import { WebSocket } from '../../src/websocket/websocket.ts';
import type { Client, OnOver } from './faces.ts';
import type { ClientPlan } from './scenario.ts';
import type { Side } from './side.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
/** More than the longest message; what waits is sent before the next one is begun. */
const ROOM = 16384;

const now = (): SimulatedHost => present.host as SimulatedHost;

/** Later, on the machine whose program runs now. */
function later(callback: () => void): void {
  const host = now();
  host.clock.at(host.clock.now, () => host.enter(callback));
}

WebSocket._lend({
  maxMessageSize: 65536,
  maxBufferedAmount: 65536,
  addressOf,
  connect: (socket, address, protocol, options) =>
    connectClient(socket, address, protocol, options, (options.wss ?? options.ws) as Provider, '', later),
  scratch: new Uint8Array(0),
  encodeInto: () => -1,
  encode: (text) => ENCODER.encode(text),
  decode: (octets, start, end) => DECODER.decode(octets.subarray(start, end)),
  exception: (name, message) => Object.assign(new Error(message), { name }),
  report: (error) => now().engine.report(error),
  later,
});

const STATES = [State.handshake, State.open, State.closing, State.closed];

/** The WebSocket of the web on a machine of a world. It sends whole messages, cannot be paused, and closes in order only. */
export function openWebSocket(
  _world: World,
  host: SimulatedHost,
  plan: ClientPlan,
  path: string,
  side: Side,
  onOver: OnOver,
  limits: object,
): Client {
  const { server, secure, transmitBuffer } = plan;
  const { ws, wss } = host.device.network as { ws: object; wss: object };
  present.host = host;
  const socket = new WebSocket(`${secure ? 'wss' : 'ws'}://${server}${path}`, {
    ...limits,
    transmitBuffer,
    ...(secure ? { wss } : { ws }),
  });
  socket.binaryType = 'arraybuffer';
  let isGone = false;
  let error = 0;
  socket.onopen = () => side.opened();
  socket.onmessage = ({ data }: { data: unknown }) => {
    if (isGone) return;
    const binary = typeof data !== 'string';
    const octets = binary ? new Uint8Array(data as ArrayBuffer) : ENCODER.encode(data);
    side.data(octets, 0, octets.length, binary, false);
  };
  socket.onerror = (event) => (error = (event as { error?: { id?: number } }).error?.id ?? -1);
  socket.onclose = () => {
    if (isGone) return;
    side.over();
    onOver(error);
  };
  const as = <T>(action: () => T): T => {
    present.host = host;
    return action();
  };
  const close = (): void => as(() => socket.close(1000));
  return {
    isDroppable: false,
    send(bytes, start, end, binary) {
      const octets = bytes.subarray(start, end);
      as(() => socket.send(binary ? octets : DECODER.decode(octets)));
      return true;
    },
    get writable() {
      return socket.bufferedAmount === 0 ? ROOM : 0;
    },
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get state() {
      return STATES[socket.readyState];
    },
    pause() {},
    resume() {},
    close,
    drop: close,
    abandon: () => (isGone = true),
  };
}
