import type { SimulatedHost } from '../../../hosts/simulated/index.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { Span } from '../../../src/connection/events.ts';
import type { ConnectionError } from '../../../src/errors.ts';
import { DeviceUplink } from '../../world/support/device-uplink.ts';
import { webSocketOn } from '../../world/support/world-websocket.ts';
import { endOf, type Told } from './faces.ts';

const ENCODER = new TextEncoder();

/** The WebSocket of the web: whole messages, and of control frames nothing but the end. */
export function openWebSocket(host: SimulatedHost, peer: SimulatedHost, limits: object, told: Told): void {
  const { socket } = webSocketOn(host, `ws://${peer.address}/chat`, limits);
  let error = 0;
  socket.onopen = () => told.trace.open();
  socket.onmessage = ({ data }: { data: unknown }) => {
    const isBinary = typeof data !== 'string';
    const octets = isBinary ? new Uint8Array(data as ArrayBuffer) : ENCODER.encode(data);
    told.trace.data(octets, 0, octets.length, Span.first | (isBinary ? Span.binary : 0));
  };
  socket.onerror = (event) => {
    const failure = event.error as ConnectionError | undefined;
    error = failure?.id ?? -1;
    told.httpStatus = failure?.httpStatus ?? 0;
  };
  socket.onclose = ({ code }: { code: number }) => {
    told.ends.push(endOf(error));
    told.closeCode = code;
  };
}

/** An uplink, which is stopped at its first loss: what comes after that has tests of its own. */
export function openUplink(host: SimulatedHost, peer: SimulatedHost, limits: object, told: Told): void {
  let isMessageOpen = false;
  const options = {
    onChange({ state, loss }) {
      if (state === 'open') told.trace.open();
      if (state !== 'waiting' && state !== 'stopped') return;
      // A loss that is final stops it, and that is its end; another one is waited for, and is stopped here.
      if (state === 'waiting') uplink.stop();
      else {
        told.ends.push(endOf(loss!.error));
        told.closeCode = loss!.closeCode;
        told.httpStatus = loss!.httpStatus;
      }
    },
    onData(bytes, start, end, binary, more) {
      const span = (isMessageOpen ? 0 : Span.first) | (binary ? Span.binary : 0) | (more ? Span.more : 0);
      isMessageOpen = more;
      told.trace.data(bytes, start, end, span);
    },
  } satisfies ConstructorParameters<typeof DeviceUplink>[1];
  const client = {
    ...(host.device.network.ws as WebSocketClientOptions),
    ...limits,
    host: peer.address,
    path: '/chat',
  };
  const uplink = new DeviceUplink(host, options, client);
  uplink.start();
}
