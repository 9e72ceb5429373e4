import { type Figures, ratesOf } from './figures.ts';
import { octets, perSecond, quantile } from './format.ts';
import type { Reporter } from './reporter.ts';

/** Shows nothing: for whoever wants one object at the end. */
export class SilentReporter implements Reporter {
  readonly interval = 1000;

  note(): void {}
  show(): void {}
  end(): void {}
}

/** Plain lines for whatever is not a terminal: about one a second. */
export class LineReporter implements Reporter {
  readonly interval = 1000;
  readonly #stream: NodeJS.WritableStream;
  #before: Figures | undefined;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  show(figures: Figures): void {
    const before = this.#before;
    this.#before = figures;
    if (before === undefined) return;
    const rates = ratesOf(before, figures);
    const parts = [
      `${figures.seconds.toFixed(0)} s`,
      `sent ${perSecond(rates.messagesSent)} ${octets(rates.octetsSent)}/s`,
      `received ${perSecond(rates.messagesReceived)} ${octets(rates.octetsReceived)}/s`,
      `round trip p50 ${quantile(figures.rttP50, figures)} p99 ${quantile(figures.rttP99, figures)}`,
      `kept ${figures.recordsKept} acknowledged ${figures.recordsAcknowledged} dropped ${figures.recordsDropped}`,
      `skipped ${figures.skipped}`,
      `reconnects ${figures.reconnects}`,
      `RAM ${octets(figures.ram)}`,
    ];
    this.#stream.write(`${parts.join('  ')}\n`);
  }

  end(): void {}
}
