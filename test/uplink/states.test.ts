/** An uplink under random commands, from outside and from inside of every callback: what may never be, and what has to come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import type { Loss } from '../../src/uplink/failure.ts';
import type { Prepared } from '../../src/uplink/options.ts';
import { UplinkError } from '../../src/uplink/failure.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import { SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import type { Uplink } from '../../src/uplink/uplink.ts';
import { words } from '../support/random.ts';
import { Bench, type ScriptedLink } from './scripted-link.ts';

const METHODS = ['start', 'stop', 'networkLost', 'networkBack'] as const;
type Method = (typeof METHODS)[number];

const LONGEST_BACKOFF = 1000;
const PREPARE_TIMEOUT = 700;
const STOP_TIMEOUT = 300;
/** Longer than everything that an uplink waits for between two attempts. */
const LONG_ENOUGH = 40_000;

const LOSSES: readonly Partial<Loss>[] = [
  { error: ErrorId.connectFailed },
  { error: ErrorId.transportReset, closeCode: 1006 },
  { closeCode: 1000 },
  { closeCode: 1012 },
  { closeCode: 1013 },
  { error: ErrorId.httpStatus, httpStatus: 503, retryAfter: '2' },
  { error: ErrorId.httpStatus, httpStatus: 401 },
];

const method = fc.constantFrom(...METHODS);
const command = fc.oneof(
  { weight: 6, arbitrary: method },
  { weight: 4, arbitrary: fc.record({ wait: fc.constantFrom(0, 1, 50, 400, 2500, 12_000) }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('open' as const, 'receive' as const, 'post' as const, 'take' as const),
  },
  { weight: 3, arbitrary: fc.record({ over: fc.nat(LOSSES.length - 1) }) },
  { weight: 2, arbitrary: fc.constantFrom('answer' as const, 'refuse' as const) },
);
/** What callbacks do, one after the other: mostly nothing. */
const inside = fc.array(fc.option(method, { freq: 2, nil: undefined }), { maxLength: 30 });

const isAlive = (link: ScriptedLink | undefined): link is ScriptedLink =>
  link !== undefined && !link.isDropped && !link.isOver;

describe.each([true, false])('an uplink that asks a hook: %s', (asks) => {
  test('keeps its rules, whatever is called from wherever', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), inside, (commands, script) => {
        let isWanted = false;
        let isDown = false;
        let answers: Prepared[] = [];
        let at = 0;
        const call = (uplink: Uplink, name: Method): void => {
          if (name === 'start') isWanted = true;
          else if (name === 'stop') isWanted = false;
          else isDown = name === 'networkLost';
          uplink[name]();
        };
        const act = (uplink: Uplink): void => {
          const name = script[at++];
          if (name !== undefined) call(uplink, name);
        };
        const prepare = function (this: Uplink, done: Prepared): void {
          answers.push(done);
          act(this);
        };
        let state = 'idle';
        let links = 0;
        const outbox = new Outbox({ memory: 1024, keep: 'acknowledged' }, { now: () => 0, random: words(3) });
        const bench = new Bench({
          outbox,
          backoffLongest: LONGEST_BACKOFF,
          prepareTimeout: PREPARE_TIMEOUT,
          stopTimeout: STOP_TIMEOUT,
          maxAge: 20_000,
          minUptime: 5000,
          onChange(change) {
            expect(change.from).toBe(state);
            ({ state } = change);
            expect(this.state).toBe(state);
            if (state === 'connecting') expect([isWanted, isDown]).toEqual([true, false]);
            if (state === 'waiting' && change.delay < 0) expect(isDown).toBe(true);
            if (state === 'stopped') isWanted = false;
            act(this);
          },
          onData() {
            act(this);
          },
          onAcknowledged() {
            act(this);
          },
          isFinal({ httpStatus }) {
            act(this);
            return httpStatus === 401;
          },
          ...(asks ? { prepare } : {}),
        });
        const check = (): void => {
          // Attempts are made while there is somebody who wants one, and a network: no more than one at a time, see `Bench`.
          if (bench.links.length > links) expect(isDown && isAlive(bench.link)).toBe(false);
          links = bench.links.length;
          expect(bench.host.reports).toEqual([]);
          expect(bench.host.timers).toBeLessThanOrEqual(1);
        };
        for (const each of commands) {
          const { uplink, link } = bench;
          if (typeof each === 'object' && 'wait' in each) bench.host.wait(each.wait);
          else if (typeof each === 'object') {
            if (isAlive(link)) link.over(LOSSES[each.over]);
          } else if (each === 'open') {
            if (isAlive(link) && uplink.state === 'connecting') link.open(SUBPROTOCOL);
          } else if (each === 'receive') {
            if (isAlive(link) && uplink.state === 'open')
              link
                .receive(Uint8Array.of(3, 0, 0, 0, outbox.nextNumber - 1, 0, 0, 0))
                .receive(Uint8Array.of(9));
          } else if (each === 'post') uplink.post(Uint8Array.of(1));
          else if (each === 'take') {
            if (isAlive(link) && uplink.state === 'open') link.take();
          } else if (each === 'answer') answers.shift()?.(undefined, { path: '/' });
          else if (each === 'refuse') answers.shift()?.(new Error('no token'));
          else call(uplink, each);
          check();
        }
        // It comes back by itself as long as it is wanted, and stays away if it is not.
        script.length = 0;
        const before = bench.links.length;
        if (bench.link?.closeCode && isAlive(bench.link)) bench.link.over();
        for (let i = 0; i < 2; i++) {
          answers = [];
          bench.host.wait(LONG_ENOUGH);
          for (const answer of answers) answer(undefined, { path: '/' });
          bench.host.wait(1);
        }
        const isThere = isAlive(bench.link) || bench.links.length > before || answers.length > 0;
        expect(isThere && bench.uplink.state !== 'stopped').toBe(isWanted && !isDown);
        bench.uplink.stop();
        if (isAlive(bench.link) && bench.link.closeCode) bench.link.over();
        bench.host.wait(STOP_TIMEOUT);
        expect(['idle', 'stopped']).toContain(bench.uplink.state);
        expect([bench.host.timers, bench.host.reports]).toEqual([0, []]);
        expect(isAlive(bench.link)).toBe(false);
      }),
      { seed: 17, numRuns: 3000 },
    );
  });
});

test('networkBack from the callback that says that it connects makes no second connection', () => {
  const bench = new Bench({
    onChange({ state }) {
      if (state === 'connecting') this.networkBack();
    },
  }).start();
  bench.host.wait(LONG_ENOUGH);
  expect([bench.links.length, bench.path]).toEqual([1, 'connecting']);
});

test('a start without a network, while the Close of a stop is on its way, waits for the network', () => {
  const bench = new Bench().start();
  bench.link.open();
  bench.uplink.stop();
  bench.uplink.networkLost();
  bench.uplink.start();
  bench.link.over({ closeCode: 1000 });
  bench.host.wait(LONG_ENOUGH);
  expect([bench.links.length, bench.uplink.state, bench.uplink.loss?.error]).toEqual([
    1,
    'waiting',
    UplinkError.networkLost,
  ]);
  bench.uplink.networkBack();
  bench.host.wait(LONG_ENOUGH);
  expect(bench.links.length).toBe(2);
});
