import asciichart from 'asciichart';

/** The latest values of something, as a small chart with the last of them in its title. */
export class Chart {
  readonly #title: string;
  readonly #format: (value: number) => string;
  readonly #height: number;
  readonly #values: number[] = [];

  constructor(title: string, height: number, format: (value: number) => string) {
    this.#title = title;
    this.#height = height;
    this.#format = format;
  }

  /** Appends a value; what is no number repeats the one before. */
  push(value: number): void {
    this.#values.push(Number.isFinite(value) ? value : (this.#values.at(-1) ?? 0));
  }

  /** Lines of at most `width` characters. */
  lines(width: number): string[] {
    // The scale takes 12 characters: a label and the axis.
    const room = Math.max(2, width - 12);
    if (this.#values.length > room) this.#values.splice(0, this.#values.length - room);
    const values = this.#values.length > 0 ? this.#values : [0];
    const most = Math.max(...values);
    const plot = asciichart.plot(values, {
      height: this.#height,
      min: 0,
      max: most > 0 ? most : 1,
      format: (value) => this.#format(value).padStart(9),
    });
    const last = this.#values.at(-1);
    return [`${this.#title}${last === undefined ? '' : `: ${this.#format(last)}`}`, ...plot.split('\n')];
  }
}
