import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';
import type { DeflateAgreement, DeflateParameters } from './extensions.ts';

/** The octets that end every flush and that a message leaves out (RFC 7692, section 7.2.1). */
const tail = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** The largest message that the tester inflates: well above any that it sends, well below what hurts. */
const inflateLimit = 64 * 1024 * 1024;

/** Compresses messages; keeps its window from one to the next unless told not to. */
export class MessageDeflater {
  readonly #stream: DeflateRaw;
  readonly #fresh: boolean;

  constructor({ noContextTakeover, maxWindowBits }: DeflateParameters) {
    this.#fresh = noContextTakeover;
    this.#stream = createDeflateRaw({ windowBits: maxWindowBits ?? 15 });
    // A stream that is closed in the middle of a message has nobody else who listens.
    this.#stream.on('error', () => undefined);
  }

  deflate(message: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const stream = this.#stream;
      const pieces: Buffer[] = [];
      const collect = (piece: Buffer): void => void pieces.push(piece);
      stream.once('error', reject);
      stream.on('data', collect);
      stream.write(message);
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        stream.off('data', collect);
        stream.off('error', reject);
        if (this.#fresh) stream.reset();
        const whole = Buffer.concat(pieces);
        resolve(whole.subarray(0, whole.length - tail.length));
      });
    });
  }

  close(): void {
    this.#stream.close();
  }
}

/** Expands messages; rejects with a sentence for data that is no DEFLATE stream or that is too large. */
export class MessageInflater {
  #stream: InflateRaw;
  readonly #fresh: boolean;
  readonly #windowBits: number;
  #ended = false;

  constructor({ noContextTakeover, maxWindowBits }: DeflateParameters) {
    this.#fresh = noContextTakeover;
    this.#windowBits = maxWindowBits ?? 15;
    this.#stream = this.#open();
  }

  inflate(message: Uint8Array): Promise<Buffer> {
    // RFC 7692, section 7.2.3.4: a block with BFINAL set may end a message; the next one starts a new stream.
    if (this.#ended) this.#stream = this.#open();
    return new Promise((resolve, reject) => {
      const stream = this.#stream;
      const pieces: Buffer[] = [];
      let length = 0;
      const done = (): void => {
        stream.off('data', collect);
        stream.off('error', fail);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const collect = (piece: Buffer): void => {
        pieces.push(piece);
        length += piece.length;
        if (length > inflateLimit)
          fail(new Error(`more than ${inflateLimit} octets in one compressed message`));
      };
      stream.on('error', fail);
      stream.on('data', collect);
      stream.write(message);
      stream.write(tail);
      stream.flush(() => {
        done();
        if (this.#fresh && !this.#ended) stream.reset();
        resolve(Buffer.concat(pieces));
      });
    });
  }

  close(): void {
    this.#stream.close();
  }

  #open(): InflateRaw {
    this.#ended = false;
    const stream = createInflateRaw({ windowBits: this.#windowBits });
    stream.once('end', () => (this.#ended = true));
    // A stream that fails between two messages has nobody else who listens.
    stream.on('error', () => (this.#ended = true));
    return stream;
  }
}

/** Both directions of one connection, as seen from the tester. */
export interface MessageCodec {
  readonly deflater: MessageDeflater;
  readonly inflater: MessageInflater;
}

/** The tester as server writes with the server's parameters and reads with the client's, and the other way. */
export const openCodec = ({ server, client }: DeflateAgreement, isServer: boolean): MessageCodec => ({
  deflater: new MessageDeflater(isServer ? server : client),
  inflater: new MessageInflater(isServer ? client : server),
});
