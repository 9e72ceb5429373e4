import { SimulatedTCP } from '../../hosts/simulated/index.ts';
import { present } from '../../hosts/simulated/present.ts';
import { Endpoint } from '../../src/client/endpoint.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { Span } from '../../src/connection/events.ts';
import { acceptOf } from '../../src/handshake/accept.ts';
import { addressOf } from '../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../src/websocket/client-link.ts';
import { WebSocket } from '../../src/websocket/websocket.ts';
import { latin1 } from '../support/octets.ts';
import { optionsOf } from '../vectors/play.ts';
import type { Vector } from '../vectors/read-vectors.ts';
import type { Stage } from './stage.ts';

/** A face, as far as vectors speak of it. Calls throw RingletErrors, or return error ids. */
export interface Face {
  send(octets: Uint8Array, binary: boolean, more: boolean): number;
  control(opcode: number, octets: Uint8Array): number;
  close(code: number, reason: Uint8Array): number;
}

export type MakeFace = (stage: Stage, vector: Vector) => Face;

/** The face that hosts build on: spans, and a transport. */
export const endpointFace: MakeFace = (stage, { settings }) => {
  const { device, engine, trace } = stage;
  const given = optionsOf(settings, stage.random);
  const options = {
    receiveBuffer: 256,
    ...given,
    target: undefined,
    events: {
      onOpen: () => trace.open(),
      onData: (_: undefined, bytes: Uint8Array, start: number, end: number, span: number) =>
        trace.data(bytes, start, end, span),
      onControl: (_: undefined, opcode: number, bytes: Uint8Array, start: number, end: number) =>
        trace.control(opcode, bytes.slice(start, end)),
      onWritable() {},
      onClose: (_: undefined, code: number, error: number) => trace.over(code, error),
    },
  } as const;
  let endpoint!: Endpoint<undefined>;
  const make = (connect: ConstructorParameters<typeof Endpoint>[2]): void => {
    endpoint = new Endpoint<undefined>(engine, options as never, connect);
  };
  if (settings.get('role') === 'client') {
    stage.listen();
    make(device.transport(stage.peer.address, 80));
  } else {
    device.serveTransports(80, make);
    stage.dial();
  }
  stage.settle();
  return {
    send: (octets, binary, more) =>
      endpoint.send(octets, 0, octets.length, (binary ? Span.binary : 0) | (more ? Span.more : 0)),
    control: (opcode, octets) => endpoint.sendControl(opcode, octets, 0, octets.length),
    close: (code, reason) => endpoint.close(code, reason),
  };
};

/** Options of an ECMA-419 client, or for one that is given the stream of an accepted connection. */
function clientOptions(stage: Stage, { settings }: Vector): WebSocketClientOptions {
  const given = optionsOf(settings, stage.random);
  delete given.opening;
  delete given.random;
  delete given.role;
  const network = stage.device.device.network as { ws: WebSocketClientOptions };
  const base = { receiveBuffer: 256, ...given };
  if (settings.get('role') === 'client') {
    stage.listen();
    return {
      ...network.ws,
      ...base,
      host: settings.get('host') ?? 'server.example.com',
      path: settings.get('path') ?? '/chat',
      ...(settings.has('offer') && { protocol: settings.get('offer') }),
      requireProtocol: settings.has('require protocol'),
    };
  }
  let attach: SimulatedTCP | undefined;
  const { Listener } = stage.device;
  const listener = new Listener({
    port: 80,
    onReadable() {
      attach = listener.read() as SimulatedTCP;
    },
  } as never);
  stage.dial();
  stage.settle();
  return { ...base, attach: attach as never };
}

