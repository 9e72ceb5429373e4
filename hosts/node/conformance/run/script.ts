import type { ScriptCase } from '../catalogue/case.ts';
import { materialize, type CaseEvent } from '../catalogue/notation.ts';
import type { Connection } from '../endpoint/connection.ts';
import { payloadText } from '../endpoint/wire-log.ts';
import type { Conductor } from './conductor.ts';
import type { Behavior, BehaviorClose, ShownEvent } from './result.ts';
import { takeSteps } from './steps.ts';
import type { Judgement } from './verdict.ts';

/** Octets of an event's payload that a report shows. */
const shownLength = 64;

type Observed =
  readonly ['message', Buffer, boolean] | readonly ['pong', Buffer] | readonly ['timeout', string];

const shown = ([kind, content, binary]: Observed): ShownEvent => {
  const words = typeof content === 'string' ? content : payloadText(content, shownLength);
  return kind === 'message' ? [kind, words, binary!] : [kind, words];
};

const observable = (event: CaseEvent): Observed => {
  if (event[0] === 'timeout') return event;
  return event[0] === 'pong' ? ['pong', materialize(event[1])] : ['message', materialize(event[1]), event[2]];
};

const same = (left: Observed, right: Observed): boolean =>
  left[0] === right[0] &&
  left[2] === right[2] &&
  (typeof left[1] === 'string' || typeof right[1] === 'string'
    ? left[1] === right[1]
    : left[1].equals(right[1]));

/** Sends what a script says and holds the events that follow against the outcomes of the case. */
export class ScriptConductor implements Conductor {
  readonly #case: ScriptCase;
  readonly #connection: Connection;
  readonly #outcomes: readonly (readonly [Behavior, readonly Observed[]])[];
  readonly #received: Observed[] = [];

  constructor(each: ScriptCase, connection: Connection) {
    this.#case = each;
    this.#connection = connection;
    this.#outcomes = Object.entries(each.outcomes).map(([verdict, events]) => [
      verdict as Behavior,
      events.map(observable),
    ]);
  }

  get expected(): Readonly<Record<string, readonly ShownEvent[]>> {
    return Object.fromEntries(this.#outcomes.map(([verdict, events]) => [verdict, events.map(shown)]));
  }

  get received(): readonly ShownEvent[] {
    return this.#received.map(shown);
  }

  onOpen(): void {
    takeSteps(this.#case.steps, this.#connection, (tag) => this.#received.push(['timeout', tag]));
  }

  onMessage(payload: Buffer, binary: boolean): void {
    this.#received.push(['message', payload, binary]);
    this.#closeWhenDone();
  }

  onPong(payload: Buffer): void {
    this.#received.push(['pong', payload]);
    this.#closeWhenDone();
  }

  judge(close: Judgement<BehaviorClose>): ReturnType<Conductor['judge']> {
    const { informational, wrongCodeFails } = this.#case;
    const behavior = this.#judgeEvents();
    if (informational !== undefined) {
      const which =
        behavior.verdict === 'OK' || behavior.verdict === 'NON-STRICT' ? behavior.verdict : 'other';
      return {
        behavior: { verdict: 'INFORMATIONAL', sentence: informational[which] },
        close: { verdict: 'INFORMATIONAL', sentence: close.sentence },
      };
    }
    if (wrongCodeFails && close.verdict === 'WRONG CODE') {
      return { behavior: { verdict: 'FAILED', sentence: close.sentence }, close };
    }
    return { behavior, close };
  }

  #judgeEvents(): Judgement<Behavior> {
    const { framesSent } = this.#case;
    if (framesSent !== undefined && this.#connection.wasOpen) {
      const sent = this.#connection.log.framesSent;
      const wrong = Object.entries(framesSent).filter(
        ([opcode, count]) => sent.get(Number(opcode)) !== count,
      );
      if (wrong.length > 0) {
        return {
          verdict: 'FAILED',
          sentence: 'The tester did not send the frames that it should have sent.',
        };
      }
    }
    for (const [verdict, events] of this.#outcomes) {
      if (this.#matches(events))
        return { verdict, sentence: 'What was observed is one of the expected outcomes.' };
    }
    return { verdict: 'FAILED', sentence: 'What was observed is none of the expected outcomes.' };
  }

  #matches(events: readonly Observed[]): boolean {
    const received = this.#received;
    return events.length === received.length && events.every((event, index) => same(event, received[index]!));
  }

  /** The tester closes of its own accord once nothing else can be hoped for. */
  #closeWhenDone(): void {
    const { expectedClose, holdClose } = this.#case;
    if (!expectedClose.closedByMe || holdClose) return;
    if (!this.#outcomes.every(([, events]) => this.#matches(events))) return;
    const code = expectedClose.closeCode[0]!;
    this.#connection.close(Buffer.of(code >> 8, code & 255));
  }
}
