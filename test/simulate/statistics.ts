/** What was done in a run, and what happened to it. */
export class Statistics {
  /** Hours of open connections. */
  hours = 0;
  attempts = 0;
  connections = 0;
  messages = 0;
  octets = 0;
  /** Records of outboxes, by what became of them. */
  readonly records: Record<string, number> = {};
  /** How connections ended, by kind. */
  readonly ends: Record<string, number> = {};
  /** Faults by kind. */
  faults: Record<string, number> = {};

  count(end: string): void {
    this.ends[end] = (this.ends[end] ?? 0) + 1;
  }

  countRecords(what: string, count: number): void {
    this.records[what] = (this.records[what] ?? 0) + count;
  }

  add(
    other: Pick<
      Statistics,
      'hours' | 'attempts' | 'connections' | 'messages' | 'octets' | 'records' | 'ends' | 'faults'
    >,
  ): void {
    this.hours += other.hours;
    this.attempts += other.attempts;
    this.connections += other.connections;
    this.messages += other.messages;
    this.octets += other.octets;
    for (const [kind, count] of Object.entries(other.records))
      this.records[kind] = (this.records[kind] ?? 0) + count;
    for (const [kind, count] of Object.entries(other.ends)) this.ends[kind] = (this.ends[kind] ?? 0) + count;
    for (const [kind, count] of Object.entries(other.faults))
      this.faults[kind] = (this.faults[kind] ?? 0) + count;
  }
}
