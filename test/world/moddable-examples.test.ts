/**
 * Examples of the Moddable SDK run in a world as they are. They are the SDK's, and are not here: where `MODDABLE` names one,
 * those that use nothing but what a simulated machine has are run from there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFirmware, MINUTE, SECOND, type SimulatedHost, World } from '../../hosts/simulated/index.ts';

const { MODDABLE = '' } = process.env;
const example = (path: string): string => join(MODDABLE, 'examples', path, 'main.js');

interface Example {
  readonly path: string;
  /** What is there beside the device, before its program begins. */
  readonly around: (world: World) => void;
  /** What the program has to have done after a minute. */
  readonly check: (world: World, device: SimulatedHost) => void;
}

const echoing = (world: World): SimulatedHost => {
  const server = world.host('server', { runtime: 'node' });
  world.everywhere(server);
  return server;
};

/** Lines; a line end that is said by itself makes none. */
const said = (world: World): string[] =>
  world
    .events('trace')
    .map(({ text }) => text)
    .filter((text) => text !== '');

const EXAMPLES: readonly Example[] = [
  {
    path: 'base/timers',
    around: () => {},
    check(world, device) {
      expect(said(world).filter((line) => line.startsWith('repeat'))).toHaveLength(5);
      expect(said(world)).toContain('rescheduled - clear');
      // The one that it unschedules in the end is left to it.
      expect(device.timers.size).toBeLessThanOrEqual(1);
    },
  },
  {
    path: 'io/tcp/websocketclient',
    around: (world) => echoing(world).serve({ onMessage: (peer, data) => peer.send(data) }),
    check(world) {
      const lines = said(world);
      // Two for its own Pings, and one for that of the engine's keepalive.
      expect(lines.filter((line) => line === 'PONG!')).toHaveLength(3);
      expect(lines).toContain('this is a test 1');
      expect(lines.join('')).toContain('this is a test 2this is a test 3');
      expect(lines).toContain('abcdefghijklmnopqrstuvwyxz'.repeat(8));
      expect(lines).toContain('tick 100');
      expect(lines).not.toContain('** Connection Error **');
    },
  },
  {
    path: 'io/tcp/websocketsclient',
    around: (world) =>
      echoing(world).serve({
        certificate: {},
        onOpen(peer) {
          peer.send('{"type":"session.created"}');
          world.after(20 * SECOND, () => peer.close(1000));
        },
      }),
    check: (world) =>
      expect(said(world)).toEqual([
        '{"type":"session.created"}',
        '** Connection Closing **',
        '** Connection Closed **',
      ]),
  },
  {
    path: 'io/listener/simplehttpserver',
    around(world) {
      const asker = world.host('asker');
      world.after(SECOND, () => {
        const { TCP } = asker;
        let isAsked = false;
        new TCP({
          address: world.hosts.get('device')!.address,
          port: 80,
          onWritable(this: { write(octets: ArrayBuffer): void }) {
            if (!isAsked) this.write(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n').buffer);
            isAsked = true;
          },
          onReadable(this: { read(): ArrayBuffer }) {
            asker.say(new TextDecoder().decode(this.read()));
          },
        } as never);
      });
    },
    check(world) {
      const answer = world.text();
      expect(answer).toContain('HTTP/1.1 200 OK');
      expect(answer).toContain('Response 1.');
    },
  },
];

const why = MODDABLE === '' ? ': left out, MODDABLE names no SDK' : '';

test.skipIf(MODDABLE === '').each(EXAMPLES)(`$path, unmodified${why}`, async ({ path, around, check }) => {
  const file = example(path);
  expect(existsSync(file), `${file} is there`).toBe(true);
  const world = new World({ seed: 3, trace: 100_000 });
  around(world);
  const device = world.host('device', { link: { latency: 20 } });
  await loadFirmware(device, file, { manifest: join(file, '..', 'manifest.json') });
  world.run(MINUTE);
  check(world, device);
});
