import { connect, type ListeningServer, serve, TCP, WebSocketClient } from '../../../hosts/node/index.ts';
import { Uplink } from '../../../hosts/node/uplink.ts';
import { WebSocket } from '../../../hosts/node/websocket.ts';
import {
  clientCallbacks,
  endOf,
  eventsOf,
  listenTo,
  type Target,
  type Told,
  uplinkCallbacks,
} from './told.ts';

/** The clients that programs on Node have, over its sockets. */
export type NodeClient = 'connect' | 'WebSocketClient' | 'WebSocket' | 'Uplink';

/** Opens a client to a port of this machine. Returns what makes an end of it. */
type Open = (port: number, limits: object, told: Told) => () => void;

export const NODE_CLIENTS: Readonly<Record<NodeClient, Open>> = {
  connect(port, limits, told) {
    const target: Target = {};
    const options = { ...limits, target, events: eventsOf(told) };
    const endpoint = (target.endpoint = connect(`ws://127.0.0.1:${port}/chat`, options));
    return () => endpoint.drop();
  },

  WebSocketClient(port, limits, told) {
    const client = new WebSocketClient({
      ...limits,
      ...clientCallbacks(told),
      socket: { io: TCP as never },
      host: '127.0.0.1',
      port,
      path: '/chat',
    });
    return () => client.close();
  },

  WebSocket(port, limits, told) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, limits);
    listenTo(socket, told);
    return () => socket.close();
  },

  Uplink(port, limits, told) {
    const uplink: Uplink = new Uplink(`ws://127.0.0.1:${port}/chat`, {
      ...limits,
      ...uplinkCallbacks(told, () => uplink.stop()),
    });
    uplink.start();
    return () => uplink.stop();
  },
};

/** A server on Node. Of a client that is not let in nothing is reported but the refusal, which is its end. */
export const serveOn = (limits: object, told: Told): Promise<ListeningServer<Target>> =>
  serve<Target>({
    ...limits,
    protocols: ['chat'],
    events: eventsOf(told),
    accept: () => ({}),
    onRefused({ error, status }) {
      told.ends.push(endOf(error));
      told.closeCode = 1006;
      told.httpStatus = status;
    },
  });
