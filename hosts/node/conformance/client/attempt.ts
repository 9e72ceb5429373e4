import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Case } from '../catalogue/case.ts';
import type { Deadlines } from '../endpoint/closing.ts';
import { Connection } from '../endpoint/connection.ts';
import { messageOf } from '../errors.ts';
import { conduct } from '../run/conduct.ts';
import type { CaseResult } from '../run/result.ts';
import { conclude } from '../run/run-case.ts';
import { offersText, readAnswer } from '../wire/extensions.ts';
import { faultInAnswer, newKey, requestText } from '../wire/handshake.ts';
import { fieldOf } from '../wire/http-head.ts';

/** How to reach the server under test. */
export interface Target {
  readonly url: URL;
  readonly tls: ConnectionOptions;
  readonly deadlines: Deadlines;
}

/** Makes a TCP, or TLS, connection; rejects when that is not possible in time. */
export function reach({ url, tls, deadlines }: Target): Promise<Socket> {
  const secure = url.protocol === 'wss:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port || (secure ? 443 : 80));
  return new Promise((resolve, reject) => {
    const socket = secure
      ? connectTls({
          host,
          port,
          ...(/[a-z]/i.test(host) && !host.includes(':') ? { servername: host } : {}),
          ...tls,
        })
      : connectTcp({ host, port });
    const seconds = deadlines.openHandshake * (deadlines.factor ?? 1);
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${seconds} s`)),
      seconds * 1000,
    );
    const failed = (error: Error): void => {
      clearTimeout(timer);
      reject(new Error(messageOf(error)));
    };
    socket.once('error', failed);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

/** What one attempt needs to know of the run that it belongs to. */
export interface AttemptContext {
  readonly rounds: number | null;
  /** Name of the peer; null to take it from the Server field of its answer. */
  readonly agent: string | null;
  readonly signal: AbortSignal | undefined;
}

/** Runs one case on a fresh connection to a server and judges it. */
export function attempt(
  each: Case,
  socket: Socket,
  target: Target,
  context: AttemptContext,
): Promise<CaseResult> {
  const started = new Date();
  const key = newKey();
  const wishes = each.kind === 'compressed' ? each.parameters : [];
  const request = requestText(target.url, key, wishes.length > 0 ? offersText(wishes) : null);
  let agent = context.agent;
  let openedAt: number | null = null;
  let httpResponse = '';
  return new Promise((resolve) => {
    const connection: Connection = new Connection(socket, false, target.deadlines, {
      onHead(head, rest) {
        httpResponse = head.raw;
        agent ??= fieldOf(head, 'server');
        const field = fieldOf(head, 'sec-websocket-extensions');
        const fault = faultInAnswer(head, key);
        const agreement = readAnswer(field ?? '', wishes);
        if (fault !== null || typeof agreement === 'string') {
          connection.refuse(fault ?? String(agreement));
          return;
        }
        openedAt = performance.now();
        connection.open(agreement, rest);
        conductor.onOpen();
      },
      onMessage: (payload, binary) => conductor.onMessage(payload, binary),
      onPong: (payload) => conductor.onPong(payload),
      onEnd() {
        context.signal?.removeEventListener('abort', stop);
        const name = agent ?? target.url.host;
        const facts = {
          agent: name,
          started,
          openedAt,
          httpRequest: request,
          httpResponse,
        };
        resolve(conclude(each, connection, conductor, facts));
      },
    });
    const conductor = conduct(each, connection, context.rounds);
    const stop = (): void => connection.refuse('the run was interrupted');
    context.signal?.addEventListener('abort', stop);
    connection.sendHead(request);
  });
}
