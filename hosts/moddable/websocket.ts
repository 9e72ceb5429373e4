/**
 * `ringlet/websocket` on Moddable: the WebSocket of the web over the ECMA-419 client of `device.network`. A module of its
 * own, so that an app without it does not carry it.
 */
import { decodeText, encodeText } from 'ringlet/text';
import Timer from 'timer';
import { base64 } from '../../src/handshake/accept.ts';
import { type Address, addressOf } from '../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../src/websocket/client-link.ts';
import type { WebSocketOptions } from '../../src/websocket/options.ts';
import type { Link, WebSocketRuntime } from '../../src/websocket/runtime.ts';
import { WebSocket } from '../../src/websocket/websocket.ts';

// Names of the web that the types have, for a project that knows neither a browser's types nor Node's: the toolchain of
// Moddable looks at every declaration that it comes by. Where they are known, this adds nothing to them.
declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- what it has is not asked for
  interface EventTarget {}
  interface URL {
    toString(): string;
  }
  interface Blob {
    arrayBuffer(): Promise<ArrayBuffer>;
  }
}

interface Network {
  readonly ws?: Provider;
  readonly wss?: Provider;
}

function later(callback: () => void): void {
  Timer.set(callback);
}

function connect(socket: WebSocket, address: Address, protocol: string, options: WebSocketOptions): Link {
  const { credentials, secure } = address;
  const network = (globalThis as { device?: { network?: Network } }).device?.network;
  const given = (secure ? options.wss : options.ws) as Provider | undefined;
  const provider = given ?? (secure ? network?.wss : network?.ws);
  const authorization = credentials === '' ? '' : `Basic ${base64(encodeText(credentials))}`;
  return connectClient(socket, address, protocol, options, provider, authorization, later);
}

const runtime: WebSocketRuntime<WebSocket> = Object.freeze({
  // What an app's memory of some 64 KB can take beside its own.
  maxMessageSize: 16384,
  maxBufferedAmount: 16384,
  addressOf,
  connect,
  scratch: new Uint8Array(0),
  // To go through a string by characters costs two slots for each.
  encodeInto: () => -1,
  encode: encodeText,
  decode: decodeText,
  // Assigned it could not be: the one of the prototype is in flash.
  exception: (name: string, message: string) =>
    Object.defineProperty(new Error(message), 'name', { value: name }),
  report: (error: unknown) => {
    Timer.set(() => {
      throw error;
    });
  },
  later,
});

WebSocket._lend(runtime);

export { WebSocket, WebSocket as default };
export type { HeadersLike, WebSocketOptions, WebSocketOptionsWithUrl } from '../../src/websocket/options.ts';
export type {
  CloseEventLike,
  ErrorEventLike,
  EventLike,
  MessageEventLike,
  WebSocketEventMap,
} from '../../src/websocket/types.ts';
