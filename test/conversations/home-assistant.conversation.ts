import {
  callService,
  createConnection,
  createLongLivedTokenAuth,
  ERR_INVALID_AUTH,
  type HassEntities,
  subscribeEntities,
} from 'home-assistant-js-websocket';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { PLACES, type serveMessages } from './servers.ts';

interface Command {
  readonly id: number;
  readonly type: string;
  readonly access_token?: string;
}

/** As much of Home Assistant's protocol as its own library begins with; one answer is large, as theirs are. */
function serveHome(serve: typeof serveMessages): Promise<string> {
  return serve({
    onOpen: (peer) => void peer.sendText(JSON.stringify({ type: 'auth_required', ha_version: '2026.1.0' })),
    onMessage(peer, data) {
      const say = (message: object): void => void peer.sendText(JSON.stringify(message));
      const commands = [JSON.parse(String(data)) as Command | Command[]].flat();
      for (const { id, type, access_token } of commands) {
        if (type === 'auth') {
          say({ type: access_token === 'good' ? 'auth_ok' : 'auth_invalid', ha_version: '2026.1.0' });
        } else say({ id, type: 'result', success: true, result: { context: { id: 'x' } } });
        if (type === 'subscribe_entities') {
          const a = Object.fromEntries(
            Array.from({ length: 5000 }, (_, i) => [
              `light.l${i}`,
              { s: 'on', a: { name: 'Lämpchen' }, c: 'c', lc: 1 },
            ]),
          );
          say({ id, type: 'event', event: { a } });
        }
      }
    },
  });
}

const connectTo = async (url: string, token: string): Promise<Awaited<ReturnType<typeof createConnection>>> =>
  createConnection({
    auth: createLongLivedTokenAuth(url.replace('ws:', 'http:').slice(0, -1), token),
    // Its own way of opening looks for a global; the way of the handshake is its own, in few lines.
    createSocket: ({ auth }) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(auth!.wsUrl) as WebSocket & { haVersion?: string };
        socket.addEventListener('open', () =>
          socket.send(JSON.stringify({ type: 'auth', access_token: auth!.accessToken })),
        );
        socket.addEventListener('message', function take({ data }) {
          const { type, ha_version } = JSON.parse(data as string) as { type: string; ha_version: string };
          if (type === 'auth_invalid') reject(ERR_INVALID_AUTH);
          if (type !== 'auth_ok') return;
          socket.removeEventListener('message', take);
          resolve(Object.assign(socket, { haVersion: ha_version }) as never);
        });
      }),
  });

describe.each(PLACES)(
  'home-assistant-js-websocket over our WebSocket, a scripted one %s',
  (_place, serve) => {
    it('authenticates, subscribes to 5,000 states in one message, and calls a service', async () => {
      const connection = await connectTo(await serveHome(serve), 'good');
      onTestFinished(() => connection.close());
      const entities = await new Promise<HassEntities>((resolve) => {
        subscribeEntities(connection, (states) => Object.keys(states).length > 0 && resolve(states));
      });
      expect(Object.keys(entities)).toHaveLength(5000);
      expect(entities['light.l4999'].attributes.name).toBe('Lämpchen');
      expect(await callService(connection, 'light', 'turn_on')).toMatchObject({ context: { id: 'x' } });
    });

    it('is told of a token that is not good', async () => {
      await expect(connectTo(await serveHome(serve), 'bad')).rejects.toBe(ERR_INVALID_AUTH);
    });
  },
);
