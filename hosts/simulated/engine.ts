import { STATUS_CODES } from 'node:http';
import { connectionErrorOf } from '../../src/failure-text.ts';
import { portableProof } from '../../src/handshake/accept.ts';
import type { Host } from '../../src/host.ts';
import type { SimulatedTCP } from './io/tcp.ts';
import type { TimerModule } from './io/timer.ts';

/** What the engine's functions are made from. */
interface Machine {
  readonly options: {
    readonly runtime?: 'device' | 'node' | undefined;
  };
  readonly Timer: TimerModule;
  readonly TCP: new (options: never) => SimulatedTCP;
  readonly ticks: number;
  word(): number;
  soon(callback: () => void): void;
}

/** What the engine wants of a runtime, as `machine` has it; what callbacks throw goes to `report`. */
export function engineOf(machine: Machine, report: (error: unknown) => void): Host {
  const { runtime = 'device' } = machine.options;
  const base = {
    Timer: machine.Timer,
    now: () => machine.ticks,
    random: () => machine.word(),
    proof: portableProof,
    report,
    failure: (error: number, failed: Parameters<NonNullable<Host['failure']>>[1]) =>
      connectionErrorOf(error, failed, STATUS_CODES),
  };
  if (runtime === 'device') return Object.freeze({ ...base, TCP: machine.TCP });
  const soon = (callback: () => void): void => machine.soon(callback);
  return Object.freeze({ ...base, defer: soon, later: soon });
}
