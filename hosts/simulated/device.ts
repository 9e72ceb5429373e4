/** The classes of a machine. */
interface Classes {
  readonly Resolver: unknown;
  readonly WebSocketClient: unknown;
  readonly TCP: unknown;
  readonly TLS: unknown;
}

/** Default options of a class, with the class itself as `io`. */
export type Provided = Readonly<{ io: unknown; [name: string]: unknown }>;

/** The global `device`. */
export interface SimulatedDevice {
  readonly network: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/**
 * The provider of ECMA-419 that a machine's programs find as `device`, as far as networks are concerned, in both of its
 * shapes: Moddable has the default options of a class in `device.network.ws`, the standard in `device.network.ws.client`.
 */
export function deviceOf(host: Classes, others: Readonly<Record<string, unknown>> = {}): SimulatedDevice {
  const dns: Provided = Object.freeze({ io: host.Resolver, servers: Object.freeze(['10.0.0.1']) });
  const client = (options: Readonly<Record<string, unknown>>): Provided => {
    const provided = Object.freeze({ io: host.WebSocketClient, dns, ...options });
    return Object.freeze({ ...provided, client: provided });
  };
  return Object.freeze({
    ...others,
    network: Object.freeze({
      interface: Object.freeze({}),
      dns: Object.freeze({ resolver: dns }),
      tcp: Object.freeze({ io: host.TCP }),
      tls: Object.freeze({ io: host.TLS }),
      ws: client({ socket: Object.freeze({ io: host.TCP, nodelay: true }) }),
      wss: client({ port: 443, socket: Object.freeze({ io: host.TLS, nodelay: true }) }),
      ...(others.network as object | undefined),
    }),
  });
}
