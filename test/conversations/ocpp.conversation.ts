import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { PLACES } from './servers.ts';

// It has no declarations that could be read, and it is CommonJS.
const { RPCClient, RPCServer } = createRequire(import.meta.url)('ocpp-rpc') as {
  RPCServer: new (options: object) => {
    auth(
      decide: (
        accept: (session?: object) => void,
        reject: (code: number) => void,
        handshake: { identity: string; password?: Buffer },
      ) => void,
    ): void;
    on(
      event: 'client',
      listener: (client: {
        handle(method: string, answer: (call: { params: object }) => object): void;
      }) => void,
    ): void;
    listen(port: number, host?: string): Promise<{ address(): { port: number } }>;
    close(options: object): Promise<void>;
  };
  RPCClient: new (options: object) => {
    connect(): Promise<unknown>;
    call(method: string, params: object): Promise<unknown>;
    close(): Promise<unknown>;
  };
};

describe('OCPP 1.6', () => {
  it("is spoken over our WebSocket to ocpp-rpc's server, with Basic authentication", async () => {
    const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: false });
    server.auth((accept, reject, { identity, password }) =>
      identity === 'CP 1' && password?.toString() === 'secret' ? accept() : reject(401),
    );
    server.on('client', (client) =>
      client.handle('BootNotification', ({ params }) => ({ status: 'Accepted', interval: 300, ...params })),
    );
    const { port } = (await server.listen(0, '127.0.0.1')).address();
    onTestFinished(() => server.close({ force: true }));

    const refused = new WebSocket(`ws://127.0.0.1:${port}/CP%201`, 'ocpp1.6');
    await new Promise((resolve) => (refused.onclose = resolve));

    const socket = new WebSocket(`ws://CP%201:secret@127.0.0.1:${port}/CP%201`, ['ocpp2.0.1', 'ocpp1.6']);
    await new Promise((resolve) => (socket.onopen = resolve));
    expect(socket.protocol).toBe('ocpp1.6');
    socket.send(JSON.stringify([2, 'id', 'BootNotification', { chargePointVendor: 'Rïng' }]));
    const { data } = await new Promise<{ data: string }>((resolve) => (socket.onmessage = resolve));
    expect(JSON.parse(data)).toEqual([
      3,
      'id',
      { status: 'Accepted', interval: 300, chargePointVendor: 'Rïng' },
    ]);
    socket.close(1000);
    await new Promise((resolve) => (socket.onclose = resolve));
  });

  it.each(PLACES)("is spoken by ocpp-rpc's client %s", async (_place, serve) => {
    const url = await serve(
      {
        onMessage(peer, data) {
          const [, id, , params] = JSON.parse(String(data)) as [number, string, string, object];
          peer.sendText(JSON.stringify([3, id, { ...params, currentTime: 'now' }]));
        },
      },
      { protocols: ['ocpp1.6'] },
    );
    const client = new RPCClient({
      endpoint: url.slice(0, -1),
      identity: 'CP',
      protocols: ['ocpp1.6'],
      reconnect: false,
    });
    await client.connect();
    expect(await client.call('Heartbeat', { x: 1 })).toEqual({ x: 1, currentTime: 'now' });
    await client.close();
  });
});
