import { bare, wsPeers } from './peers.mjs';

const servers = [{ name: 'ringlet' }, ...wsPeers.slice(0, 1)];
const others = ['websocket', 'faye-websocket', 'net'].map((name) => ({ name }));

/** Opening handshakes, and what connections hold that do nothing. */
export function idle({ port, isTargets }) {
  return [
    {
      id: 'handshake/client',
      group: 'Handshakes',
      label: 'opening handshakes of a client',
      unit: 'µs',
      work: 'handshake',
      options: { port },
      count: 50,
      most: 400,
      peers: [
        { name: 'ringlet' },
        { name: 'ws', env: bare },
        { name: 'undici' },
        { name: 'websocket' },
        { name: 'faye-websocket' },
      ],
    },
    {
      id: 'idle/1000',
      group: 'Memory',
      label: 'a server’s memory for one of 1,000 idle connections',
      unit: 'B',
      work: 'idle',
      options: { connections: 1000 },
      count: 1,
      isFixed: true,
      rounds: 1,
      peers: isTargets ? servers : [...servers, ...others],
    },
  ];
}
