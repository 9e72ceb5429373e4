import { createRequire } from 'node:module';
import { FRAMES_OF_UNDICI } from './differences.ts';
import { compare, hexOf, type Judge } from './judge.ts';
import { endOf, LIMITS, type Reading } from './reading.ts';

interface Parser {
  readonly closingInfo: { readonly code: number | undefined; readonly reason: string } | undefined;
  _write(octets: Uint8Array, encoding: string, done: () => void): void;
}

const { ByteParser } = createRequire(import.meta.url)('undici/lib/web/websocket/receiver.js') as {
  ByteParser: new (handler: object, extensions: null, options: object) => Parser;
};
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const OPEN = 1;

/** What undici reads the frames of a server with. */
export class UndiciJudge implements Judge {
  readonly name = 'undici';
  readonly known = FRAMES_OF_UNDICI;
  readonly verdict = { told: [] as string[], refused: undefined as string | undefined };
  readonly #parser: Parser;
  #hasClosed = false;

  constructor() {
    const { verdict } = this;
    const refuse = (why: string): void => void (verdict.refused ??= why);
    const handler = {
      readyState: OPEN,
      closeState: new Set(),
      controller: { abort: () => refuse('it aborts') },
      socket: { write() {}, destroy() {}, destroyed: false, writableNeedDrain: false },
      onMessage(type: number, data: Uint8Array) {
        if (verdict.refused !== undefined) return;
        try {
          // As its WebSocket does.
          if (type === 1) DECODER.decode(data);
          verdict.told.push(`${type === 1 ? 'text' : 'binary'} ${hexOf(data)}`);
        } catch {
          refuse('text that is no UTF-8');
        }
      },
      onPing: (data: Uint8Array) => verdict.told.push(`ping ${hexOf(data)}`),
      onPong: (data: Uint8Array) => verdict.told.push(`pong ${hexOf(data)}`),
    };
    const { maxMessageSize, maxFragments } = LIMITS;
    this.#parser = new ByteParser(handler, null, { maxPayloadSize: maxMessageSize, maxFragments });
  }

  feed(octets: Uint8Array): void {
    if (this.verdict.refused !== undefined || this.#hasClosed) return;
    this.#parser._write(Buffer.from(octets), 'buffer', () => {});
    const { closingInfo } = this.#parser;
    if (closingInfo === undefined || this.verdict.refused !== undefined) return;
    this.#hasClosed = true;
    const { code = 1005, reason } = closingInfo;
    this.verdict.told.push(`close ${code} ${hexOf(Buffer.from(reason))}`);
  }
}

/** Judges the frames of a server by undici, a client; as {@link compare} says. */
export const judgeByUndici = (octets: Uint8Array, reading: Reading): void =>
  compare(octets, reading.lines, endOf(reading), new UndiciJudge());
