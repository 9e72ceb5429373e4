/**
 * Another client judges the catalogue: undici's WebSocket meets the rows that a server sends, over TCP, and has to deliver and
 * refuse what ours does. Where it does not, the row stands below, with the RFC's section.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'undici';
import { acceptOf } from '../../src/handshake/accept.ts';
import { delay, until } from '../hosts/support/loopback.ts';
import { framesOf } from '../support/frames.ts';
import { concat } from '../support/octets.ts';
import { ROWS } from './catalogue.ts';
import { expectedOf, type Row } from './row.ts';
import { RawPeer } from './support/raw-peer.ts';
import { RESPONSE } from './support/openings.ts';
import { newTold, listenTo } from './support/told.ts';

/** What ours refuses, and undici does not, or not yet. */
const DIFFERING: Readonly<Record<string, string>> = {
  L1: 'RFC 6455 §5.2 wants the shortest form; undici takes any',
  U1: 'ours refuses text at its first impossible octet; undici looks at it when the message is whole (§8.1 leaves it open)',
};

/** Whether a Close is among what it has sent: its Pongs may come before. */
const closeFrom = (peer: RawPeer): boolean =>
  peer.frames.length >= 2 && framesOf(peer.frames).some(({ opcode }) => opcode === 8);

async function judged(row: Row): Promise<{ lines: string[]; isOver: boolean }> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const told = newTold();
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  listenTo(socket as never, told);
  const peer = new RawPeer(await accepted);
  await peer.headArrived();
  const key = /^sec-websocket-key: *(.*)$/im.exec(peer.head)![1].trim();
  await peer.send([concat(RESPONSE(acceptOf(key)), row.input('client'))]);
  const { end, told: wanted } = expectedOf(row, 'WebSocket');
  // A Close is its answer, or its last word; who ends TCP is the server.
  const isOver = (): boolean => peer.hasEnded || peer.isClosed || closeFrom(peer);
  const isDone = (): boolean => (end === undefined ? told.trace.lines.length > wanted.length : isOver());
  // What it does not refuse would be waited for in vain.
  await (row.id in DIFFERING ? delay(500) : until(isDone, `${row.id} ${row.what}`));
  await delay(20);
  const lines = [...told.trace.lines];
  const outcome = { lines, isOver: isOver() };
  peer.destroy();
  await new Promise((resolve) => server.close(resolve));
  return outcome;
}

test('undici delivers and refuses what ours does', async () => {
  const rows = ROWS.filter(({ limits }) => limits === undefined);
  const differing = await Promise.all(
    rows.map(async (row) => {
      const { end, told } = expectedOf(row, 'WebSocket');
      const { lines, isOver } = await judged(row);
      const wanted = ['open', ...told.filter((line) => line !== '*')];
      return isOver === (end !== undefined) && JSON.stringify(lines) === JSON.stringify(wanted) ? [] : [row];
    }),
  );
  const titleOf = ({ id, what }: Row): string => `${id} ${what}`;
  expect(differing.flat().map(titleOf)).toEqual(rows.filter(({ id }) => id in DIFFERING).map(titleOf));
});
