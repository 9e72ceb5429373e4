import { randomBytes } from 'node:crypto';
import type { MessageDeflater } from '../wire/deflate.ts';
import { encodeFrame, encodeHeader } from '../wire/frame.ts';
import { masked } from '../wire/mask.ts';
import type { TrafficCounts } from './traffic.ts';
import { hexText, payloadText, type WireLog } from './wire-log.ts';
import type { Writer } from './writer.ts';

/** A frame to send, right or wrong. */
export interface OutgoingFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly chop?: number | null;
  readonly sync?: boolean;
  /** The octets that were repeated to make the payload; the log then shows them and the length. */
  readonly pattern?: Uint8Array | null;
}

/** Puts frames and messages on the wire and keeps account of them. It refuses nothing. */
export class Sender {
  deflater: MessageDeflater | null = null;
  readonly #writer: Writer;
  readonly #log: WireLog;
  readonly #traffic: TrafficCounts;
  readonly #isServer: boolean;
  /** The mask of a frame that is written piece by piece, and how much of it has been written. */
  #piecewise: { readonly mask: Buffer | null; at: number } = { mask: null, at: 0 };

  constructor(writer: Writer, log: WireLog, traffic: TrafficCounts, isServer: boolean) {
    this.#writer = writer;
    this.#log = log;
    this.#traffic = traffic;
    this.#isServer = isServer;
  }

  frame(frame: OutgoingFrame): void {
    const { opcode, payload, fin = true, rsv = 0, chop = null, sync = false, pattern = null } = frame;
    const mask = this.#newMask();
    this.#log.framesSent.add(opcode);
    if (opcode <= 2) this.#traffic.outgoingWebSocketFrames++;
    if (this.#log.enabled) {
      const shown = pattern ?? payload;
      this.#log.note([
        'TF',
        [shown.length, payloadText(shown)],
        opcode,
        fin,
        rsv,
        mask && hexText(mask),
        pattern && payload.length,
        chop,
        sync,
      ]);
    }
    const header = { opcode, fin, rsv, length: payload.length, mask };
    this.#write(encodeFrame(header, payload), chop, sync);
  }

  /** One message, compressed if that was negotiated, in frames of `fragment` octets if that is given. */
  async message(opcode: 1 | 2, message: Buffer, fragment: number | null): Promise<void> {
    const compressed = this.deflater === null ? null : await this.deflater.deflate(message);
    this.pieces(opcode, compressed ?? message, fragment, compressed === null ? 0 : 4);
    this.#traffic.outgoingWebSocketMessages++;
    this.#traffic.outgoingOctetsAppLevel += message.length;
    this.#traffic.outgoingOctetsWebSocketLevel += (compressed ?? message).length;
  }

  /** A payload cut into frames; one that is a multiple of the size ends with an empty final frame. */
  pieces(opcode: 1 | 2, payload: Buffer, fragment: number | null, rsv = 0): void {
    if (fragment === null || payload.length <= fragment) {
      this.frame({ opcode, payload, rsv });
      return;
    }
    for (let at = 0; at <= payload.length; at += fragment) {
      const piece = payload.subarray(at, at + fragment);
      const fin = at + fragment > payload.length;
      this.frame(at === 0 ? { opcode, payload: piece, fin, rsv } : { opcode: 0, payload: piece, fin });
    }
  }

  /** The header of an unfinished text frame of this length. */
  beginFrame(length: number): void {
    const mask = this.#newMask();
    this.#piecewise = { mask, at: 0 };
    this.#write(encodeHeader({ opcode: 1, fin: false, rsv: 0, length, mask }));
  }

  /** The next octets of that frame's payload. */
  frameData(data: Buffer): void {
    const { mask, at } = this.#piecewise;
    this.#piecewise.at += data.length;
    this.#write(mask === null ? data : masked(data, mask, at));
  }

  #write(octets: Buffer, chop: number | null = null, sync = false): void {
    this.#traffic.outgoingOctetsWireLevel += octets.length;
    this.#writer.write(octets, chop, sync);
  }

  /** A fresh mask for every frame of a client, none for a server (RFC 6455, section 5.3). */
  #newMask(): Buffer | null {
    return this.#isServer ? null : randomBytes(4);
  }
}
