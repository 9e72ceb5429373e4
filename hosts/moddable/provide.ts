/** Options of ECMA-419's WebSocket client, all of them frozen so that they can stay in flash. */
type ClientOptions = Readonly<Record<string, unknown>>;

interface Device {
  readonly network?: Readonly<Record<string, unknown>>;
}

/**
 * Adds the WebSocket client with its default options to `device.network` as `name`, in both shapes: Moddable has
 * the options there (`new device.network.ws.io({ ...device.network.ws, … })`), the standard one step further
 * (`device.network.ws.client`). Everything else that the device provides stays.
 */
export function provide(name: 'ws' | 'wss', io: unknown, defaults: ClientOptions): void {
  const scope = globalThis as { device?: Device };
  const before = scope.device;
  const client = Object.freeze({ io, ...defaults });
  scope.device = Object.freeze({
    ...before,
    network: Object.freeze({ ...before?.network, [name]: Object.freeze({ ...client, client }) }),
  });
}

/** Default options of Moddable's resolver. */
export function resolverOf(io: unknown, UDP: unknown): ClientOptions {
  return Object.freeze({
    io,
    servers: Object.freeze(['1.1.1.1', '8.8.8.8']),
    socket: Object.freeze({ io: UDP }),
  });
}
