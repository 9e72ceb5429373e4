import type { Figures } from './figures.ts';

/** Shows a stream while it runs. */
export interface Reporter {
  /** Milliseconds between two calls of `show`. */
  readonly interval: number;
  /** Something happened that a person wants to know. */
  note(text: string): void;
  show(figures: Figures): void;
  /** Leaves everything as it was found. */
  end(): void;
}
