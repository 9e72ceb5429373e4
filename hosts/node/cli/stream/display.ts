import type { WriteStream } from 'node:tty';
import { Chart } from './chart.ts';
import { type Figures, type Rates, ratesOf, type StreamSettings } from './figures.ts';
import { counted, milliseconds, octets, perSecond, quantile } from './format.ts';
import type { Reporter } from './reporter.ts';
import { wrap } from './wrap.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const CHART_HEIGHT = 4;
/** Lines of the two charts and what is between them. */
const CHARTS = 2 * (CHART_HEIGHT + 2) + 1;
/** Rates are means over this many pictures, so that they can be read. */
const SMOOTHING = 4;

/** Figures and charts on a terminal, drawn in place four times a second. */
export class TerminalReporter implements Reporter {
  readonly interval = 250;
  readonly #terminal: WriteStream;
  readonly #settings: StreamSettings;
  readonly #traffic = new Chart('sent', CHART_HEIGHT, perSecond);
  readonly #roundTrip = new Chart('round trip, mean of the last second', CHART_HEIGHT, (value) =>
    value === 0 ? '0 ms' : milliseconds(value),
  );
  readonly #recent: Figures[] = [];
  #note = '';
  /** Lines of the picture that the cursor is below of. */
  #drawn = 0;

  constructor(terminal: WriteStream, settings: StreamSettings) {
    this.#terminal = terminal;
    this.#settings = settings;
  }

  note(text: string): void {
    this.#note = text;
  }

  show(figures: Figures): void {
    const last = this.#recent.at(-1);
    this.#recent.push(figures);
    if (this.#recent.length > SMOOTHING + 1) this.#recent.shift();
    const rates = ratesOf(this.#recent[0], figures);
    if (last !== undefined) {
      // The very numbers that stand among the figures.
      this.#traffic.push(rates.messagesSent);
      this.#roundTrip.push(rates.roundTrip);
    }
    this.#draw(this.#lines(figures, rates));
  }

  end(): void {
    if (this.#drawn !== 0) this.#terminal.write(SHOW_CURSOR);
  }

  #lines(figures: Figures, rates: Rates): string[] {
    const { url, rate } = this.#settings;
    // A terminal that does not know its size says 0.
    const columns = this.#terminal.columns || 80;
    const rows = this.#terminal.rows || 24;
    const texts = [
      `ringlet stream  ${url}  ${counted(rate, 'samples')} a second  ${figures.isOpen ? 'open' : 'no connection'}  (Ctrl-C ends)`,
      '',
      row(
        'sent',
        `${perSecond(rates.messagesSent)}`,
        `${octets(rates.octetsSent)}/s`,
        `${figures.messagesSent} messages`,
      ),
      row(
        'received',
        `${perSecond(rates.messagesReceived)}`,
        `${octets(rates.octetsReceived)}/s`,
        `${figures.messagesReceived} messages`,
      ),
      row(
        'round trip',
        `p50 ${quantile(figures.rttP50, figures)}`,
        `p99 ${quantile(figures.rttP99, figures)}`,
        `${figures.outstanding} awaited`,
      ),
      row(
        'outbox',
        `${figures.recordsKept} kept`,
        `${figures.recordsAcknowledged} acknowledged`,
        `${figures.recordsDropped} dropped`,
      ),
      row(
        'buffered',
        octets(figures.buffered),
        `${figures.skipped} skipped`,
        `${figures.unanswered} unanswered`,
      ),
      row(
        'reconnects',
        `${figures.reconnects}`,
        `RAM ${octets(figures.ram)}`,
        `${figures.seconds.toFixed(0)} s`,
      ),
      this.#note,
    ];
    const lines = texts.flatMap((text) => wrap(text, Math.max(1, columns - 1)));
    if (rows > lines.length + CHARTS)
      lines.push(...this.#traffic.lines(columns), '', ...this.#roundTrip.lines(columns));
    return lines.slice(0, rows - 1).map((line) => line.slice(0, columns - 1));
  }

  /** Draws over the last picture; a line that wrapped would spoil it, so none does. */
  #draw(lines: readonly string[]): void {
    const up = this.#drawn === 0 ? HIDE_CURSOR : `\x1b[${this.#drawn}A`;
    this.#terminal.write(`${up}\r${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`);
    this.#drawn = lines.length;
  }
}

function row(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(12)}${cells.map((cell) => cell.padEnd(18)).join('')}`.trimEnd();
}
