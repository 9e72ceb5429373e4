import type { ConnectionEvents } from '../../../src/connection/events.ts';
import { SansIoConnection } from '../../../src/connection/sans-io.ts';
import { hexOf, type Judge } from './judge.ts';
import { UndiciJudge } from './judge-undici.ts';
import { WsJudge } from './judge-ws.ts';
import { LIMITS, random, restart, type Target } from './reading.ts';

const EVENTS: ConnectionEvents<undefined> = { onOpen() {}, onData() {}, onControl() {}, onClose() {} };

/** What octets say is sent, and what of it a receiver has to be told. */
function* actsOf(octets: Uint8Array): Generator<{ opcode: number; payload: Uint8Array; more: boolean }> {
  for (let at = 0; at + 2 <= octets.length; at += 2) {
    const [what, size] = octets.subarray(at, at + 2);
    // Lengths around those where a header grows, too.
    const length = (what & 8) !== 0 ? 120 + (size & 15) : size & 127;
    const payload = new Uint8Array((what & 7) === 3 ? Math.min(length, 125) : length).fill(97 + (size % 26));
    yield { opcode: (what & 7) === 3 ? 9 : (what & 1) + 1, payload, more: (what & 16) !== 0 };
  }
}

/** Sends with one role, and gives everything to an implementation of the other: it is told what was sent, and refuses nothing. */
function send(octets: Uint8Array, role: 'client' | 'server', judge: Judge): void {
  restart();
  const connection = new SansIoConnection<undefined>({
    role,
    receiveBuffer: 256,
    transmitBuffer: 1024,
    ...LIMITS,
    random,
    events: EVENTS,
    target: undefined,
  });
  const take = (): void => {
    for (let count = connection.output; count > 0; count = connection.output) {
      const start = connection.outputStart;
      judge.feed(connection.memory.slice(start, start + count));
      connection.sent(count);
    }
  };
  connection.opened();
  const sent: string[] = [];
  let open: { opcode: number; hex: string } | undefined;
  let total = 0;
  for (const { opcode, payload, more } of actsOf(octets)) {
    if (opcode === 9) {
      if (connection.sendControl(9, payload, 0, payload.length) === 0) sent.push(`ping ${hexOf(payload)}`);
    } else {
      // A receiver bounds what a message may have.
      total = open === undefined ? payload.length : total + payload.length;
      if (total > LIMITS.maxMessageSize) return;
      const kind = open?.opcode ?? opcode;
      if (connection.send(payload, 0, payload.length, (kind === 2 ? 1 : 0) | (more ? 2 : 0)) !== 0) continue;
      open = { opcode: kind, hex: (open?.hex ?? '') + hexOf(payload) };
      if (!more) {
        sent.push(`${kind === 2 ? 'binary' : 'text'} ${open.hex}`);
        open = undefined;
      }
    }
    if ((payload.length & 1) === 0) take();
  }
  take();
  const { told, refused } = judge.verdict;
  // A Ping goes in front of messages that wait.
  const order = (line: string): string => (line.startsWith('ping') ? '' : line);
  const [ours, theirs] = [sent, told].map((list) => list.map(order).filter(Boolean).join('|'));
  if (refused !== undefined || ours !== theirs)
    throw new Error(`${judge.name} is told ${told.join(' | ')} of ${sent.join(' | ')}, and says ${refused}`);
}

/** What ours sends, as `ws` reads it from a client, and undici and `ws` from a server. */
export const sentFrames: Target = (octets) => {
  send(octets, 'client', new WsJudge(true));
  send(octets, 'server', new WsJudge(false));
  send(octets, 'server', new UndiciJudge());
};
