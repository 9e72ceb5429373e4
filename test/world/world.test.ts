/** What a world promises whoever tests in it: runs that come again, time, what is thrown, traces. */
import { expect, test } from 'vitest';
import { DAY, HOUR, InjectedFailure, MINUTE, SECOND, World } from '../../hosts/simulated/index.ts';
import { dial } from './support/dial.ts';

/** Two hours of terrible weather for two machines that connect again and again. */
function hours(seed: number): World {
  const world = new World({
    seed,
    link: { latency: 30, jitter: 40, loss: 0.02, segment: [1, 1436] },
    trace: 1e6,
  });
  world.host('server', {
    runtime: 'node',
    main: (host) => host.serve({ onMessage: (peer, data) => peer.send(data) }),
  });
  for (const name of ['one', 'two']) {
    const host = world.host(name, {
      main(machine) {
        const connect = (): void => {
          const dialled = dial(world, machine, 'server', {}, 'ws', () => {
            machine.Timer.clear(timer);
            machine.Timer.set(connect, 2000);
          });
          const timer = machine.Timer.repeat(() => {
            if (dialled.told.length === 1) dialled.send(`${machine.ticks}`);
          }, 10 * SECOND);
        };
        connect();
      },
    });
    world.weather(host, 'terrible');
  }
  world.weather('server', { restart: 3, downtime: [SECOND, 30 * SECOND] });
  world.run(2 * HOUR);
  return world;
}

test('the same seed is the same run, to the octet; another seed is another', () => {
  const [first, again, other] = [hours(1), hours(1), hours(2)];
  expect(again.text()).toBe(first.text());
  expect(again.digest).toBe(first.digest);
  expect(other.digest).not.toBe(first.digest);
  // Otherwise there was nothing to compare.
  expect(first.delivered().length).toBeGreaterThan(300);
  expect(Object.keys(first.faults)).toEqual(
    expect.arrayContaining(['wifi', 'reset', 'silence', 'restart', 'names', 'timeout', 'refused']),
  );
});

test('forks of chance differ, and do not depend on what was drawn before', () => {
  const words = (seed: number): number[] => {
    const { random } = new World({ seed });
    return [random.word(), random.fork('a').word(), random.fork('b').word(), random.word()];
  };
  expect(words(1)).toEqual(words(1));
  const all = [...words(1), ...words(2)];
  expect(new Set(all).size).toBe(all.length);
  const late = new World({ seed: 1 }).random;
  for (let i = 0; i < 100; i++) late.word();
  expect(late.fork('a').word()).toBe(words(1)[1]);
});

test('time passes as far as it is asked to, also where nothing happens, and what is due at its end is done', () => {
  const world = new World();
  const done: number[] = [];
  world.at(10, () => done.push(world.now));
  world.after(5, () => done.push(world.now));
  world.run(10);
  expect([done, world.now]).toEqual([[5, 10], 10]);
  world.run(DAY);
  expect(world.now).toBe(DAY + 10);
  expect(world.runUntil(() => world.now > DAY + 20, 50)).toBe(true);
  expect(world.runUntil(() => false, 50)).toBe(false);
});

test('what a program throws is thrown by run, or goes to onUncaught', () => {
  const main = ({ Timer }: { Timer: { set(callback: () => void, delay: number): unknown } }): void => {
    Timer.set(() => {
      throw new Error('firmware');
    }, 100);
  };
  const world = new World();
  world.host('device', { main });
  world.run(99);
  expect(() => world.run(100)).toThrow('firmware');
  expect(world.events('uncaught')).toMatchObject([{ time: 100, from: 'device', text: 'firmware' }]);
  const errors: string[] = [];
  const other = new World({
    onUncaught: (host, error) => errors.push(`${host.name} ${(error as Error).message}`),
  });
  other.host('device', { main });
  other.run(SECOND);
  expect(errors).toEqual(['device firmware']);
});

test('programs with promises go on between two happenings', async () => {
  const world = new World();
  const times: number[] = [];
  world.host('device', {
    async main({ Timer }) {
      const sleep = (delay: number) => new Promise<void>((resolve) => Timer.set(() => resolve(), delay));
      await sleep(HOUR);
      times.push(world.now);
      await sleep(HOUR);
      times.push(world.now);
    },
  });
  await world.play(DAY);
  expect(times).toEqual([HOUR, 2 * HOUR]);
});

test('counters of milliseconds wrap, and a jump moves them and the date', () => {
  const world = new World({ date: 1000 });
  const device = world.host('device', { ticks: 2 ** 32 - 50 });
  world.run(100);
  expect([device.ticks, device.date(), device.time.ticks]).toEqual([50, 1100, 50]);
  device.jump(-70);
  expect([device.ticks, device.date(), device.time.ticks]).toEqual([2 ** 32 - 20, 1030, -20]);
  device.powerCycle(10);
  world.run(30);
  expect(device.ticks).toBe(2 ** 32 - 30);
});

