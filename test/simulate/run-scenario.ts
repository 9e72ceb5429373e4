import { InjectedFailure, type SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { ClientMachine } from './client-machine.ts';
import { serveGood } from './good-server.ts';
import type { Senders } from './gateway.ts';
import { serveHostile } from './hostile-servers.ts';
import { Judge } from './judge.ts';
import type { FaultPlan, Scenario } from './scenario.ts';
import { Deliberate, type Side } from './side.ts';
import { Statistics } from './statistics.ts';
import { UplinkMachine } from './uplink-machine.ts';

const HOUR = 3_600_000;
/** Time for everything to come to its end, at the end: longer than TCP's patience and every deadline. */
const GRACE = 600_000;

export interface Outcome {
  readonly faults: Judge['found'];
  readonly statistics: Statistics;
  readonly digest: string;
  /** The world, for whoever wants its trace. */
  readonly world: World;
}

/** Runs a scenario to its end and says what was wrong. */
export function runScenario(scenario: Scenario, trace = 0): Outcome {
  const judge = new Judge(() => world.now);
  const statistics = new Statistics();
  const sides = new Map<string, Side>();
  const senders: Senders = new Map();
  const world = new World({
    seed: scenario.seed,
    trace,
    onUncaught(host, error) {
      if (error instanceof Deliberate || error instanceof InjectedFailure) return;
      judge.fault(host.name, `uncaught: ${String((error as Error)?.stack ?? error)}`);
    },
  });
  const good: SimulatedHost[] = [];
  /** What each good server calls when it loses its program. */
  const programs = new Map<string, () => void>();
  for (const plan of scenario.servers) {
    const { name, kind, runtime } = plan;
    // Who reads nothing is soon full.
    const receiveWindow = kind === 'good' ? 8192 : 1436;
    const host = world.host(name, { runtime, link: { latency: 5 }, receiveWindow });
    if (kind !== 'good') serveHostile(world, host, kind);
    else {
      good.push(host);
      host.run(() => programs.set(name, serveGood(world, host, plan, judge, statistics, sides, senders)));
    }
  }
  const machines = new Map<string, ClientMachine | UplinkMachine>();
  for (const plan of scenario.clients) {
    const { name, runtime, link, sendWindow, receiveWindow, losesUnread } = plan;
    const host = world.host(name, { runtime, link, sendWindow, receiveWindow, losesUnread });
    const isServerGood = good.some(({ name }) => name === plan.server);
    const machine =
      plan.face === 'Uplink'
        ? new UplinkMachine(world, host, plan, judge, statistics, senders, isServerGood)
        : new ClientMachine(world, host, plan, judge, statistics, sides, isServerGood);
    machines.set(name, machine);
    host.run(() => machine.boot());
  }
  for (const fault of scenario.faults) world.at(fault.time, () => apply(world, machines, programs, fault));
  world.run(scenario.hours * HOUR);
  for (const machine of machines.values()) machine.stop();
  world.run(GRACE);
  for (const machine of machines.values()) {
    checkLeft(judge, machine.host);
    if (machine instanceof UplinkMachine) machine.checkKept();
  }
  for (const host of good) checkLeft(judge, host);
  statistics.faults = world.faults;
  return { faults: judge.found, statistics, digest: world.digest, world };
}

function checkLeft(judge: Judge, { name, sockets, timers, misuses }: SimulatedHost): void {
  judge.check(sockets.size === 0, name, `${sockets.size} sockets are left at the end`);
  judge.check(timers.size === 0, name, `${timers.size} timers are left at the end`);
  for (const misuse of misuses) judge.fault(name, misuse);
}

/** Lets a fault happen. Those that last may overlap; the first that ends ends them all. */
function apply(
  world: World,
  machines: ReadonlyMap<string, ClientMachine | UplinkMachine>,
  programs: ReadonlyMap<string, () => void>,
  { kind, host: name, amount }: FaultPlan,
): void {
  const host = world.hosts.get(name);
  if (host === undefined) return;
  const machine = machines.get(name);
  const server = machine?.plan.server ?? name;
  const spell = (begin: () => void, end: () => void): void => {
    begin();
    world.after(amount, end);
  };
  switch (kind) {
    case 'wifi':
      return spell(
        () => host.online(false),
        () => host.online(true),
      );
    case 'reset':
      return world.reset(host);
    case 'silence':
      return world.silence(host);
    case 'partition':
      return spell(
        () => world.partition(host, server),
        () => world.repair(host, server),
      );
    case 'hold':
      return spell(
        () => world.hold(host, server),
        () => world.release(host, server),
      );
    case 'names':
      return spell(
        () => world.names(host, false),
        () => world.names(host, true),
      );
    case 'portal':
      return spell(
        () => world.portal(host, true),
        () => world.portal(host, false),
      );
    case 'memory':
      return spell(
        () => world.memoryShort(host, true),
        () => world.memoryShort(host, false),
      );
    case 'random':
      return spell(
        () => world.randomFails(host, true),
        () => world.randomFails(host, false),
      );
    case 'power':
      if (!host.isUp) return;
      machine?.lost();
      programs.get(name)?.();
      return host.powerCycle(amount);
    case 'restart':
      machine?.lost();
      programs.get(name)?.();
      return host.restart(amount);
    case 'clock':
      if (machine !== undefined) machine.jumpedAt = world.now;
      return host.jump(amount);
    case 'call': {
      let left = amount;
      // Timers are let fail elsewhere, where a program looks for it.
      return host.failCalls((_call, called) => !called.startsWith('Timer') && left-- === 0);
    }
  }
}
