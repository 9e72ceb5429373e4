import { peers } from 'ringlet/messages';
import { serve } from 'ringlet/node';

/** As much of Home Assistant's WebSocket API as a sensor meets: authentication, and services that are called. */
export async function startHome(token = 'a long-lived token') {
  const say = (peer, message) => peer.sendText(JSON.stringify(message));
  const states = new Map();
  const handlers = peers({
    onOpen: (peer) => say(peer, { type: 'auth_required', ha_version: '2026.1.0' }),
    onMessage(peer, data) {
      const { id, type, access_token, service_data, target } = JSON.parse(data);
      if (type === 'auth') {
        if (access_token === token) say(peer, { type: 'auth_ok', ha_version: '2026.1.0' });
        else {
          say(peer, { type: 'auth_invalid', message: 'Invalid access token or password' });
          peer.close(1000, '');
        }
      } else if (type === 'call_service') {
        states.set(target.entity_id, service_data.value);
        say(peer, { id, type: 'result', success: true, result: { context: { id: 'x' } } });
      } else {
        const error = { code: 'unknown_command', message: 'Unknown command.' };
        say(peer, { id, type: 'result', success: false, error });
      }
    },
  });
  const { port, close } = await serve({ ...handlers, port: 0, host: '127.0.0.1' });
  return { url: `ws://127.0.0.1:${port}/api/websocket`, token, states, close };
}
