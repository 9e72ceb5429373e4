import type { EndpointEvents } from '../../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../../src/connection/compression.ts';
import type { Limits } from '../../../src/connection/limits.ts';
import type { HeaderPairs } from '../../../src/handshake/text.ts';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Span } from '../../../src/connection/events.ts';
import { connect } from '../connect.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { CannotBegin, CommandError } from './arguments.ts';
import { Echo, echoEvents } from './echo.ts';
import { withoutCredentials } from '../terminal-text.ts';
import { failureSentence } from './failure-sentence.ts';

export interface CaseInfo {
  readonly id: string;
}

export interface CaseStatus {
  readonly behavior: string;
  readonly behaviorClose?: string;
}

interface Handshake {
  readonly headers: HeaderPairs | undefined;
  readonly tls: TlsOptions;
  readonly compression: CompressionFactory | undefined;
}

/** Milliseconds for an answer that waits for nothing; what is no tester may well be silent for ever. */
const ANSWER = 5000;

/** Milliseconds of silence after which what is no tester is asked whether it is an echo server. */
const SILENCE = 1000;

/** What only an echo server says. */
const QUESTION = Buffer.from('Is this an echo server?');

/** Milliseconds for the tester to write the reports of a whole suite, hundreds of files, which may leave it no time for pongs. */
const REPORTS = 600_000;

/** Collects the one text message that the tester answers a question with. */
class Answer {
  readonly pieces: Buffer[] = [];
  onOpen: () => void = () => {};
  text: string | undefined;
  onWhole: () => void = () => {};
  end: (error: number) => void = () => {};
}

const answerEvents: EndpointEvents<Answer> = {
  onOpen: (answer) => answer.onOpen(),
  onData: (answer, bytes, start, end, span) => {
    answer.pieces.push(Buffer.from(bytes.slice(start, end)));
    if ((span & Span.more) !== 0) return;
    answer.text = Buffer.concat(answer.pieces).toString();
    answer.onWhole();
  },
  onControl: () => {},
  onWritable: () => {},
  onClose: (answer, _code, error) => answer.end(error),
};

/** The client's side of an Autobahn fuzzing server: its questions, and the cases themselves. */
export class FuzzingServerClient {
  readonly #url: string;
  readonly #agent: string;
  readonly #handshake: Handshake;
  #running: Echo | undefined;

  constructor(url: string, agent: string, handshake: Handshake) {
    this.#url = url.replace(/\/+$/, '');
    this.#agent = encodeURIComponent(agent);
    this.#handshake = handshake;
  }

  async caseCount(): Promise<number> {
    const url = withoutCredentials(this.#url);
    const text = await this.#ask('/getCaseCount', { idleTimeout: ANSWER }, true);
    if (text === QUESTION.toString())
      throw new CannotBegin(
        `${url} is an echo server, and no Autobahn fuzzing server; \`ringlet conformance client\` tests it`,
      );
    const count = Number(text ?? NaN);
    if (!Number.isInteger(count) || text === '')
      throw new CannotBegin(`${url} is no Autobahn fuzzing server: it does not tell how many cases it has`);
    return count;
  }

  async caseInfo(number: number): Promise<CaseInfo | undefined> {
    return objectIn(await this.#ask(`/getCaseInfo?case=${number}`, { idleTimeout: ANSWER })) as
      CaseInfo | undefined;
  }

  async caseStatus(number: number): Promise<CaseStatus> {
    const text = await this.#ask(`/getCaseStatus?case=${number}&agent=${this.#agent}`);
    return (objectIn(text) as CaseStatus | undefined) ?? { behavior: 'UNKNOWN' };
  }

  async updateReports(): Promise<void> {
    await this.#ask(`/updateReports?agent=${this.#agent}`, { idleTimeout: REPORTS, keepalive: 0 });
  }

  /** Echoes until the tester has seen enough. How the connection ends is for the tester to judge. */
  runCase(number: number): Promise<void> {
    return new Promise((resolve) => {
      const echo = new Echo();
      this.#running = echo;
      echo.onEnd = () => {
        this.#running = undefined;
        resolve();
      };
      echo.endpoint = connect(`${this.#url}/runCase?case=${number}&agent=${this.#agent}`, {
        ...this.#handshake,
        events: echoEvents,
        target: echo,
        transmitBuffer: Echo.transmitBuffer,
      });
    });
  }

  /** Ends the case that runs, if there is one; the tester will not like it. */
  abandonCase(): void {
    this.#running?.endpoint.drop();
    this.#running?.onEnd?.(0, 0);
  }

  #ask(path: string, limits: Partial<Limits> = {}, isFirst = false): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const answer = new Answer();
      let timer: NodeJS.Timeout | undefined;
      const url = this.#url + path;
      const endpoint = connect(url, {
        ...this.#handshake,
        events: answerEvents,
        target: answer,
        ...limits,
      });
      answer.onOpen = () => {
        if (isFirst) timer = setTimeout(() => endpoint.send(QUESTION, 0, QUESTION.length, 0), SILENCE);
      };
      answer.onWhole = () => {
        clearTimeout(timer);
        // An echo server waits for more; a tester closes.
        if (answer.text === QUESTION.toString()) endpoint.close(CloseCode.normal);
      };
      answer.end = (error) => {
        clearTimeout(timer);
        // An answer that has come whole is an answer, however the connection ends.
        if (error === 0 || answer.text !== undefined) resolve(answer.text);
        // Without the first answer nothing has begun.
        else if (isFirst) reject(new CannotBegin(failureSentence(url, endpoint)));
        else reject(new CommandError(failureSentence(url, endpoint)));
      };
    });
  }
}

function objectIn(text: string | undefined): unknown {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
