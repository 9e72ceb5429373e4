import type { Case } from '../catalogue/case.ts';
import type { Connection } from '../endpoint/connection.ts';
import type { Conductor } from './conductor.ts';
import { CompressedConductor, EchoConductor, RoundsConductor } from './exchanges.ts';
import { ScriptConductor } from './script.ts';

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
