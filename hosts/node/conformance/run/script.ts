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

/** Octets of a payload in a sentence. */
const wordLength = 24;

function inWords([kind, content, binary]: Observed): string {
  if (typeof content === 'string') return `the end of pause ${content}`;
  const what = kind === 'pong' ? 'a Pong' : binary ? 'a binary message' : 'a text message';
  if (content.length === 0) return `${what} without payload`;
  const octets = content.length > wordLength ? ` of ${content.length} octets` : '';
  return `${what}${octets} "${payloadText(content, wordLength)}"`;
}

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
      if (this.#matches(events)) return { verdict, sentence: 'Actual events match at least one expected.' };
    }
    return { verdict: 'FAILED', sentence: `Actual events differ from any expected: ${this.#difference()}.` };
  }

  /** Where what came leaves the best outcome, in words. */
  #difference(): string {
    const received = this.#received;
    const hoped = this.#outcomes[0]?.[1] ?? [];
    const at = received.findIndex((event, index) => hoped[index] === undefined || !same(event, hoped[index]));
    if (at >= 0) {
      const wanted = hoped[at] === undefined ? 'nothing more' : inWords(hoped[at]);
      return `${inWords(received[at]!)} came where ${wanted} was expected`;
    }
    const awaited = hoped[received.length];
    const missing = awaited === undefined ? 'the end of the connection' : inWords(awaited);
    const { timedOutAfter, facts } = this.#connection;
    if (timedOutAfter !== null) return `timed out after ${timedOutAfter} s waiting for ${missing}`;
    const reason = facts.wasNotCleanReason === null ? '' : `: ${facts.wasNotCleanReason}`;
    return `the connection ended before ${missing}${reason}`;
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
