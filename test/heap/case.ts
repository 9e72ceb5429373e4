/** Work of one kind whose messages are to leave nothing on the heap. */
export interface Case {
  /** Does the work of `count` messages. */
  run(count: number): void;
  /** How many messages have come through, to be compared with what was asked for. */
  done(): number;
}

export interface Suite {
  /** Messages in a series: so many that what is made once is little for each of them. */
  readonly messages: number;
  readonly warmUp: number;
  readonly cases: Readonly<Record<string, () => Case>>;
}

export interface Result {
  readonly name: string;
  /** Messages that were asked for, and those that came through. */
  readonly asked: number;
  readonly done: number;
  /** Collections in the best series, and by how many octets a message the heap has grown in it. */
  readonly collections: number;
  readonly grownPerMessage: number;
}
