import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import { type ListeningServer, type Refusal, serve, type ServeOptions } from '../../../hosts/node/serve.ts';
import { RawClient } from './raw-client.ts';

export class Target {
  endpoint!: Endpoint<Target>;
  readonly events: string[] = [];
}

const EVENTS: EndpointEvents<Target> = {
  onOpen: ({ events }) => void events.push('open'),
  onData: ({ events }, bytes, start, end) =>
    void events.push(`data ${Buffer.from(bytes.slice(start, end)).toString('latin1')}`),
  onControl: ({ events }, opcode) => void events.push(`control ${opcode}`),
  onWritable: () => {},
  onClose: ({ events }, code, error) => void events.push(`close ${code} ${error}`),
};

/** A server with what it told, and its clients. */
export class TestServer {
  readonly targets: Target[] = [];
  readonly refusals: Refusal[] = [];
  readonly errors: unknown[] = [];
  readonly clients: RawClient[] = [];
  server!: ListeningServer;
  #isSecure = false;

  static async start(options: Partial<ServeOptions<Target>> = {}): Promise<TestServer> {
    const self = new TestServer();
    self.#isSecure = options.tls !== undefined;
    self.server = await serve<Target>({
      events: EVENTS,
      accept: () => {
        const target = new Target();
        self.targets.push(target);
        return target;
      },
      onRefused: (refusal) => self.refusals.push(refusal),
      onError: (error) => self.errors.push(error),
      ...options,
    });
    return self;
  }

  /** A client that speaks what the server speaks, or plain TCP. */
  client(isSecure = this.#isSecure): RawClient {
    const client = new RawClient(this.server.port, isSecure);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.clients) socket.destroy();
    await this.server.close();
  }
}
