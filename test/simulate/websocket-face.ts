import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { State } from '../../src/connection/record.ts';
import { WebSocket } from '../../src/websocket/websocket.ts';
import { textOf, webSocketOn } from '../world/support/world-websocket.ts';
import type { Client, OnOver } from './faces.ts';
import type { ClientPlan } from './scenario.ts';
import type { Side } from './side.ts';

const ENCODER = new TextEncoder();
/** More than the longest message; what waits is sent before the next one is begun. */
const ROOM = 16384;

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
  const url = `${secure ? 'wss' : 'ws'}://${server}${path}`;
  const { socket, as } = webSocketOn(host, url, { ...limits, transmitBuffer });
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
  socket.onclose = ({ code }) => {
    if (isGone) return;
    side.over(error, code);
    onOver(error);
  };
  const close = (): void => as(() => socket.close(1000));
  return {
    isDroppable: false,
    send(bytes, start, end, binary) {
      const octets = bytes.subarray(start, end);
      as(() => socket.send(binary ? octets : textOf(octets)));
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
