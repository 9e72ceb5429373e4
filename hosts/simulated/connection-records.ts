import type { Connection, Step } from './network/connection.ts';

/** A connection that was there, or is. */
export interface ConnectionRecord {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Virtual milliseconds; NaN for what did not happen. */
  readonly begun: number;
  readonly opened: number;
  readonly ended: number;
  /**
   * What ended it: `refused`, `reset`, `finish`, `timeout`, `tls failed`, `dropped` by an end of which the other hears nothing;
   * empty while nothing has.
   */
  readonly how: string;
}

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/** What became of every connection, oldest first. */
export class ConnectionRecords {
  readonly #records = new Map<number, Mutable<ConnectionRecord>>();

  /** Something happened to a connection at `time`. */
  note({ id, route }: Connection, what: Step, time: number): void {
    const { client, to, port } = route;
    const record = this.#records.get(id);
    if (record === undefined) {
      this.#records.set(id, {
        id,
        from: client.name,
        to,
        port,
        begun: time,
        opened: NaN,
        ended: NaN,
        how: '',
      });
    } else if (what === 'open') record.opened = time;
    else if (what !== 'silence' && record.how === '') {
      record.ended = time;
      record.how = what;
    }
  }

  /** All, those of `from`, or those of them that went to `to`. */
  between(from: string | undefined, to: string | undefined): ConnectionRecord[] {
    return [...this.#records.values()].filter(
      (record) => (from === undefined || record.from === from) && (to === undefined || record.to === to),
    );
  }
}
