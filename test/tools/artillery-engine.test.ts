/** The engine for Artillery, in a runner that does what Artillery's does: `npm run fleet` runs it in the real one. */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, expect, test } from 'vitest';
import { echoEvents, Echo } from '../../hosts/node/cli/echo.ts';
import * as node from '../../hosts/node/index.ts';
import { type ListeningServer, serve, type ServeOptions } from '../../hosts/node/serve.ts';
import * as uplinks from '../../hosts/node/uplink.ts';

interface Context {
  readonly vars: Record<string, unknown>;
}
type Done = (error: Error | null, context: Context) => void;
type Run = (context: Context, done: Done) => void;
interface EngineClass {
  ringlet: () => Promise<object>;
  new (
    script: object,
    events: EventEmitter,
    helpers: object,
  ): {
    createScenario(scenario: object, events: EventEmitter): Run;
  };
}

const Engine = createRequire(import.meta.url)(
  '../../tools/artillery-engine-ringlet/index.cjs',
) as EngineClass;
Engine.ringlet = async () => ({ ...node, ...uplinks });

/** What the engine uses of Artillery's `engine_util`, as its source has it. */
const helpers = {
  template(value: unknown, { vars }: Context): unknown {
    if (typeof value === 'string')
      return value.replace(/{{\s*(\w+)\s*}}/g, (_all, name: string) => String(vars[name]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, helpers.template(inner, { vars: { ...vars } })]),
    );
  },
  createThink:
    ({ think }: { think: number }) =>
    (context: Context, done: Done) =>
      setTimeout(() => done(null, context), think * 1000),
  createLoopWithCount:
    (count: number, steps: Run[]) =>
    (context: Context, done: Done): void => {
      const next = (turn: number, at: number): void => {
        if (turn === count) return done(null, context);
        if (at === steps.length) return next(turn + 1, 0);
        steps[at](context, (error) => (error === null ? next(turn, at + 1) : done(error, context)));
      };
      next(0, 0);
    },
};

interface Report {
  readonly counters: Record<string, number>;
  readonly histograms: Record<string, number[]>;
  readonly errors: string[];
  readonly failure: Error | null;
}

const servers: ListeningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function echoServer(options: Partial<ServeOptions<Echo>> = {}): Promise<string> {
  const server = await serve<Echo>({
    host: '127.0.0.1',
    port: 0,
    events: echoEvents,
    transmitBuffer: Echo.transmitBuffer,
    accept: () => new Echo(),
    ...options,
  });
  servers.push(server);
  return `ws://127.0.0.1:${server.port}/`;
}

/** One virtual user of a flow, to its end. */
async function user(target: string, flow: unknown[], options?: object, rest: object = {}): Promise<Report> {
  const events = new EventEmitter();
  const counters: Record<string, number> = {};
  const histograms: Record<string, number[]> = {};
  const errors: string[] = [];
  events.on('counter', (name: string, more: number) => (counters[name] = (counters[name] ?? 0) + more));
  events.on('histogram', (name: string, value: number) => (histograms[name] ??= []).push(value));
  events.on('error', (code: string) => errors.push(code));
  const config = { target, engines: { ringlet: options }, ...rest };
  const run = new Engine({ config }, events, helpers).createScenario({ name: 'test', flow }, events);
  const failure = await new Promise<Error | null>((resolve) => run({ vars: { hat: 'red' } }, resolve));
  return { counters, histograms, errors, failure };
}

test('a device streams, and every record is acknowledged by its echo', async () => {
  const flow = [{ connect: 10 }, { stream: { rate: 200, seconds: 0.1, octets: 64 } }, { drain: 10 }];
  const { counters, histograms, errors, failure } = await user(await echoServer(), flow);
  expect(failure).toBe(null);
  expect(errors).toEqual([]);
  expect(counters).toMatchObject({
    'ringlet.connects': 1,
    'ringlet.posted': 20,
    'ringlet.sent': 20,
    'ringlet.octets_sent': 20 * 64,
    'ringlet.received': 20,
    'ringlet.acknowledged': 20,
    'ringlet.unacknowledged': 0,
    // What is read first stands there as 0, too.
    'ringlet.reconnects': 0,
    'ringlet.dropped': 0,
  });
  expect(counters['ringlet.lost']).toBe(undefined);
  expect(histograms['ringlet.round_trip']).toHaveLength(20);
  expect(histograms['ringlet.connect_time']).toHaveLength(1);
});

test('a network that is lost costs a connection and no record', async () => {
  const flow = [
    { connect: 10 },
    { outage: 0.05 },
    { loop: [{ post: { color: '{{ hat }}' } }], count: 5 },
    { drain: 10 },
  ];
  const { counters, failure } = await user(await echoServer(), flow, { backoffBase: 10 });
  expect(failure).toBe(null);
  expect(counters).toMatchObject({
    'ringlet.connects': 1,
    'ringlet.reconnects': 1,
    'ringlet.lost': 1,
    'ringlet.loss.error_703': 1,
    'ringlet.posted': 5,
    'ringlet.acknowledged': 5,
    'ringlet.unacknowledged': 0,
  });
});

