/** What the types of the server and of endpoints say. */
import type { IncomingMessage } from 'node:http';
import { expectTypeOf, test } from 'vitest';
import {
  connect,
  type ListeningServer,
  type NodeEndpoint,
  type OwnEndpoint,
  serve,
  serveUpgrades,
  type UpgradeServer,
} from '../../hosts/node/index.ts';
import { webStreams } from '../../hosts/node/web-streams.ts';
import type { Message } from '../../src/messages/message-peer.ts';

interface Target {
  readonly name: string;
}

test('the target is the endpoint unless there is another', () => {
  const ofOwn = () =>
    connect('ws://a.example/', { events: { onMessage: (endpoint) => endpoint.sendText('x') } });
  expectTypeOf(ofOwn).returns.toEqualTypeOf<NodeEndpoint<OwnEndpoint>>();
  const ofTarget = () => connect('ws://a.example/', { target: { name: 'x' } as Target });
  expectTypeOf(ofTarget).returns.toEqualTypeOf<NodeEndpoint<Target>>();
  expectTypeOf(() => connect('ws://a.example/')).returns.toEqualTypeOf<NodeEndpoint<OwnEndpoint>>();
});

test('servers know their targets', () => {
  const listens = () => serve({ events: { onOpen: (endpoint) => void endpoint.sendText('x') } });
  expectTypeOf(listens).returns.resolves.toEqualTypeOf<ListeningServer<OwnEndpoint>>();
  const attached = () => serveUpgrades({ accept: (): Target => ({ name: 'x' }) });
  expectTypeOf(attached).returns.toEqualTypeOf<UpgradeServer<Target>>();
  expectTypeOf<ListeningServer<Target>['broadcast']>().returns.toExtend<{
    readonly skipped: readonly Target[];
  }>();
});

test('messages, headers and requests', () => {
  type Own = NodeEndpoint<OwnEndpoint>;
  expectTypeOf<Own>().toExtend<AsyncIterable<Message>>();
  expectTypeOf<Own['headers']['getSetCookie']>().returns.toEqualTypeOf<string[]>();
  expectTypeOf<Own['remoteAddress']>().toEqualTypeOf<string | undefined>();
  expectTypeOf(webStreams<OwnEndpoint>).returns.toHaveProperty('readable');
  type Hook = NonNullable<Parameters<typeof serveUpgrades>[0]['onRequest']>;
  expectTypeOf<Parameters<Hook>[0]['incoming']>().toEqualTypeOf<IncomingMessage | undefined>();
});
