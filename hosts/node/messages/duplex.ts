import { Duplex } from 'node:stream';
import { types } from 'node:util';
import { type ConnectionError, ErrorId } from '../../../src/errors.ts';
import { type MessageHandlers, MessagePeer } from '../../../src/messages/message-peer.ts';
import { failureOf } from '../errors.ts';
import { checkArgument } from '../options.ts';

/** Octets of one message: what waits in the peer is no more than that. */
const PIECE = 65536;

/**
 * The octets of a peer's messages as a Duplex of Node's, for protocols that know no messages. What is written goes out in
 * binary messages of at most 64 KiB, one behind the other as the network takes them; a reader that does not read stops the
 * peer. An end closes the connection in order, `destroy` drops it.
 */
export class PeerDuplex extends Duplex {
  readonly peer: MessagePeer;
  #chunk: Uint8Array | undefined;
  #at = 0;
  #done: ((error?: Error) => void) | undefined;
  #isOver = false;

  /** Throws a RingletError for what is no peer. */
  constructor(peer: MessagePeer) {
    checkArgument(!types.isProxy(peer) && peer instanceof MessagePeer, 'peer', 'a MessagePeer');
    super();
    this.peer = peer;
  }

  override _read(): void {
    if (this.peer.endpoint.paused) this.peer.endpoint.resume();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#chunk = chunk;
    this.#at = 0;
    this.#done = done;
    this._send();
  }

  override _final(done: () => void): void {
    this.peer.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Without an error there may still be a Close to send.
    if (!this.#isOver && (error !== null || !this.writableFinished)) this.peer.endpoint.drop();
    done(error);
  }

  _onMessage(data: string | Uint8Array): void {
    const isWanted = this.push(typeof data === 'string' ? Buffer.from(data) : data);
    if (!isWanted) this.peer.endpoint.pause();
  }

  /** Sends what is left of the chunk, as far as nothing waits. */
  _send(): void {
    while (this.#chunk !== undefined) {
      const { length } = this.#chunk;
      if (this.#at === length) {
        const done = this.#done!;
        this.#chunk = this.#done = undefined;
        done();
        return;
      }
      if (this.peer.bufferedAmount !== 0) return;
      const end = Math.min(length, this.#at + PIECE);
      const fault = this.peer.sendMessage(this.#chunk, this.#at, end);
      if (fault === ErrorId.writeTooLong) return;
      if (fault !== 0) {
        this.destroy(errorOf(fault, this.peer));
        return;
      }
      this.#at = end;
    }
  }

  _onClose(error: number): void {
    this.#isOver = true;
    if (error !== 0) this.destroy(errorOf(error, this.peer));
    else {
      this.push(null);
      if (!this.writableFinished) this.end();
    }
  }
}

function errorOf(id: number, { endpoint }: MessagePeer): ConnectionError {
  return failureOf(id, endpoint);
}

/**
 * Handlers that make a {@link PeerDuplex} of every connection and give it to `onDuplex` when it is open:
 * `serve({ ...peers(duplexes(handle)), port })`. Throws a RingletError for what is no function.
 */
export function duplexes(onDuplex: (duplex: PeerDuplex) => void): MessageHandlers {
  checkArgument(typeof onDuplex === 'function', 'onDuplex', 'a function');
  const made = new WeakMap<MessagePeer, PeerDuplex>();
  return {
    onOpen(peer) {
      const duplex = new PeerDuplex(peer);
      made.set(peer, duplex);
      onDuplex(duplex);
    },
    onMessage: (peer, data) => made.get(peer)?._onMessage(data),
    onDrain: (peer) => made.get(peer)?._send(),
    onClose: (peer, _code, _reason, error) => made.get(peer)?._onClose(error),
  };
}
