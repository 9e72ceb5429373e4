import { WebSocket as PartySocket } from 'partysocket';
import ReconnectingWebSocket from 'reconnecting-websocket';
import { Centrifuge } from 'centrifuge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import type { MessagePeer } from '../../hosts/node/messages.ts';
import { PLACES, serveMessages } from './servers.ts';

describe.each([
  ['reconnecting-websocket', ReconnectingWebSocket],
  ['partysocket', PartySocket],
])('%s over our WebSocket', (_, Reconnecting) => {
  it('connects again after a close and after a drop, and sends what was queued meanwhile', async () => {
    const connections: MessagePeer[] = [];
    const texts: string[] = [];
    const url = await serveMessages({
      onOpen: (peer) => void connections.push(peer),
      onMessage(peer, data) {
        texts.push(String(data));
        peer.sendText(`echo ${String(data)}`);
      },
    });
    const socket = new Reconnecting(url, [], {
      WebSocket,
      minReconnectionDelay: 20,
      maxReconnectionDelay: 50,
      connectionTimeout: 4000,
    } as object) as ReconnectingWebSocket;
    onTestFinished(() => socket.close());
    const echoes: unknown[] = [];
    socket.addEventListener('message', ({ data }) => void echoes.push(data));
    socket.send('queued before the connection');
    await expect.poll(() => echoes.length).toBe(1);
    connections[0].close(1012, 'restart');
    await expect.poll(() => connections.length, { timeout: 5000 }).toBe(2);
    socket.send('second');
    await expect.poll(() => echoes.length).toBe(2);
    connections[1].endpoint.drop();
    await expect.poll(() => connections.length, { timeout: 5000 }).toBe(3);
    socket.send('third');
    await expect.poll(() => echoes.length).toBe(3);
    expect(texts).toEqual(['queued before the connection', 'second', 'third']);
  });
});

describe.each(PLACES)('centrifuge over our WebSocket, a scripted Centrifugo %s', (_place, serve) => {
  it('connects, subscribes, and takes publications', async () => {
    const url = await serve({
      onMessage(peer, data) {
        for (const line of String(data).trim().split('\n')) {
          const command = JSON.parse(line) as {
            id?: number;
            connect?: object;
            subscribe?: { channel: string };
          };
          if (command.connect) {
            peer.sendText(
              JSON.stringify({
                id: command.id,
                connect: { client: 'c', version: '6', ping: 25, pong: true },
              }),
            );
          } else if (command.subscribe) {
            peer.sendText(JSON.stringify({ id: command.id, subscribe: {} }));
            const { channel } = command.subscribe;
            for (let value = 0; value < 3; value++) {
              peer.sendText(JSON.stringify({ push: { channel, pub: { data: { value } } } }));
            }
          }
        }
      },
    });
    const client = new Centrifuge(url, { websocket: WebSocket });
    onTestFinished(() => client.disconnect());
    const values: number[] = [];
    const subscription = client.newSubscription('news');
    subscription.on('publication', ({ data }) => values.push((data as { value: number }).value));
    subscription.subscribe();
    client.connect();
    await client.ready(5000);
    await expect.poll(() => values).toEqual([0, 1, 2]);
  });
});
