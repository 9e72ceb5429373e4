import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { Span } from '../../../src/connection/events.ts';
import { until } from '../../hosts/support/loopback.ts';
import { framesOf } from '../../support/frames.ts';
import { hex } from '../../support/octets.ts';
import { library, runInDesk } from '../../xs/support/desk.ts';
import type { Role } from './faces.ts';
import { RawPeer } from './raw-peer.ts';
import { endOf, newTold, type Told } from './told.ts';
import type { Result } from './visit.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** A peer's part in one connection of the desktop build of XS. */
export interface DeskVisit {
  readonly pieces: (accept: string) => readonly Uint8Array[];
  readonly limits: object;
  /** Whether the endpoint has to be over then, or else what shows that it has had all. */
  readonly until: 'over' | ((told: Told, sent: Uint8Array) => boolean);
}

/** What one connection of the program's reports, line by line. */
class Report {
  readonly told = newTold();
  #isMessageOpen = false;

  take([event, ...values]: readonly string[]): void {
    const { told } = this;
    if (event === 'open') told.trace.open();
    else if (event === 'data') {
      const [binary, more, digits = ''] = values;
      const octets = hex(digits);
      const span = (this.#isMessageOpen ? 0 : Span.first) | (binary === 'true' ? Span.binary : 0);
      this.#isMessageOpen = more === 'true';
      told.trace.data(octets, 0, octets.length, span | (this.#isMessageOpen ? Span.more : 0));
    } else if (event === 'control') told.trace.control(Number(values[0]), hex(values[1] ?? ''));
    else {
      told.closeCode = Number(values[0]);
      told.ends.push(endOf(Number(values[1])));
    }
  }
}

/** Lets one program in the desk meet the peers of all `visits`, one after the other; `more` are options of the desk. */
export async function meetInDesk(
  role: Role,
  visits: readonly DeskVisit[],
  more: readonly string[] = [],
): Promise<{ readonly results: readonly Result[]; readonly left: string }> {
  const all = visits.map(() => new Report());
  const [server, sockets] = await listening();
  const { port } = server.address() as AddressInfo;
  // The program listens at a port that was free a moment ago.
  if (role === 'server') await new Promise((resolve) => server.close(resolve));
  let ready = -1;
  let left = '';
  let rest = '';
  const running = runInDesk({
    modules: {
      ...library,
      'ringlet/server-handshake': path('../../../dist/moddable/server-handshake.js'),
      app: path('../xs/rows.js'),
    },
    options: ['--memory', '65536', ...more],
    args: [role, String(port), JSON.stringify(visits.map(({ limits }) => limits))],
    onOutput(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const [number, ...values] = line.split(' ');
        if (number === 'ready') ready = Number(values[0]);
        else if (number === 'left') left = values.join(' ');
        else all[Number(number)].take(values);
      }
    },
  });
  let outcome: Awaited<typeof running> | undefined;
  void running.then((ended) => (outcome = ended));
  const waitFor = (condition: () => boolean, what: string): Promise<void> =>
    until(() => {
      if (condition()) return true;
      if (outcome !== undefined) throw new Error(`it has ended with ${outcome.status}: ${outcome.stderr}`);
      return false;
    }, what);
  const results: Result[] = [];
  for (const [index, visit] of visits.entries()) {
    const { told } = all[index];
    // Nothing of an earlier connection is there any more when its memory is counted.
    await waitFor(() => ready === index, `the program, for ${index}`);
    if (role === 'client') await waitFor(() => sockets.length > index, `connection ${index}`);
    const peer = new RawPeer(
      role === 'client' ? sockets[index] : connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true }),
    );
    if (role === 'client') await peer.headArrived();
    const key = /^sec-websocket-key: *(.*)$/im.exec(peer.head)?.[1] ?? '';
    await peer.send(visit.pieces(acceptOf(key.trim())));
    const { until: condition } = visit;
    if (condition === 'over') {
      await waitFor(() => told.ends.length > 0, `the end of ${index}`);
      await peer.released();
    } else await waitFor(() => condition(told, peer.frames), `what was sent to ${index}`);
    results.push({
      told: { ...told, ends: [...told.ends] },
      head: peer.head,
      frames: framesOf(peer.frames),
      releasedAt: 0,
      left: condition === 'over' ? 0 : 1,
      misuses: [],
    });
    peer.destroy();
  }
  const { status, stderr } = await running;
  if (role === 'client') await new Promise((resolve) => server.close(resolve));
  if (status !== 0) throw new Error(`the program ended with ${status}: ${stderr}`);
  return { results, left };
}

async function listening(): Promise<[Server, Socket[]]> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, sockets];
}
