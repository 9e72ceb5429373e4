import type { Case } from '../catalogue/case.ts';
import type { Connection } from '../endpoint/connection.ts';
import { CompressedConductor, EchoConductor, RoundsConductor } from './exchanges.ts';
import type { Behavior, BehaviorClose, ShownEvent } from './result.ts';
import { ScriptConductor } from './script.ts';
import type { Judgement } from './verdict.ts';

/** Leads one case on one connection and judges what the peer did. */
export interface Conductor {
  onOpen(): void;
  onMessage(payload: Buffer, binary: boolean): void;
  onPong(payload: Buffer): void;
  /** The verdict, given the one on the end of the connection, which may overrule it or be overruled. */
  judge(close: Judgement<BehaviorClose>): {
    readonly behavior: Judgement<Behavior>;
    readonly close: Judgement<BehaviorClose>;
  };
  readonly expected: Readonly<Record<string, readonly ShownEvent[]>>;
  readonly received: readonly ShownEvent[];
}

/** The conductor for a case. `rounds`, when given, lowers the number of compressed messages. */
export function conduct(each: Case, connection: Connection, rounds: number | null): Conductor {
  switch (each.kind) {
    case 'script':
      return new ScriptConductor(each, connection);
    case 'echo':
      return new EchoConductor(each, connection);
    case 'rounds':
      return new RoundsConductor(each, connection);
    case 'compressed':
      return new CompressedConductor(each, connection, Math.min(each.rounds, rounds ?? each.rounds));
  }
}
