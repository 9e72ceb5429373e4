import type { SimulatedHost } from '../../hosts/simulated/index.ts';
import { Endpoint, type EndpointOptions } from '../../src/client/endpoint.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { requestOf } from '../../src/handshake/request-options.ts';
import { Outbox, SUBPROTOCOL } from '../../src/uplink/index.ts';
import { DeviceUplink } from '../world/support/device-uplink.ts';
import { webSocketOn } from '../world/support/world-websocket.ts';
import { FailingStore } from './failing-store.ts';
import type { Gateway } from './gateway.ts';
import type { Line, Script } from './scripts.ts';

export type Face = 'Endpoint' | 'Endpoint on Node' | 'WebSocketClient' | 'WebSocket' | 'Uplink';

/** Where a script is played. */
export interface Stage {
  readonly device: SimulatedHost;
  readonly server: SimulatedHost;
  readonly script: Script;
  /** The connection is over, for good. */
  readonly over: (error: number) => void;
  /** Whom an uplink sends its records to. */
  readonly gateway: Gateway;
}

const octets = (count: number): Uint8Array => new Uint8Array(count).fill(97);

/** What does not fit or comes too late is refused; that is not what is tried here. */
function attempt(action: () => unknown): void {
  try {
    action();
  } catch {
    // As said.
  }
}

function openEndpoint({ device, server, script, over }: Stage): Line {
  const { secure = false } = script;
  const events: EndpointOptions<undefined>['events'] = {
    onOpen() {},
    onData() {},
    onControl() {},
    onWritable() {},
    onClose: (_target, _code, error) => over(error),
  };
  const opening = clientOpening(requestOf({ host: 'server' }));
  const options = { ...script.options, role: 'client' as const, opening, events, target: undefined };
  const address = server.address;
  const port = secure ? 443 : 80;
  const transport = device.transport(address, port, secure ? 'server' : undefined);
  const endpoint = new Endpoint(device.engine, options, transport);
  return {
    send: (bytes, more) => endpoint.send(bytes, 0, bytes.length, more ? 3 : 1),
    ping: () => endpoint.sendControl(9, octets(4), 0, 4),
    close: () => endpoint.close(1000),
    drop: () => endpoint.drop(),
    pause: () => endpoint.pause(),
    resume: () => endpoint.resume(),
  };
}

function openClient({ device, script, over }: Stage): Line {
  const defaults = device.device.network[script.secure ? 'wss' : 'ws'] as WebSocketClientOptions;
  let isPaused = false;
  let waiting = 0;
  const read = (): void => {
    if (isPaused || waiting === 0) return;
    waiting = 0;
    client.read();
  };
  const client = new device.WebSocketClient({
    ...defaults,
    ...script.options,
    host: 'server',
    onReadable(count) {
      waiting = count;
      read();
    },
    onClose: () => over(0),
    onError: (error) => over(error.id),
  });
  return {
    send: (bytes, more = false) => attempt(() => client.write(bytes, { more })),
    ping: () => attempt(() => client.write(octets(4), { opcode: 9 })),
    close: () => attempt(() => client.write(Uint8Array.of(3, 232), { opcode: 8 })),
    drop: () => client.close(),
    pause: () => (isPaused = true),
    resume() {
      isPaused = false;
      attempt(read);
    },
  };
}

/** The WebSocket of the web: it sends whole messages, has no Pings, and does not pause. */
function openWebSocket({ device, script, over }: Stage): Line {
  const url = `${script.secure ? 'wss' : 'ws'}://server/`;
  const { socket, as } = webSocketOn(device, url, script.options ?? {});
  let error = 0;
  socket.onerror = (event) => (error = (event.error as { id?: number } | undefined)?.id ?? -1);
  socket.onclose = () => over(error);
  return {
    send: (bytes) => attempt(() => as(() => socket.send(bytes))),
    ping() {},
    close: () => as(() => socket.close(1000)),
    drop: () => as(() => socket.close()),
    pause() {},
    resume() {},
  };
}

/** An uplink with an outbox in a store. It comes back after what fails, and is over when it is stopped. */
function openUplink({ device, script, over, gateway }: Stage): Line {
  const store = new FailingStore(device);
  const outbox = new Outbox({ memory: 8192, whenFull: 'refuse', keep: 'acknowledged', store }, device.engine);
  const defaults = device.device.network[script.secure ? 'wss' : 'ws'] as WebSocketClientOptions;
  const client = { ...defaults, ...script.options, host: 'server', protocol: SUBPROTOCOL };
  const uplink = new DeviceUplink(
    device,
    {
      outbox,
      backoffBase: 4000,
      backoffLongest: 16_000,
      onChange({ state, loss }) {
        if (state === 'stopped') over(loss?.error ?? 0);
      },
      onAcknowledged: (upTo) => gateway.acknowledged(upTo),
    },
    client,
  );
  gateway.watch(outbox, store);
  uplink.start();
  return {
    send(bytes) {
      const before = outbox.nextNumber;
      try {
        uplink.post(bytes);
      } finally {
        // An exception says nothing of whether the record was taken; its number does.
        if (outbox.nextNumber !== before) gateway.accepted(before, bytes.length);
      }
    },
    ping() {},
    close: () => uplink.stop(),
    drop: () => uplink.stop(),
    pause: () => uplink.networkLost(),
    resume: () => uplink.networkBack(),
  };
}

export const OPENERS: Readonly<Record<Face, (stage: Stage) => Line>> = {
  Endpoint: openEndpoint,
  'Endpoint on Node': openEndpoint,
  WebSocketClient: openClient,
  WebSocket: openWebSocket,
  Uplink: openUplink,
};