test('calls of the host fail as a test says: by number, by name, and what allocates while memory is short', () => {
  const world = new World();
  const device = world.host('device');
  const before = device.calls;
  device.failCalls((call) => call === before + 2);
  device.Timer.set(() => {}, 1);
  expect(() => device.Timer.set(() => {}, 1)).toThrow(InjectedFailure);
  device.failCalls((_call, name) => name === 'random');
  expect(() => device.engine.random()).toThrow('random');
  device.failCalls(undefined);
  world.memoryShort(device, true);
  expect(() => dial(world, device, 'device')).toThrow('memory is short');
  // What was made before memory ran short is not left behind.
  world.run(MINUTE);
  expect([device.timers.size, device.sockets.size]).toEqual([0, 0]);
});

test('what anybody wrote stands on one line of the trace and is obeyed by nothing, in text and on the page', () => {
  const world = new World();
  const evil =
    '</title><script>alert(1)</script>\u0000\u001b[31m\u009b\r\n00:00:09.000  fake\u2028\u202e\ud800 \u{1f600}';
  const bell = Uint8Array.from('HTTP/1.1 400 \u0007\u009b2J\r\n\r\n', (character) => character.charCodeAt(0));
  const server = world.host('ser\nver');
  server.serve({ onRequest: () => ({ status: 403, reason: 'No' }) });
  const device = world.host('device');
  device.say(evil);
  device.say(`${'x'.repeat(53)}\u{1f600}\u{1f600}`);
  world.note(evil, device);
  world.trace.octets({ id: 9, route: { client: device, server } } as never, 1, bell, 0, 0);
  expect(world.text().split('\n').length).toBe(world.events().length + 1);
  expect(world.text()).toMatch(
    /device {2}trace .*\\u0000\\u001b\[31m\\u009b\\r\\n00:00:09\.000 {2}fake\\u2028\\u202e\\ud800 \u{1f600}$/mu,
  );
  expect(world.text()).toContain('ser\\nver → device #9  http HTTP/1.1 400 \\u0007\\u009b2J (0 ms)');
  for (const shown of [world.text().replaceAll('\n', ''), world.page(evil).replaceAll('\n', '')])
    expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
  expect(world.page(evil)).not.toMatch(/<script/);
  expect(world.page()).not.toMatch(/\p{Surrogate}/u);
  // What the program said is kept as it was.
  expect(world.events('trace')[0]?.text).toBe(evil);
});

test('the digest is that of the whole trace: what programs say is in it, and on which machine', () => {
  const digestOf = (name: string, text: string): string => {
    const world = new World();
    const machines = ['a', 'b'].map((each) => world.host(each));
    machines.find((machine) => machine.name === name)?.say(text);
    return world.digest;
  };
  expect(new Set([digestOf('a', 'one'), digestOf('a', 'two'), digestOf('b', 'one')]).size).toBe(3);
  expect(digestOf('a', 'one')).toBe(digestOf('a', 'one'));
});

test('what one end does stands in the trace as an arrow from that end', () => {
  const world = new World();
  const server = world.host('server');
  server.serve({});
  const { client } = dial(world, world.host('device'), 'server');
  world.run(SECOND);
  client.close();
  world.run(MINUTE);
  const ends = world.events('finish').map(({ from, to }) => `${from} → ${to}`);
  expect(ends.sort()).toEqual(['device → server', 'server → device']);
});

test('a trace shows what went over the wire, and a page of it stands alone and obeys no octet', () => {
  const world = new World();
  world.host('server').serve({ onMessage: (peer, data) => peer.send(data) });
  const { send } = dial(world, world.host('device'), 'server');
  world.run(SECOND);
  send('<b>\u001b[31m\u202e"&');
  world.run(SECOND);
  world.note('half-time', 'device');
  const lines = world.text().split('\n');
  expect(lines).toContain('00:00:00.060  server → device #1  http HTTP/1.1 101 Switching Protocols (10 ms)');
  expect(
    lines.some((line) =>
      /device → server #1 {2}frame text 13 "<b>\\u001b\[31m\\u202e\\"&" \(10 ms\)$/.test(line),
    ),
  ).toBe(true);
  const page = world.page('A <title>');
  expect(page).not.toMatch(/<b>|\u001b|\u202e|<script|https?:\/\//);
  expect(page).toContain('&#60;b&#62;');
  expect(page).toContain('A &#60;title&#62;');
  expect(page.match(/marker-end/g)!.length).toBe(world.events().filter(({ to }) => to !== '').length);
});
