/** What the target table says of figures; the figures themselves are nobody's test. */
import { expect, test } from 'vitest';

interface Row {
  readonly name: string;
  readonly ratio: number | null;
  readonly floor: number;
  readonly goal: number;
  readonly lowerIsBetter: boolean;
  readonly met: boolean | null;
  readonly goalMet: boolean | null;
  readonly reason?: string;
}

interface Peer {
  readonly name: string;
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const { neededScenes, targetTable } = (await import('../../bench/targets.mjs' as string)) as {
  neededScenes: ReadonlySet<string>;
  targetTable(scenes: ReadonlyMap<string, { peers: readonly Peer[] }>, xs: object): readonly Row[];
};

const { scenesOf } = (await import('../../bench/plan/index.mjs' as string)) as {
  scenesOf(context: object): readonly { readonly id: string }[];
};

/** A peer that took the same in each round. */
const peer = (name: string, value: number): Peer => ({
  name,
  values: [value, value, value],
  median: value,
  low: value,
  high: value,
});

const none = { works: [], engine: { bits: 32 } };

function rowOf(name: string, scenes: Record<string, readonly Peer[]>, xs: object = none): Row {
  const measured = new Map(Object.entries(scenes).map(([id, peers]) => [id, { peers }]));
  const row = targetTable(measured, xs).find((one) => one.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

test('every row has a floor and a goal that is no easier, and a verdict or a reason', () => {
  for (const { name, floor, goal, lowerIsBetter, met, reason } of targetTable(new Map(), none)) {
    expect(lowerIsBetter ? floor >= goal : floor <= goal, name).toBe(true);
    expect(met, name).toBe(null);
    expect(reason, name).not.toBe(undefined);
  }
});

test('a run with --targets has the scenes that the rows need', () => {
  const scenes = scenesOf({ port: 0, isTargets: true, isGrowth: false, hasCurves: false, wslay: true });
  expect(scenes.map(({ id }) => id)).toEqual(expect.arrayContaining([...neededScenes]));
});

test('a ratio and a count stand by floor and goal', () => {
  const fast = { 'receive/text-16': [peer('ringlet', 10), peer('ws', 130)] };
  expect(rowOf('Node receive, text 16 B', fast)).toMatchObject({ ratio: 13, met: true, goalMet: false });
  const counted = { ...none, ramPerConnection: 1201, bytecode: 26000 };
  expect(rowOf('RAM per connection on 32-bit XS without its buffers, octets', {}, counted).met).toBe(false);
  expect(rowOf('bytecode of the client module, octets', {}, counted).goalMet).toBe(true);
});

test('a share of the ceiling is never above 1', () => {
  const name = 'share of the raw onread ceiling, binary 1 KiB';
  const shareAt = (cost: number): Row => rowOf(name, { 'ceiling/receive-1024': [peer('ringlet', cost)] });
  expect(shareAt(1.25)).toMatchObject({ ratio: 0.8, met: false });
  expect(shareAt(1)).toMatchObject({ ratio: 1, met: true, goalMet: true });
  expect(shareAt(0.9)).toMatchObject({ ratio: null, met: null });
  expect(shareAt(0.9).reason).toContain('unsteady');
});

test('the round trip is compared with the bare socket, and with ws for information', () => {
  const name = 'echo round trip, p50, 100 B';
  const scenes = { 'ceiling/echo-100': [peer('ringlet', 1.05)] };
  expect(rowOf(name, scenes)).toMatchObject({ ratio: 1.05, met: true, goalMet: false });
  const both = { ...scenes, 'echo/100': [peer('ringlet', 90), peer('ws', 100)] };
  expect(rowOf(name, both)).toMatchObject({ ratio: 1.05, reason: '0.90 compared with ws' });
});

test('the WebSocket of the web is compared with ws, and with undici for information', () => {
  const name = 'WebSocket of the web, send, strings of 125 B';
  const own = [peer('ringlet', 10), peer('ws', 25)];
  expect(rowOf(name, { 'websocket/send-text-125': own })).toMatchObject({
    ratio: 2.5,
    met: true,
    goalMet: false,
  });
  const all = { 'websocket/send-text-125': [...own, peer('undici', 80)] };
  expect(rowOf(name, all)).toMatchObject({ ratio: 2.5, reason: '8.0 compared with undici' });
});
