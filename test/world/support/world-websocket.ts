import type { SimulatedHost } from '../../../hosts/simulated/index.ts';
import { present } from '../../../hosts/simulated/present.ts';
import { addressOf } from '../../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../../src/websocket/client-link.ts';
import { WebSocket } from '../../../src/websocket/websocket.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

const now = (): SimulatedHost => present.host as SimulatedHost;

/** Later, on the machine whose program runs now. */
function later(callback: () => void): void {
  const host = now();
  host.clock.at(host.clock.now, () => host.enter(callback));
}

// The class has one runtime for all: that of the machine whose program runs.
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

/** The WebSocket of the web as a program on `host` has it: its methods are called on that machine. */
export function webSocketOn(
  host: SimulatedHost,
  url: string,
  options: object,
): { readonly socket: WebSocket; as<T>(action: () => T): T } {
  const as = <T>(action: () => T): T => {
    present.host = host;
    return action();
  };
  const { ws, wss } = host.device.network as { ws: object; wss: object };
  const provided = url.startsWith('wss') ? { wss } : { ws };
  const socket = as(() => new WebSocket(url, { ...options, ...provided }));
  socket.binaryType = 'arraybuffer';
  return { socket, as };
}

/** Octets of text as the class gives it, a byte order mark included. */
export const textOf = (octets: Uint8Array): string => DECODER.decode(octets);
