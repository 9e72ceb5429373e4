import type { Socket } from 'node:net';
import type { Case } from '../catalogue/case.ts';
import type { Deadlines } from '../endpoint/closing.ts';
import { Connection } from '../endpoint/connection.ts';
import { ConformanceError } from '../errors.ts';
import type { CommonOptions } from '../options.ts';
import type { ReportStore } from '../report/store.ts';
import { conduct } from '../run/conduct.ts';
import type { Conductor } from '../run/conductor.ts';
import type { Behavior } from '../run/result.ts';
import { conclude } from '../run/run-case.ts';
import { answerText, acceptOffer, parseExtensions, type DeflateAgreement } from '../wire/extensions.ts';
import { readRequest, refusalText, switchingText, targetOf, type Request } from '../wire/handshake.ts';
import type { HttpHead } from '../wire/http-head.ts';
import { readTask, type Task } from './task.ts';

/** What all visits to one fuzzing server share. */
export interface Lab {
  readonly cases: readonly Case[];
  readonly rounds: number | null;
  readonly deadlines: Deadlines;
  readonly store: ReportStore;
  /** Clients that asked for a verdict before there was one, by agent and case id. */
  readonly waiting: Map<string, ((behavior: Behavior) => void)[]>;
  readonly onProgress: NonNullable<CommonOptions['onProgress']>;
  readonly onReport: (agent: string) => void;
  readonly onProblem: (error: ConformanceError) => void;
}

const waitingKey = (agent: string, id: string): string => JSON.stringify([agent, id]);

/** Serves one connection to a fuzzing server: a case to run, or a question about cases and verdicts. */
export function receive(socket: Socket, lab: Lab): void {
  const started = new Date();
  let conductor: Conductor | null = null;
  let whenOver = (): void => undefined;
  const connection = new Connection(socket, true, lab.deadlines, {
    onHead,
    onMessage: (payload, binary) => conductor?.onMessage(payload, binary),
    onPong: (payload) => conductor?.onPong(payload),
    onEnd: () => whenOver(),
  });

  function onHead(head: HttpHead, rest: Buffer): void {
    const target = targetOf(head);
    const task = target && readTask(target.path, target.query, lab.cases);
    const request = readRequest(head);
    if (task === null || task instanceof ConformanceError) {
      refuse(task ?? new ConformanceError('BAD_URL', `"${head.line}" is no request that this server knows.`));
    } else if (typeof request === 'string') {
      if (task.what === 'run') prepare(task, head, '', null);
      refuse(new ConformanceError('BAD_URL', `This is a WebSocket server: ${request}.`));
    } else {
      accept(task, request, head, rest);
    }
  }

  function refuse(error: ConformanceError): void {
    const status = error.code === 'NO_SUCH_CASE' ? '404 Not Found' : '400 Bad Request';
    connection.sendHead(refusalText(status, 'application/json', `${JSON.stringify({ error })}\n`));
    connection.refuse(error.message);
  }

  function accept(task: Task, request: Request, head: HttpHead, rest: Buffer): void {
    const agreement = task.what === 'run' ? agreementFor(task.case, request.extensions) : null;
    const answer = switchingText(request.key, agreement && answerText(agreement));
    connection.sendHead(answer);
    connection.open(agreement, rest);
    if (task.what === 'run') prepare(task, head, answer, performance.now())?.onOpen();
    else void reply(task);
  }

  /** Everything of a case but its beginning; the report must be complete even if it never begins. */
  function prepare(
    task: Task & { what: 'run' },
    head: HttpHead,
    httpResponse: string,
    openedAt: number | null,
  ): Conductor {
    const { agent, number, case: each } = task;
    const progress = { agent, id: each.id, number, total: lab.cases.length };
    const leader = conduct(each, connection, lab.rounds);
    conductor = leader;
    lab.onProgress({ ...progress, result: null });
    whenOver = () => {
      const context = { agent, started, openedAt, httpRequest: head.raw, httpResponse };
      const result = conclude(each, connection, leader, context);
      lab.store.add(result);
      const key = waitingKey(agent, each.id);
      for (const tell of lab.waiting.get(key) ?? []) tell(result.behavior);
      lab.waiting.delete(key);
      lab.onProgress({ ...progress, result });
    };
    return leader;
  }

  async function reply(task: Exclude<Task, { what: 'run' }>): Promise<void> {
    switch (task.what) {
      case 'count':
        return say(lab.cases.length);
      case 'info':
        return say({ id: task.case.id, description: task.case.description });
      case 'status': {
        const known = lab.store.find(task.agent, task.case.id);
        if (known !== null) return say({ behavior: known.behavior });
        const key = waitingKey(task.agent, task.case.id);
        const others = lab.waiting.get(key) ?? [];
        lab.waiting.set(key, [...others, (behavior) => say({ behavior })]);
        return;
      }
      case 'report':
        return report(task.agent);
    }
  }

  async function report(agent: string): Promise<void> {
    try {
      await lab.store.flush();
      // Whoever takes this for the end of a run must not cut short how the client is told of it.
      whenOver = () => lab.onReport(agent);
      if (connection.isClosed) whenOver();
    } catch (error) {
      lab.onProblem(error as ConformanceError);
    }
    finish();
  }

  function say(value: unknown): void {
    void connection.sender.message(1, Buffer.from(JSON.stringify(value)), null);
    finish();
  }

  function finish(): void {
    connection.close(Buffer.of(1000 >> 8, 1000 & 255));
  }
}

/** The first thing that the case asks for and one of the client's offers allows. */
function agreementFor(each: Case, field: string): DeflateAgreement | null {
  if (each.kind !== 'compressed') return null;
  const offers = parseExtensions(field);
  if (typeof offers === 'string') return null;
  for (const wish of each.parameters) {
    for (const offer of offers) {
      const agreement = acceptOffer(offer, wish);
      if (agreement !== null) return agreement;
    }
  }
  return null;
}
