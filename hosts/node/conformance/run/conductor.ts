import type { Behavior, BehaviorClose, ShownEvent } from './result.ts';
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
