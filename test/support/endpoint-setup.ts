import { expect } from 'vitest';
import { Endpoint, type EndpointEvents, type EndpointOptions } from '../../src/client/endpoint.ts';
import { peerFrame } from './frames.ts';
import { concat } from './octets.ts';
import { ScriptedHost } from './scripted-host.ts';
import { ScriptedTransport } from './scripted-transport.ts';
import { Trace } from './trace.ts';

export type Hooks = Partial<EndpointEvents<EndpointSetup>>;

/** An endpoint and all that is around it. Events while a public method runs are noted as faults. */
export class EndpointSetup {
  readonly trace = new Trace();
  readonly transport = new ScriptedTransport();
  readonly host: ScriptedHost;
  readonly endpoint: Endpoint<EndpointSetup>;
  readonly writable: number[] = [];
  #inside = false;

  constructor(
    hooks: Hooks,
    options: Partial<EndpointOptions<EndpointSetup>>,
    defers: boolean,
    random?: () => number,
  ) {
    this.host = new ScriptedHost(defers, random);
    const outside = (): void => {
      if (this.#inside) this.trace.note('an event from inside a method');
    };
    const events: EndpointEvents<EndpointSetup> = {
      onOpen: (self) => {
        outside();
        this.trace.open();
        hooks.onOpen?.(self);
      },
      onData: (self, bytes, start, end, span) => {
        outside();
        this.trace.data(bytes, start, end, span);
        hooks.onData?.(self, bytes, start, end, span);
      },
      onControl: (self, opcode, bytes, start, end) => {
        outside();
        this.trace.control(opcode, bytes.slice(start, end));
        hooks.onControl?.(self, opcode, bytes, start, end);
      },
      onClose: (self, code, error) => {
        outside();
        this.trace.over(code, error);
        hooks.onClose?.(self, code, error);
      },
      onWritable: (self, count) => {
        outside();
        this.writable.push(count);
        hooks.onWritable?.(self, count);
      },
    };
    this.endpoint = new Endpoint<EndpointSetup>(
      this.host,
      { role: 'server', events, target: this, receiveBuffer: 256, ...options },
      this.transport.factory,
    );
  }

  opened(): this {
    this.transport.sink.transportOpened();
    return this;
  }

  /** Calls a public method and watches that no event comes from inside. */
  guarded<T>(call: (endpoint: Endpoint<EndpointSetup>) => T): T {
    const before = this.#inside;
    this.#inside = true;
    try {
      return call(this.endpoint);
    } finally {
      this.#inside = before;
    }
  }

  receive(...parts: Parameters<typeof peerFrame>[1][]): this {
    this.transport.deliver(concat(...parts.map((each) => peerFrame('server', each))));
    return this;
  }

  /** All is given back: no timer, no socket. */
  expectReleased(): void {
    expect(this.host.timers).toBe(0);
    expect(this.transport.isClosed).toBe(true);
    expect(this.transport.calls.filter((each) => each === 'close').length).toBe(1);
  }
}
