import type { ConnectionError } from '../../../src/errors.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import type { SimulatedHost, World } from '../../../hosts/simulated/index.ts';

/** A client and what it was told, with the time. */
export interface Dialled {
  readonly client: WebSocketClient;
  readonly log: { readonly time: number; readonly what: string }[];
  /** Without times. */
  readonly told: string[];
  /** Octets received, as text. */
  received: string;
  error: ConnectionError | undefined;
  send(text: string): void;
}

/** Connects from `host` to `to` with ws or wss, by the options that `device` provides; `onEnd` is called when it is over. */
export function dial(
  world: World,
  host: SimulatedHost,
  to: string,
  options: Partial<WebSocketClientOptions> = {},
  scheme: 'ws' | 'wss' = 'ws',
  onEnd: () => void = () => {},
): Dialled {
  const log: Dialled['log'] = [];
  const told: string[] = [];
  const tell = (what: string): void => {
    log.push({ time: world.now, what });
    told.push(what);
  };
  let isOpen = false;
  const defaults = host.device.network[scheme] as {
    io: typeof host.WebSocketClient;
  } & WebSocketClientOptions;
  const client = new defaults.io({
    ...defaults,
    host: to,
    onWritable() {
      if (!isOpen) tell('open');
      isOpen = true;
    },
    onReadable(count) {
      dialled.received += new TextDecoder().decode(this.read(count) as ArrayBuffer);
    },
    onClose: () => {
      tell('close');
      onEnd();
    },
    onError: (error) => {
      dialled.error = error;
      tell(`error ${error.id}`);
      onEnd();
    },
    ...options,
  });
  const dialled: Dialled = {
    client,
    log,
    told,
    received: '',
    error: undefined,
    send: (text) => client.write(new TextEncoder().encode(text), { binary: false }),
  };
  return dialled;
}
