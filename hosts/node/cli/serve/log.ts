import { performance } from 'node:perf_hooks';
import { describeError } from '../../../../src/error-text.ts';
import { visibleLine, withoutCredentials } from '../../terminal-text.ts';
import type { Refusal } from '../../serve.ts';
import { counted, octets } from '../stream/format.ts';
import type { Visit } from './visit.ts';

/** Where a client came from and what it asked for. */
export interface Arrival {
  readonly address: string | undefined;
  /** Path and query. */
  readonly path: string;
}

/** A line on standard error for each client that connects, leaves, or is refused. */
export class VisitLog {
  opened({ number, endpoint }: Visit, { address, path }: Arrival): void {
    const { protocol } = endpoint;
    const parts = [
      address === undefined ? '' : ` from ${address}`,
      ` ${withoutCredentials(path)}`,
      protocol === '' ? '' : `, subprotocol ${protocol}`,
    ];
    this.#say(`#${number} open${parts.join('')}`);
  }

  closed(visit: Visit, code: number, error: number): void {
    const seconds = ((performance.now() - visit.openedAt) / 1000).toFixed(1);
    const how = error === 0 ? `closed with ${code}` : `lost: ${describeError(error)}`;
    this.#say(
      `#${visit.number} ${how} after ${seconds} s; ` +
        `${counted(visit.received, 'messages')} (${octets(visit.octetsReceived)}) received, ` +
        `${visit.sent} (${octets(visit.octetsSent)}) sent`,
    );
  }

  refused({ error, status, address }: Refusal): void {
    const answer = status === 0 ? '' : `, answered with ${status}`;
    this.#say(`refused ${address ?? 'somebody'}: ${describeError(error)}${answer}`);
  }

  tooSlow({ number }: Visit): void {
    this.#say(`#${number} dropped: it did not take what others sent`);
  }

  #say(text: string): void {
    const time = new Date().toTimeString().slice(0, 8);
    process.stderr.write(`${time} ${visibleLine(text)}\n`);
  }
}
