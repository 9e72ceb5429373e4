import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { answeringOnce } from './lookup.ts';

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
type Ask = (host: string, options: LookupAllOptions, answer: Answer) => void;

interface Question {
  readonly key: string;
  readonly host: string;
  readonly options: LookupAllOptions;
  readonly answers: Answer[];
}

/**
 * Asks for addresses, one question at a time. A question to the system cannot be taken back, and occupies a thread until
 * it is answered: an attempt to connect that was given up must not leave one behind for each time it is made. Who asks for
 * what is being asked for waits for the same answer, and another name waits until the question before it is answered; of
 * those that wait only the last counts, since the attempts before it are over.
 */
export class OneQuestion {
  readonly #ask: Ask;
  #present: Question | undefined;
  #next: Question | undefined;

  /** `ask` is the system's own, for tests. */
  constructor(ask: Ask = lookup as Ask) {
    this.#ask = answeringOnce(ask);
  }

  /** The option `lookup` of `net.connect` and `tls.connect`. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    const { family, hints } = options;
    const question = { host, options: { family, hints, all: true as const } };
    const answer: Answer = (error, addresses) => {
      if (error !== null) callback(error, []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    };
    const key = `${host} ${String(family)} ${String(hints)}`;
    if (this.#present?.key === key) this.#present.answers.push(answer);
    else if (this.#next?.key === key) this.#next.answers.push(answer);
    else {
      this.#next = { key, ...question, answers: [answer] };
      if (this.#present === undefined) this.#advance();
    }
  };

  #advance(): void {
    const question = (this.#present = this.#next);
    this.#next = undefined;
    if (question === undefined) return;
    this.#ask(question.host, question.options, (error, addresses) => {
      this.#present = undefined;
      for (const answer of question.answers) answer(error, addresses);
      if (this.#present === undefined) this.#advance();
    });
  }
}
