import { Client } from '@stomp/stompjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { PLACES, type serveMessages } from './servers.ts';

/** A STOMP 1.2 broker of one topic, scripted. */
function serveStomp(serve: typeof serveMessages): Promise<string> {
  return serve(
    {
      onMessage(peer, data) {
        const text = String(data);
        // A heartbeat.
        if (text.trim() === '') return;
        const [head, body = ''] = text.replace(/\0$/, '').split('\n\n');
        const [command, ...lines] = head.split('\n');
        const headers = Object.fromEntries(lines.map((line) => line.split(/:(.*)/s)));
        if (command === 'CONNECT') peer.sendText('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
        if (command === 'SEND') {
          peer.sendText(
            `MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:${headers.destination}\n\n${body}\0`,
          );
        }
        if (headers.receipt) peer.sendText(`RECEIPT\nreceipt-id:${headers.receipt}\n\n\0`);
      },
    },
    { protocols: ['v12.stomp'] },
  );
}

describe.each(PLACES)('@stomp/stompjs over our WebSocket, a scripted broker %s', (_place, serve) => {
  it('connects, subscribes, sends and disconnects with a receipt', async () => {
    const url = await serveStomp(serve);
    const sockets: WebSocket[] = [];
    const client = new Client({
      webSocketFactory: () => {
        const socket = new WebSocket(url, ['v12.stomp', 'v11.stomp']);
        sockets.push(socket);
        return socket as never;
      },
      reconnectDelay: 0,
    });
    onTestFinished(() => client.deactivate());
    const bodies: string[] = [];
    await new Promise<void>((resolve) => {
      client.onConnect = () => resolve();
      client.activate();
    });
    client.subscribe('/topic/a', ({ body }) => void bodies.push(body));
    for (const body of ['one', 'zwölf', 'x'.repeat(20_000)])
      client.publish({ destination: '/topic/a', body });
    await expect.poll(() => bodies).toEqual(['one', 'zwölf', 'x'.repeat(20_000)]);
    await client.deactivate();
    expect(sockets[0].readyState).toBeGreaterThanOrEqual(2);
    expect(sockets[0].protocol).toBe('v12.stomp');
  });
});
