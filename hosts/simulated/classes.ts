import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import type { Host } from '../../src/host.ts';
import { SimulatedListener } from './io/listener.ts';
import type { Computer } from './io/machine.ts';
import { SimulatedResolver } from './io/resolver.ts';
import { SimulatedTCP } from './io/tcp.ts';

/** The classes of ECMA-419 as an application on `machine` imports them: they take nothing but their options. */
export function classesOf(machine: Computer) {
  const TCP = class TCP extends SimulatedTCP {
    constructor(options: unknown) {
      super(options, machine);
    }
  };
  const TLS = class TLS extends SimulatedTCP {
    constructor(options: unknown) {
      super(options, machine, true);
    }
  };
  const Listener = class Listener extends SimulatedListener {
    constructor(options: unknown) {
      super(options, machine, (from) => new TCP({ from }));
    }
  };
  const Resolver = class Resolver extends SimulatedResolver {
    constructor(options: unknown) {
      super(options, machine);
    }
  };
  return { TCP, TLS, Listener, Resolver };
}

/** The library's client of ECMA-419 on a runtime. */
export const webSocketClientOn = (engine: Host): new (options: WebSocketClientOptions) => WebSocketClient =>
  class extends WebSocketClient {
    constructor(options: WebSocketClientOptions) {
      super(options, engine);
    }
  };

/** Moddable's `time`: milliseconds of a counter that wraps, and how far apart two of them are. */
export const timeOf = (machine: {
  readonly ticks: number;
}): { readonly ticks: number; delta(start: number, end?: number): number } =>
  Object.freeze({
    get ticks(): number {
      return machine.ticks | 0;
    },
    delta: (start: number, end = machine.ticks) => (end - start) | 0,
  });
