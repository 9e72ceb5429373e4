import type { ServeOptions } from '../../../hosts/node/serve.ts';
import { permessageDeflate } from '../../../src/deflate/permessage-deflate.ts';
import type { Site } from './site.ts';
import type { Welcome } from './visitor.ts';

/** What a program does with its connection. Octets follow one another in a pattern, so that what comes back can be told. */
export interface Line {
  send(count: number, more?: boolean): void;
  ping(): void;
  close(): void;
  drop(): void;
  pause(): void;
  resume(): void;
}

type Action = (line: Line, site: Site) => void;

/** A script: what happens to a connection, an action a second. */
export interface Script {
  readonly name: string;
  /** Of the client. */
  readonly options?: object;
  readonly serving?: Partial<ServeOptions<never>>;
  /** Nobody listens at its port; or somebody does who says nothing, or nonsense. */
  readonly site?: 'nobody' | 'silent' | 'nonsense';
  /** What whoever comes later gets; default: an echo. */
  readonly welcome?: Welcome;
  /** What the client does as soon as it has begun to connect. */
  readonly early?: 'drop' | 'close';
  /** Nothing ends it. */
  readonly isOpen?: boolean;
  readonly actions: readonly Action[];
}

const nothing: Action = () => {};
const close: Action = (line) => line.close();
const compression = permessageDeflate();

const sends = (...counts: readonly number[]): readonly Action[] =>
  counts.map((count) => (line: Line) => line.send(count));

export const SCRIPTS: readonly Script[] = [
  { name: 'opens, and closes', actions: [close] },
  { name: 'opens, and is dropped', actions: [(line) => line.drop()] },
  ...[0, 125, 126, 2000, 66_000, 400_000].map((count) => ({
    name: `sends ${count} octets`,
    actions: [...sends(count), close],
  })),
  { name: 'sends in every turn', actions: [...sends(200, 500, 50, 900), close] },
  {
    name: 'sends fragments with a ping in between',
    actions: [(line) => line.send(10, true), (line) => line.ping(), (line) => line.send(10), close],
  },
  {
    name: 'compresses',
    options: { compression },
    serving: { compression },
    actions: [...sends(1500, 1500), close],
  },
  {
    name: 'pauses while it is answered, and resumes',
    actions: [(line) => line.pause(), ...sends(400, 70_000), (line) => line.resume(), close],
  },
  {
    name: 'pauses while it is answered, and is reset',
    // What it has not read it has not come to the end of, where that was in order.
    isOpen: true,
    actions: [(line) => line.pause(), ...sends(100_000), (_line, site) => site.reset(), nothing],
  },
  {
    name: 'sends to one who pauses, for too long',
    options: { sendTimeout: 2000 },
    actions: [(_line, site) => site.pause(), ...sends(400_000), nothing, nothing, nothing, close],
  },
  {
    name: 'sends to one who pauses, and resumes',
    actions: [(_line, site) => site.pause(), ...sends(300_000), (_line, site) => site.resume(), close],
  },
  {
    name: 'keeps alive',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    actions: [nothing, nothing, close],
  },
  {
    name: 'keeps alive, and is not answered',
    options: { keepalive: 500, keepaliveTimeout: 1000 },
    actions: [(_line, site) => site.pause(), nothing, nothing],
  },
  { name: 'is idle for too long', options: { idleTimeout: 2000, keepalive: 0 }, actions: [nothing] },
  { name: 'is reset', actions: [(line, site) => (line.send(50), site.reset())] },
  { name: 'is reset while it sends much', actions: [(line, site) => (line.send(400_000), site.reset())] },
  { name: 'finds its peer gone, without a Close', actions: [(line, site) => (line.send(50), site.end())] },
  {
    name: 'is closed by the server',
    actions: [...sends(30), (_line, site) => site.close({ timeout: 1000 })],
  },
  { name: 'is closed by both', actions: [(line, site) => (line.close(), site.close({ timeout: 1000 }))] },
  { name: 'is dropped by the server', actions: [...sends(30), (_line, site) => site.close()] },
  { name: 'closes twice', actions: [(line) => (line.close(), line.close()), close] },
  { name: 'sends, and closes at once', actions: [(line) => (line.send(3000), line.close())] },
  { name: 'sends, and is dropped at once', actions: [(line) => (line.send(3000), line.drop())] },
  { name: 'is dropped while it connects', early: 'drop', actions: [] },
  { name: 'is closed while it connects', early: 'close', actions: [close] },
  { name: 'has nobody to connect to', site: 'nobody', actions: [nothing] },
  { name: 'meets one who says nothing', site: 'silent', actions: [nothing] },
  { name: 'meets one who speaks another protocol', site: 'nonsense', actions: [nothing] },
  { name: 'is refused', welcome: 403, serving: { onRequest: () => ({ status: 403 }) }, actions: [nothing] },
  {
    name: 'is awaited, and let in',
    serving: { onRequest: () => new Promise((resolve) => setTimeout(resolve, 700)) },
    actions: [nothing, ...sends(30), close],
  },
  {
    name: 'is awaited for too long',
    welcome: 500,
    serving: { onRequest: () => new Promise(() => {}), handshakeTimeout: 1500 },
    actions: [nothing, nothing],
  },
  {
    name: 'meets a hook that throws',
    welcome: 500,
    serving: {
      onRequest() {
        throw new Error('a hook');
      },
      onError() {},
    },
    actions: [nothing],
  },
  {
    name: 'finds no room',
    serving: { maxHandshakes: 1, maxConnections: 1 },
    actions: [(_line, site) => site.crowd(), close],
  },
  { name: 'is told what all are told', actions: [(_line, site) => site.broadcast(), nothing, close] },
];
