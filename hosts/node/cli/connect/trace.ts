import { performance } from 'node:perf_hooks';
import type { TransportFactory, TransportSink } from '../../../../src/host.ts';

/** Octets of a response's head that are kept for people. */
const LONGEST = 65536;

const END = '\r\n\r\n';

/** The head at the beginning of `text`, without its blank line; undefined if it is not whole. Interim responses go. */
function headIn(text: string): string | undefined {
  const end = text.indexOf(END);
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  return /^HTTP\/1\.1 1(?!01)\d\d\b/.test(head) ? headIn(text.slice(end + END.length)) : head;
}

/** Watches a client's transport: both heads of the opening handshake, and how long each step took. */
export class Trace {
  /** The request as it was sent, without its blank line; empty before that. */
  request = '';
  /** The final response, likewise. */
  response = '';
  /** Milliseconds of `performance.now()`; NaN for what has not happened. */
  readonly startedAt = performance.now();
  connectedAt = NaN;
  openedAt = NaN;
  #received = '';

  readonly through =
    (make: TransportFactory): TransportFactory =>
    (sink) => {
      const inner = make(this.#watched(sink));
      return {
        write: (bytes, start, end) => {
          if (this.request === '') this.request = headIn(latin1(bytes, start, end)) ?? '';
          return inner.write(bytes, start, end);
        },
        resume: () => inner.resume(),
        end: () => inner.end(),
        close: () => inner.close(),
      };
    };

  /** A header of the response; empty if it has none. */
  header(name: string): string {
    const values: string[] = [];
    for (const line of this.response.split('\r\n').slice(1)) {
      const colon = line.indexOf(':');
      if (line.slice(0, colon).toLowerCase() === name) values.push(line.slice(colon + 1).trim());
    }
    return values.join(', ');
  }

  #watched(sink: TransportSink): TransportSink {
    return {
      transportOpened: () => {
        this.connectedAt = performance.now();
        sink.transportOpened();
      },
      transportReceived: (bytes, start, end) => {
        if (this.response !== '') return sink.transportReceived(bytes, start, end);
        // Looked at first, since it is open before that returns; what was not consumed comes again.
        this.response = headIn(this.#received + latin1(bytes, start, end)) ?? '';
        const consumed = sink.transportReceived(bytes, start, end);
        if (this.response !== '' || this.#received.length > LONGEST) this.#received = '';
        else this.#received += latin1(bytes, start, consumed);
        return consumed;
      },
      transportWritable: (sent) => sink.transportWritable(sent),
      transportClosed: (failure, reason) => sink.transportClosed(failure, reason),
    };
  }
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
