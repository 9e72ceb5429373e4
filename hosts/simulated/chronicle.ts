import type { Clock } from './clock.ts';
import { ConnectionRecords } from './connection-records.ts';
import type { Connection, Step, Watcher } from './network/connection.ts';
import type { Trace } from './trace/trace.ts';

/** Steps of a connection that are faults. */
const FAULTS: ReadonlySet<string> = new Set(['refused', 'reset', 'timeout', 'tls failed', 'silence']);

/** Writes down what happens in a world: into its trace, what became of each connection, and how many faults there were. */
export class Chronicle implements Watcher {
  readonly records = new ConnectionRecords();
  /** How often each kind of fault has happened. */
  readonly faults: Record<string, number> = {};
  readonly #clock: Clock;
  readonly #trace: Trace;

  constructor(clock: Clock, trace: Trace) {
    this.#clock = clock;
    this.#trace = trace;
  }

  happened(connection: Connection, what: Step, why = '', direction: 0 | 1 = 0): void {
    const { client, to, port } = connection.route;
    const [from, there] = direction === 0 ? [client.name, to] : [to, client.name];
    const time = this.#clock.now;
    this.records.note(connection, what, time);
    if (FAULTS.has(what)) this.count(what);
    const text = what === 'connect' ? `port ${port}` : why;
    this.#trace.add({
      time,
      kind: what,
      from,
      to: there,
      text,
      connection: connection.id,
    });
  }

  arrived(...[connection, direction, octets, sent]: Parameters<Watcher['arrived']>): void {
    this.#trace.octets(connection, direction, octets, sent, this.#clock.now);
  }

  /** Something befell a machine; what ends it is no fault. */
  mark(host: string, kind: string, text: string): void {
    if (!/^(back|done|gone)$/.test(text)) this.count(kind);
    this.note(kind, host, '', text);
  }

  note(kind: string, from: string, to: string, text = ''): void {
    this.#trace.add({ time: this.#clock.now, kind, from, to, text, connection: 0 });
  }

  count(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }
}
