import * as ws from 'ws';
import { COMPRESSED_FRAMES_OF_WS, COMPRESSED_FRAMES_REFUSED_BY_WS, FRAMES_OF_WS } from './differences.ts';
import { compare, decide, decideUntil, hexOf, isFault, type Judge, PADDING } from './judge.ts';
import { endOf, LIMITS, type Reading } from './reading.ts';

interface WsReceiver {
  on(event: string, listener: (...values: never[]) => void): this;
  write(octets: Uint8Array, done: (error?: { code?: string } | null) => void): void;
  _write(octets: Uint8Array, encoding: string, done: (error?: { code?: string } | null) => void): void;
}

/** What `ws` reads frames with. */
export class WsJudge implements Judge {
  readonly name = 'ws';
  readonly known: Readonly<Record<string, string>>;
  readonly verdict = { told: [] as string[], refused: undefined as string | undefined };
  readonly #receiver: WsReceiver;

  constructor(isServer: boolean, known = FRAMES_OF_WS, extensions = {}) {
    this.known = known;
    const { told } = this.verdict;
    const { Receiver } = ws as unknown as { Receiver: new (options: object) => WsReceiver };
    this.#receiver = new Receiver({
      isServer,
      extensions,
      maxPayload: LIMITS.maxMessageSize,
      binaryType: 'nodebuffer',
      allowSynchronousEvents: true,
    });
    this.#receiver
      .on('message', (data: Uint8Array, isBinary: boolean) =>
        told.push(`${isBinary ? 'binary' : 'text'} ${hexOf(data)}`),
      )
      .on('ping', (data: Uint8Array) => told.push(`ping ${hexOf(data)}`))
      .on('pong', (data: Uint8Array) => told.push(`pong ${hexOf(data)}`))
      .on('conclude', (code: number, reason: Uint8Array) => told.push(`close ${code} ${hexOf(reason)}`))
      .on('error', (error: { code?: string }) => this.#refuses(error));
  }

  #refuses(error: { code?: string } | null | undefined): void {
    if (error !== undefined && error !== null) this.verdict.refused ??= error.code ?? 'error';
  }

  /** What `write` calls, without the queue of a stream: it has come to its end when it returns. */
  feed(octets: Uint8Array): void {
    this.#receiver._write(Buffer.from(octets), 'buffer', (error) => this.#refuses(error));
  }

  /** The same where something is decompressed, which zlib does elsewhere. */
  feedLater(octets: Uint8Array): Promise<void> {
    return new Promise((resolve) =>
      this.#receiver.write(Buffer.from(octets), (error) => {
        this.#refuses(error);
        resolve();
      }),
    );
  }
}

export const judgeByWs = (octets: Uint8Array, reading: Reading, isServer: boolean): void =>
  compare(octets, reading.lines, endOf(reading), new WsJudge(isServer));

type Decompressed = (error: Error | null, octets?: Uint8Array) => void;

interface WsDeflate {
  /** What decompresses; none at the beginning, and behind a final block. */
  _inflate: object | null;
  accept(offers: object[]): object;
  decompress(data: Uint8Array, fin: boolean, done: Decompressed): void;
  cleanup(): void;
}

/**
 * How many messages `ws` had told when zlib came to a final block in the next one: there it stops, leaves out what follows, and
 * forgets its window. Ours goes on (RFC 7692 §7.2.3.4). Infinity before that.
 */
function finalBlocks(deflate: WsDeflate, told: readonly string[]): { before: number } {
  const found = { before: Infinity };
  const decompress = deflate.decompress.bind(deflate);
  deflate.decompress = (data, fin, done) =>
    decompress(data, fin, (error, octets) => {
      if (!error && deflate._inflate === null) found.before = Math.min(found.before, told.length);
      done(error, octets);
    });
  return found;
}

/** The same for a connection that compresses in both directions, with windows of 15 bits that are kept. */
export async function judgeCompressedByWs(
  octets: Uint8Array,
  reading: Reading,
  isServer: boolean,
): Promise<void> {
  const { PerMessageDeflate } = ws as unknown as { PerMessageDeflate: new (options: object) => WsDeflate };
  const deflate = new PerMessageDeflate({ isServer, maxPayload: LIMITS.maxMessageSize });
  deflate.accept([{}]);
  const judge = new WsJudge(isServer, COMPRESSED_FRAMES_OF_WS, { 'permessage-deflate': deflate });
  const end = endOf(reading);
  const final = finalBlocks(deflate, judge.verdict.told);
  await judge.feedLater(octets);
  const before = judge.verdict.told.length;
  if (isFault(end) && judge.verdict.refused === undefined) await judge.feedLater(PADDING);
  deflate.cleanup();
  if ((judge.verdict.refused ?? '') in COMPRESSED_FRAMES_REFUSED_BY_WS) return;
  // Of no octets at all zlib waits for more; the next message would be taken for it. Others send that, and mean nothing by it.
  if (reading.lines.some((line) => /^(binary|text "")/.test(line) && !/[\da-f]{2}/.test(line))) return;
  if (final.before === Infinity) decide(reading.lines, end, judge, before);
  else decideUntil(final.before, reading.lines, end, judge);
}
