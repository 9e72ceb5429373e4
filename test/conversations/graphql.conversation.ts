import { createRequire } from 'node:module';
import { createClient, makeServer } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MessagePeer } from '../../hosts/node/messages.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { PLACES, type serveMessages } from './servers.ts';

// The instance of it that graphql-ws has.
const { buildSchema } = createRequire(import.meta.url)('graphql') as typeof import('graphql');

const schema = buildSchema(
  'type Query { hello(name: String): String } type Subscription { count(to: Int): Int }',
);

const roots = {
  query: { hello: ({ name }: { name: string }) => `hello ${name}` },
  subscription: {
    count: async function* ({ to }: { to: number }) {
      for (let i = 1; i <= to; i++) yield { count: i };
    },
  },
};

/** graphql-ws's own server at our server. */
function serveGraphQL(serve: typeof serveMessages): Promise<string> {
  const server = makeServer({ schema, roots });
  const talks = new WeakMap<
    MessagePeer,
    { take: (text: string) => Promise<void>; closed: (code: number, reason: string) => void }
  >();
  return serve(
    {
      onOpen(peer) {
        let take!: (text: string) => Promise<void>;
        const closed = server.opened(
          {
            protocol: peer.endpoint.protocol,
            send: (text) => {
              if (peer.sendText(text) !== 0) throw new Error('refused');
            },
            close: (code, reason) => void peer.close(code, reason),
            onMessage: (listener) => void (take = listener),
          },
          {},
        );
        talks.set(peer, { take, closed: (code, reason) => void closed(code, reason) });
      },
      onMessage: (peer, data) => void talks.get(peer)!.take(String(data)),
      onClose: (peer, code, reason) => talks.get(peer)?.closed(code, reason),
    },
    { protocols: ['graphql-transport-ws'] },
  );
}

describe.each(PLACES)('graphql-ws over our WebSocket, its server %s', (_place, serve) => {
  it('queries, subscribes, and tells of errors', async () => {
    const client = createClient({ url: await serveGraphQL(serve), webSocketImpl: WebSocket });
    onTestFinished(() => client.dispose());
    const all = async (query: string): Promise<unknown[]> => {
      const results = [];
      for await (const result of client.iterate({ query })) results.push(result.data ?? result.errors);
      return results;
    };
    expect(await all('{ hello(name: "wörld") }')).toEqual([{ hello: 'hello wörld' }]);
    expect(await all('subscription { count(to: 100) }')).toEqual(
      Array.from({ length: 100 }, (_, i) => ({ count: i + 1 })),
    );
    await expect(all('{ nothing }')).rejects.toEqual([expect.any(Object)]);
  });
});