/** ECMA-419's client, as a program on a device has it; a server's side is a stream that is past its handshake. */
export const clientFace: MakeFace = (stage, vector) => {
  const { trace, engine } = stage;
  let isOpen = false;
  let isFirst = true;
  const client = new WebSocketClient(
    {
      ...clientOptions(stage, vector),
      onWritable() {
        if (!isOpen) trace.open();
        isOpen = true;
      },
      onReadable(count, { binary, more }) {
        const octets = new Uint8Array(count);
        if (count > 0) this.read(octets);
        const span = (isFirst ? Span.first : 0) | (binary ? Span.binary : 0) | (more ? Span.more : 0);
        isFirst = !more;
        trace.data(octets, 0, count, span);
      },
      onControl: (opcode, data) => trace.control(opcode, new Uint8Array(data)),
      onClose() {
        trace.over(this.closeCode, 0);
      },
      onError(error) {
        trace.over(this.closeCode, error.id);
      },
    },
    engine,
  );
  stage.connect();
  return {
    send: (octets, binary, more) => (client.write(octets, { binary, more }), 0),
    control: (opcode, octets) => (client.write(octets, { opcode }), 0),
    close(code, reason) {
      client.write(Uint8Array.from(code === 0 ? [] : [code >> 8, code & 255, ...reason]), { opcode: 8 });
      return 0;
    },
  };
};

/** The present stage: the class has one runtime for all. */
let now: Stage;
const later = (callback: () => void): void => {
  const { world, device } = now;
  world.clock.at(world.now, () => device.enter(callback));
};
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
WebSocket._lend({
  maxMessageSize: 1 << 20,
  maxBufferedAmount: 1 << 20,
  addressOf,
  connect(socket, address, protocol, options) {
    const { engine } = now;
    const io = class extends WebSocketClient {
      constructor(given: WebSocketClientOptions) {
        super(given, engine);
      }
    };
    return connectClient(socket, address, protocol, options, { ...(options.ws as Provider), io }, '', later);
  },
  scratch: new Uint8Array(0),
  encodeInto: () => -1,
  encode: (text) => new TextEncoder().encode(text),
  decode: (octets, start, end) => DECODER.decode(octets.subarray(start, end)),
  exception: (name, message) => Object.assign(new Error(message), { name }),
  report: (error) => now.thrown.push(error),
  later,
});

/** The WebSocket of the web: whole messages, and neither Pings nor Pongs. */
export const webSocketFace: MakeFace = (stage, vector) => {
  now = stage;
  present.host = stage.device;
  const { trace } = stage;
  const options = clientOptions(stage, vector) as Record<string, unknown>;
  const { host, path, protocol, ...others } = options;
  const isClient = vector.settings.get('role') === 'client';
  const socket = isClient
    ? new WebSocket(`ws://${String(host)}${String(path)}`, {
        ...others,
        ...(protocol !== undefined && { protocol: protocol as string }),
        ws: stage.device.device.network.ws as object,
      })
    : new WebSocket(others);
  socket.binaryType = 'arraybuffer';
  let error = 0;
  socket.onopen = () => trace.open();
  socket.onmessage = ({ data }: { data: unknown }) => {
    const binary = typeof data !== 'string';
    const octets = binary ? new Uint8Array(data as ArrayBuffer) : new TextEncoder().encode(data);
    trace.data(octets, 0, octets.length, Span.first | (binary ? Span.binary : 0));
  };
  socket.onerror = (event) => (error = (event as { error?: { id?: number } }).error?.id ?? -1);
  socket.onclose = (event) => trace.over((event as { code: number }).code, error);
  stage.connect();
  return {
    send: (octets, binary) => (socket.send(binary ? octets : DECODER.decode(octets)), 0),
    control: () => -1,
    close: (code, reason) => (socket.close(code === 0 ? undefined : code, DECODER.decode(reason)), 0),
  };
};

/** Opens what has asked, for vectors that begin behind the handshake. */
export function openUnseen(stage: Stage): void {
  const request = new TextDecoder().decode(stage.takeOutput());
  const accept = acceptOf(/^sec-websocket-key: *(.*)$/im.exec(request)![1].trim());
  stage.feed(
    latin1(
      `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    ),
  );
}
