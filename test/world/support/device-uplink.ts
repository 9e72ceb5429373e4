import type { SimulatedHost } from '../../../hosts/simulated/index.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { type ClientClass, ClientLink } from '../../../src/uplink/client-link.ts';
import { Uplink, type UplinkOptions } from '../../../src/uplink/index.ts';

/** The library's uplink as a device has it. */
export class DeviceUplink extends Uplink {
  readonly #machine: SimulatedHost;
  readonly #client: WebSocketClientOptions;

  constructor(machine: SimulatedHost, given: UplinkOptions<Uplink>, client: WebSocketClientOptions) {
    super(machine.engine, given);
    this.#machine = machine;
    this.#client = client;
  }

  protected override connect(): ClientLink {
    return new ClientLink(this.#machine.WebSocketClient as ClientClass, this.#client, this);
  }

  protected override clock(): number {
    return this.#machine.date();
  }
}