test('what has no room is dropped, and no round trip is measured of it', async () => {
  // {"record":9,"text":"x"} takes 40 octets with its head of 16, so that 25 of 40 fit before there is a connection.
  const flow = [{ loop: [{ post: 'x' }], count: 40 }, { drain: 10 }];
  const { counters, histograms } = await user(await echoServer(), flow, { memory: 1024 });
  expect(counters).toMatchObject({
    'ringlet.posted': 40,
    'ringlet.dropped': 15,
    'ringlet.acknowledged': 25,
  });
  expect(histograms['ringlet.round_trip']).toHaveLength(25);
});

test('what is never acknowledged is counted, and an error of the flow', async () => {
  const silent = { ...echoEvents, onData(): void {} };
  const flow = [{ connect: 10 }, { post: 'x' }, { drain: 0.1 }];
  const { counters, errors, failure } = await user(await echoServer({ events: silent }), flow);
  expect(failure).toMatchObject({ code: 'ringlet.not_drained' });
  expect(errors).toEqual(['ringlet.not_drained']);
  expect(counters).toMatchObject({ 'ringlet.posted': 1, 'ringlet.unacknowledged': 1 });
});

test('a device that is refused for good gives up, and says why', async () => {
  const target = await echoServer({ onRequest: () => ({ status: 401 }) });
  const { counters, errors, failure } = await user(target, [{ connect: 10 }, { post: 'x' }]);
  expect(failure).toMatchObject({ code: 'ringlet.gave_up.http_401' });
  expect(errors).toEqual(['ringlet.gave_up.http_401']);
  expect(counters).toMatchObject({
    'ringlet.connects': 0,
    'ringlet.acknowledged': 0,
    'ringlet.failed_attempts': 1,
    'ringlet.loss.http_401': 1,
  });
});

test('no connection in time is an error of the flow', async () => {
  const target = await echoServer();
  await servers.pop()!.close();
  const { errors } = await user(target, [{ connect: 0.2 }]);
  expect(errors).toEqual(['ringlet.no_connection']);
});

test('functions of the processor see the device, with a callback or a promise', async () => {
  const seen: unknown[] = [];
  const processor = {
    first: (context: Context, _events: EventEmitter, done: () => void): void => {
      seen.push(typeof (context as unknown as { ringlet: { post: unknown } }).ringlet.post);
      done();
    },
    second: async (): Promise<void> => void seen.push('second'),
    third: async (): Promise<void> => Promise.reject(new Error('third')),
  };
  const flow = [{ function: 'first' }, { function: 'second' }, { think: 0.01 }, { function: 'third' }];
  const { failure } = await user(await echoServer(), flow, undefined, { processor });
  expect(seen).toEqual(['function', 'second']);
  expect(failure?.message).toBe('third');
});

test.each<[string, object, unknown[]]>([
  ['config.engines.ringlet.memry is unknown', { memry: 1 }, [{ connect: 1 }]],
  ['config.engines.ringlet.keep has to be', { keep: 'always' }, [{ connect: 1 }]],
  ['unknown step', {}, [{ conect: 1 }]],
  ['stream: rate and seconds are needed', {}, [{ stream: { rate: 1 } }]],
  ['stream.rate cannot be -1', {}, [{ stream: { rate: -1, seconds: 1 } }]],
  ['stream.size is unknown', {}, [{ stream: { rate: 1, seconds: 1, size: 3 } }]],
  ['drain: seconds are needed', {}, [{ drain: true }]],
  ['a flow with at least one step is needed', {}, []],
  ['config.engines.ringlet.transmitBuffer has to be', { transmitBuffer: 300 }, [{ connect: 1 }]],
  ['config.engines.ringlet.memory has to be', { memory: 0.5 }, [{ connect: 1 }]],
  ['config.engines.ringlet.headers has to be', { headers: [['a', 'b']] }, [{ connect: 1 }]],
  ['config.engines.ringlet.headers has to be', { headers: { a: { b: 1 } } }, [{ connect: 1 }]],
  ['drain cannot stand in the same step as connect', {}, [{ connect: 1, drain: 1 }]],
  ['while cannot stand in the same step as loop', {}, [{ loop: [{ connect: 1 }], while: 'x' }]],
  ['loop: a list of steps is needed', {}, [{ loop: [], count: 2 }]],
  ['unknown step', {}, [{ loop: [{ conect: 1 }], count: 2 }]],
  ['log: a text is needed', {}, [{ log: 5 }]],
  ['think: seconds are needed', {}, [{ think: null }]],
  ['function: the name', {}, [{ function: null }]],
  ['unknown step', {}, ['connect']],
  ['unknown step', {}, [null]],
])('a script that cannot be meant is refused before the first device: %s', async (message, options, flow) => {
  await expect(user('ws://127.0.0.1:9/', flow, options)).rejects.toThrow(message);
});

test.each(['http://127.0.0.1/', 'ws://', 'ws://host:99999/', '127.0.0.1', undefined])(
  'a target that is no WebSocket is refused before the first device: %s',
  async (target) => {
    await expect(user(target as string, [{ connect: 1 }])).rejects.toThrow('ws:// or wss://');
  },
);
