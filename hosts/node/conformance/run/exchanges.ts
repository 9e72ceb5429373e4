import type { CompressedCase, EchoCase, RoundsCase } from '../catalogue/case.ts';
import { materialize, type Step } from '../catalogue/notation.ts';
import type { ClosingFacts } from '../endpoint/closing.ts';
import type { Connection } from '../endpoint/connection.ts';
import type { Conductor } from './conductor.ts';
import type { Behavior, BehaviorClose } from './result.ts';
import { takeSteps } from './steps.ts';
import type { Judgement } from './verdict.ts';

/** Why a connection ended, behind a sentence. */
const reasonOf = ({ wasNotCleanReason }: ClosingFacts): string =>
  wasNotCleanReason === null ? '' : `: ${wasNotCleanReason}`;

const normalClosure = Buffer.of(1000 >> 8, 1000 & 255);

/** What the three kinds of exchange share: a message goes out, the same must come back, in time. */
abstract class Exchange implements Conductor {
  readonly expected = {};
  readonly received = [];
  protected readonly connection: Connection;
  readonly #seconds: number;
  #behavior: Judgement<Behavior> | null = null;

  constructor(connection: Connection, seconds: number) {
    this.connection = connection;
    this.#seconds = seconds;
  }

  /** What the tester waits for, in words. */
  protected abstract get awaited(): string;
  abstract onOpen(): void;
  abstract onMessage(payload: Buffer, binary: boolean): void;

  /** A Pong plays no part here. */
  onPong(): void {}

  judge(close: Judgement<BehaviorClose>): ReturnType<Conductor['judge']> {
    const behavior = this.#behavior ?? {
      verdict: 'FAILED',
      sentence: this.connection.facts.closedByMe
        ? `Timed out after ${this.connection.scaled(this.#seconds)} s waiting for ${this.awaited}.`
        : `The connection ended while the tester waited for ${this.awaited}${reasonOf(this.connection.facts)}.`,
    };
    return { behavior, close };
  }

  /** Starts a case whose traffic is too much for the wire log. */
  protected begin(steps: readonly Step[]): void {
    this.connection.log.enable(false);
    takeSteps(steps, this.connection, () => undefined);
  }

  protected finish(verdict: Behavior, sentence: string): void {
    this.#behavior = { verdict, sentence };
    this.connection.log.enable(true);
    this.connection.close(normalClosure);
  }

  /** Says how an echo differs from what was sent; null when it does not. */
  protected difference(sent: Buffer, sentBinary: boolean, echo: Buffer, binary: boolean): string | null {
    const type = (isBinary: boolean): string => (isBinary ? 'binary' : 'text');
    if (binary !== sentBinary) return `The echo is ${type(binary)}, the message was ${type(sentBinary)}.`;
    if (echo.length !== sent.length) {
      return `The echo has ${echo.length} octets, the message had ${sent.length}.`;
    }
    return echo.equals(sent) ? null : 'The echo has the right length but other octets than the message.';
  }
}

/** Sections 9.1 to 9.6: one large message. */
export class EchoConductor extends Exchange {
  readonly #case: EchoCase;

  constructor(each: EchoCase, connection: Connection) {
    super(connection, each.seconds);
    this.#case = each;
  }

  protected get awaited(): string {
    const { binary, payload } = this.#case;
    return `the echo of a ${binary ? 'binary' : 'text'} message of ${payload.length} octets`;
  }

  onOpen(): void {
    this.begin(this.#case.steps);
  }

  onMessage(payload: Buffer, binary: boolean): void {
    const difference = this.difference(materialize(this.#case.payload), this.#case.binary, payload, binary);
    this.finish(
      difference === null ? 'OK' : 'FAILED',
      difference ?? 'The message came back whole and in time.',
    );
  }
}

/** Sections 9.7 and 9.8: small messages, one after each echo. */
export class RoundsConductor extends Exchange {
  readonly #case: RoundsCase;
  readonly #message: Buffer;
  #sent = 0;

  constructor(each: RoundsCase, connection: Connection) {
    super(connection, each.seconds);
    this.#case = each;
    this.#message = materialize(each.payload);
  }

  protected get awaited(): string {
    return `the echo of message ${this.#sent} of ${this.#case.rounds}`;
  }

  onOpen(): void {
    this.begin([{ do: 'close after', seconds: this.#case.seconds }]);
    this.#send();
  }

  onMessage(payload: Buffer, binary: boolean): void {
    const difference = this.difference(this.#message, this.#case.binary, payload, binary);
    if (difference !== null) this.finish('FAILED', difference);
    else if (this.#sent < this.#case.rounds) this.#send();
    else this.finish('OK', `All ${this.#sent} messages came back in time.`);
  }

  #send(): void {
    this.#sent++;
    this.connection.sender.frame({ opcode: this.#case.binary ? 2 : 1, payload: this.#message });
  }
}

/** Sections 12 and 13: compressed messages, each a window of the data, one after each echo. */
export class CompressedConductor extends Exchange {
  readonly #case: CompressedCase;
  readonly #rounds: number;
  #message: Buffer = Buffer.alloc(0);
  #start = 0;
  #sent = 0;

  constructor(each: CompressedCase, connection: Connection, rounds: number) {
    super(connection, each.seconds);
    this.#case = each;
    this.#rounds = rounds;
  }

  protected get awaited(): string {
    return `the echo of message ${this.#sent} of ${this.#rounds}`;
  }

  onOpen(): void {
    if (this.connection.compresses) {
      this.begin([{ do: 'close after', seconds: this.#case.seconds }]);
      this.#send();
    } else {
      this.finish('UNIMPLEMENTED', 'permessage-deflate was not agreed with the parameters of this case.');
    }
  }

  onMessage(payload: Buffer, binary: boolean): void {
    const difference = this.difference(this.#message, this.#case.data.binary, payload, binary);
    if (difference !== null) this.finish('FAILED', difference);
    else if (this.#sent < this.#rounds) this.#send();
    else this.finish('OK', `All ${this.#sent} messages came back in time.`);
  }

  #send(): void {
    const { data, length, fragment } = this.#case;
    this.#sent++;
    this.#message = data.window(this.#start, length);
    this.#start = (this.#start + length) % data.length();
    this.connection.sender.message(data.binary ? 2 : 1, this.#message, fragment).catch((error: Error) => {
      this.finish('FAILED', `The tester could not compress a message: ${error.message}`);
    });
  }
}
