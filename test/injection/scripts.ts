import { SECOND, type World } from '../../hosts/simulated/index.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';

/** What a program does with its connection. */
export interface Line {
  send(octets: Uint8Array, more?: boolean): void;
  ping(): void;
  close(): void;
  drop(): void;
  pause(): void;
  resume(): void;
}

/** A script: what happens to a connection, in virtual time. */
export interface Script {
  readonly name: string;
  readonly options?: object;
  readonly secure?: boolean;
  readonly run: (line: () => Line | undefined, world: World) => void;
}

const octets = (count: number): Uint8Array => new Uint8Array(count).fill(97);

/** Does each action a second after the other, as long as there is a connection. */
function each(...actions: readonly ((line: Line, world: World) => void)[]): Script['run'] {
  return (line, world) =>
    actions.forEach((action, index) => {
      world.after((index + 1) * SECOND, () => {
        const present = line();
        if (present !== undefined) world.hosts.get('device')!.enter(() => action(present, world));
      });
    });
}

const nothing = (): void => {};

/** Beside those below: every size of a message, every limit, and every fault at every stage that are worth a script. */
const VARIANTS: readonly Script[] = [
  ...[0, 125, 126, 1000].map((count) => ({
    name: `sends ${count} octets`,
    run: each(
      (line) => line.send(octets(count)),
      (line) => line.close(),
    ),
  })),
  ...[5, 25, 45, 65].map((time) => ({
    name: `is reset after ${time} ms`,
    run: (_line: unknown, world: World) => world.after(time, () => world.reset('device')),
  })),
  ...[5, 25, 45, 65].map((time) => ({
    name: `goes silent after ${time} ms`,
    options: { connectTimeout: 2000, handshakeTimeout: 2000, keepalive: 1000, keepaliveTimeout: 1000 },
    run: (_line: unknown, world: World) => world.after(time, () => world.silence('device')),
  })),
  {
    name: 'finds the server restarting',
    run: each((_line, world) => world.hosts.get('server')!.restart(5 * SECOND)),
  },
  {
    name: 'finds a captive portal',
    run: (_line, world) => world.portal('device', true),
  },
  {
    name: 'has nothing to do, and is idle for too long',
    options: { idleTimeout: 3000, keepalive: 0 },
    run: each(nothing),
  },
  {
    name: 'sends in every turn, as much as there is room for',
    run: each(...[200, 500, 50, 900].map((count) => (line: Line) => line.send(octets(count))), (line) =>
      line.close(),
    ),
  },
  {
    name: 'loses its network while it sends, and has it again',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    run: each(
      (line, world) => (line.send(octets(300)), world.hosts.get('device')!.online(false)),
      (line) => line.send(octets(20)),
      (_line, world) => world.hosts.get('device')!.online(true),
      (line) => line.close(),
    ),
  },
  {
    name: 'closes twice',
    run: each(
      (line) => (line.close(), line.close()),
      (line) => line.close(),
    ),
  },
  {
    name: 'uses TLS, and is reset in its handshake',
    secure: true,
    run: (_line, world) => world.after(50, () => world.reset('device')),
  },
];

export const SCRIPTS: readonly Script[] = [
  ...VARIANTS,
  { name: 'opens, and closes', run: each((line) => line.close()) },
  { name: 'opens, and is dropped', run: each((line) => line.drop()) },
  {
    name: 'sends a message',
    run: each(
      (line) => line.send(octets(20)),
      (line) => line.close(),
    ),
  },
  {
    name: 'sends what takes several segments',
    run: each(
      (line) => line.send(octets(1900)),
      (line) => line.close(),
    ),
  },
  {
    name: 'sends fragments with a ping in between',
    run: each(
      (line) => line.send(octets(10), true),
      (line) => line.ping(),
      (line) => line.send(octets(10)),
      (line) => line.close(),
    ),
  },
  {
    name: 'compresses',
    options: { compression: permessageDeflate() },
    run: each(
      (line) => line.send(octets(1500)),
      (line) => line.send(octets(1500)),
      (line) => line.close(),
    ),
  },
  {
    name: 'pauses while it is answered, and resumes',
    run: each(
      (line) => line.pause(),
      (line) => line.send(octets(400)),
      (line) => line.resume(),
      (line) => line.close(),
    ),
  },
  {
    name: 'keeps alive',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    run: each(
      () => {},
      () => {},
      (line) => line.close(),
    ),
  },
  { name: 'is reset', run: each((line, world) => (line.send(octets(50)), world.reset('device'))) },
  {
    name: 'goes silent',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    run: each((_line, world) => world.silence('device')),
  },
  {
    name: 'uses TLS',
    secure: true,
    run: each(
      (line) => line.send(octets(30)),
      (line) => line.close(),
    ),
  },
  {
    name: 'loses its network while it connects',
    run: (_line, world) => world.after(15, () => world.hosts.get('device')!.online(false)),
  },
];
