import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

/** How the endpoint behaves. Everything is right as it stands in `correct`; a fault changes one thing. */
export interface Conduct {
  readonly accept: (key: string) => string;
  readonly unmask: boolean;
  readonly masks: 'as its role says' | 'wrongly';
  /** Waits for the rest of a frame when a read ends inside it. */
  readonly waitsForRest: boolean;
  readonly readLength: (octets: Buffer, at: number, size: 2 | 8) => number;
  readonly longLengths: boolean;
  readonly checksRsv: boolean;
  readonly reservedData: 'fails' | 'ignores' | 'echoes';
  readonly reservedControl: 'fails' | 'ignores';
  readonly longControl: 'fails' | 'takes';
  readonly fragmentedControl: 'fails' | 'takes';
  readonly strayContinuation: 'fails' | 'ignores';
  readonly interruptedMessage: 'fails' | 'starts anew';
  readonly fragments: 'joins' | 'keeps the last';
  readonly validText: (octets: Buffer, final: boolean) => boolean;
  readonly textCheck: 'at once' | 'at the end' | 'each frame' | 'never';
  readonly textCode: number;
  readonly failureCode: number;
  readonly maxMessage: number;
  readonly echo: (payload: Buffer) => readonly Buffer[];
  readonly echoOpcode: (opcode: number) => number;
  readonly pong: (payload: Buffer) => Buffer | null;
  readonly pongsWhen: 'at once' | 'after the message' | 'only the last';
  readonly answersPong: boolean;
  readonly answersClose: 'and ends' | 'and stays' | 'never' | 'by ending';
  readonly closeReply: (code: number | null) => number | null;
  readonly validCode: (code: number) => boolean;
  readonly shortClose: 'fails' | 'takes';
  readonly checksReason: boolean;
  readonly afterClose: 'silent' | 'goes on';
}

const decoder = (octets: Buffer, final: boolean): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets, { stream: !final });
    return true;
  } catch {
    return false;
  }
};

const accept = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

export const correct: Conduct = {
  accept,
  unmask: true,
  masks: 'as its role says',
  waitsForRest: true,
  readLength: (octets, at, size) =>
    size === 2 ? octets.readUInt16BE(at) : Number(octets.readBigUInt64BE(at)),
  longLengths: false,
  checksRsv: true,
  reservedData: 'fails',
  reservedControl: 'fails',
  longControl: 'fails',
  fragmentedControl: 'fails',
  strayContinuation: 'fails',
  interruptedMessage: 'fails',
  fragments: 'joins',
  validText: decoder,
  textCheck: 'at once',
  textCode: 1007,
  failureCode: 1002,
  maxMessage: Number.POSITIVE_INFINITY,
  echo: (payload) => [payload],
  echoOpcode: (opcode) => opcode,
  pong: (payload) => payload,
  pongsWhen: 'at once',
  answersPong: false,
  answersClose: 'and ends',
  closeReply: (code) => code ?? 1000,
  validCode: (code) =>
    (code >= 1000 && code < 1015 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code < 5000),
  shortClose: 'fails',
  checksReason: true,
  afterClose: 'silent',
};

/** A whole frame as it was received. */
interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly payload: Buffer;
  readonly size: number;
}

/** An echo endpoint small enough to read, on a socket whose opening handshake is done. It shares no code with the tester. */
export class FaultyEndpoint {
  readonly #socket: Socket;
  readonly #isClient: boolean;
  readonly #conduct: Conduct;
  #octets: Buffer = Buffer.alloc(0);
  #opcode = 0;
  #message: Buffer = Buffer.alloc(0);
  #held: Buffer[] = [];
  #closing = false;

  constructor(socket: Socket, isClient: boolean, conduct: Conduct) {
    this.#socket = socket;
    this.#isClient = isClient;
    this.#conduct = conduct;
    socket.on('error', () => socket.destroy());
  }

  push(octets: Buffer): void {
    this.#octets = Buffer.concat([this.#octets, octets]);
    for (let frame = this.#read(); frame !== null; frame = this.#read()) {
      this.#octets = this.#octets.subarray(frame.size);
      if (this.#closing && this.#conduct.afterClose === 'silent') continue;
      if (frame.opcode >= 8) this.#control(frame);
      else this.#data(frame);
    }
    this.#partOfText();
    if (!this.#conduct.waitsForRest) this.#octets = Buffer.alloc(0);
    for (const payload of this.#conduct.pongsWhen === 'only the last' ? this.#held.splice(0).slice(-1) : []) {
      this.#send(10, payload);
    }
  }

  #send(opcode: number, payload: Buffer): void {
    const wrongly = this.#conduct.masks === 'wrongly';
    const mask = this.#isClient !== wrongly ? randomBytes(4) : null;
    const long = payload.length > 65535 || this.#conduct.longLengths;
    const size = long ? 8 : payload.length > 125 ? 2 : 0;
    const head = Buffer.alloc(2 + size);
    head[0] = 0x80 | opcode;
    head[1] = (mask ? 0x80 : 0) | (size === 8 ? 127 : size === 2 ? 126 : payload.length);
    if (size === 2) head.writeUInt16BE(payload.length, 2);
    if (size === 8) head.writeBigUInt64BE(BigInt(payload.length), 2);
    const body = mask ? payload.map((octet, at) => octet ^ mask[at & 3]!) : payload;
    this.#socket.write(Buffer.concat([head, mask ?? Buffer.alloc(0), body]));
  }

  #fail(code: number): void {
    if (this.#closing) return;
    this.#send(8, Buffer.of(code >> 8, code & 255));
    this.#closing = true;
    // Whoever answers the Close frame ends the connection; a peer that does not is not waited for.
    setTimeout(() => this.#socket.end(), 300).unref();
  }

  /** The frame at the front, or null while it is not whole. */
  #read(): Frame | null {
    const octets = this.#octets;
    const head = this.#head();
    if (head === null || octets.length < head.end + head.length) return null;
    const raw = octets.subarray(head.end, head.end + head.length);
    return {
      opcode: octets[0]! & 15,
      fin: octets[0]! >= 128,
      rsv: (octets[0]! >> 4) & 7,
      payload: this.#unmasked(raw, head.mask),
      size: head.end + head.length,
    };
  }

  #head(): { readonly end: number; readonly length: number; readonly mask: Buffer | null } | null {
    const octets = this.#octets;
    if (octets.length < 2) return null;
    const code = octets[1]! & 127;
    const size = code === 127 ? 8 : code === 126 ? 2 : 0;
    const isMasked = octets[1]! >= 128;
    const end = 2 + size + (isMasked ? 4 : 0);
    if (octets.length < end) return null;
    const length = size === 0 ? code : this.#conduct.readLength(octets, 2, size);
    return { end, length, mask: isMasked ? octets.subarray(end - 4, end) : null };
  }

  #unmasked(octets: Buffer, mask: Buffer | null): Buffer {
    if (mask === null || !this.#conduct.unmask) return Buffer.from(octets);
    return Buffer.from(octets.map((octet, at) => octet ^ mask[at & 3]!));
  }

  #control({ opcode, fin, rsv, payload }: Frame): void {
    const conduct = this.#conduct;
    if (rsv !== 0 && conduct.checksRsv) return this.#fail(conduct.failureCode);
    if (opcode > 10) return conduct.reservedControl === 'fails' ? this.#fail(conduct.failureCode) : undefined;
    if (!fin && conduct.fragmentedControl === 'fails') return this.#fail(conduct.failureCode);
    if (payload.length > 125 && conduct.longControl === 'fails') return this.#fail(conduct.failureCode);
    if (opcode === 8) return this.#closed(payload);
    if (opcode === 10) return conduct.answersPong ? this.#send(10, payload) : undefined;
    const pong = conduct.pong(payload);
    if (pong === null) return;
    const hold =
      conduct.pongsWhen === 'only the last' || (conduct.pongsWhen !== 'at once' && this.#opcode !== 0);
    if (hold) this.#held.push(pong);
    else this.#send(10, pong);
  }

  #data({ opcode, fin, rsv, payload }: Frame): void {
    const conduct = this.#conduct;
    if (rsv !== 0 && conduct.checksRsv) return this.#fail(conduct.failureCode);
    if (opcode > 2) {
      if (conduct.reservedData === 'fails') this.#fail(conduct.failureCode);
      if (conduct.reservedData === 'echoes') this.#send(opcode, payload);
      return;
    }
    if (opcode === 0 && this.#opcode === 0) {
      return conduct.strayContinuation === 'fails' ? this.#fail(conduct.failureCode) : undefined;
    }
    if (opcode !== 0 && this.#opcode !== 0 && conduct.interruptedMessage === 'fails') {
      return this.#fail(conduct.failureCode);
    }
    const first = opcode !== 0;
    if (first) this.#opcode = opcode;
    const joined =
      first || conduct.fragments === 'keeps the last' ? payload : Buffer.concat([this.#message, payload]);
    this.#message = joined;
    if (joined.length > conduct.maxMessage) return this.#fail(1009);
    if (this.#opcode === 1 && !this.#textIsRight(payload, fin)) return this.#fail(conduct.textCode);
    if (fin) this.#deliver();
  }

  #textIsRight(payload: Buffer, fin: boolean): boolean {
    const { textCheck, validText } = this.#conduct;
    if (textCheck === 'never') return true;
    if (textCheck === 'each frame') return validText(payload, true);
    return textCheck === 'at the end' && !fin ? true : validText(this.#message, fin);
  }

  /** A strict endpoint looks at the text of a frame that is not whole yet. */
  #partOfText(): void {
    const head = this.#head();
    const opcode = head && this.#octets[0]! & 15;
    const isText = opcode === 1 || (opcode === 0 && this.#opcode === 1);
    if (head === null || !isText || this.#conduct.textCheck !== 'at once') return;
    const part = this.#unmasked(this.#octets.subarray(head.end), head.mask);
    const text = opcode === 1 ? part : Buffer.concat([this.#message, part]);
    if (!this.#conduct.validText(text, false)) this.#fail(this.#conduct.textCode);
  }

  #deliver(): void {
    const opcode = this.#conduct.echoOpcode(this.#opcode);
    for (const echo of this.#conduct.echo(this.#message)) this.#send(opcode, echo);
    this.#opcode = 0;
    this.#message = Buffer.alloc(0);
    if (this.#conduct.pongsWhen === 'after the message') {
      for (const payload of this.#held.splice(0)) this.#send(10, payload);
    }
  }

  #closed(payload: Buffer): void {
    const conduct = this.#conduct;
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : null;
    if (payload.length === 1 && conduct.shortClose === 'fails') return this.#fail(conduct.failureCode);
    if (code !== null && !conduct.validCode(code)) return this.#fail(conduct.failureCode);
    if (conduct.checksReason && !decoder(payload.subarray(2), true)) return this.#fail(1007);
    if (conduct.answersClose === 'never') return;
    if (conduct.answersClose !== 'by ending' && !this.#closing) {
      const reply = conduct.closeReply(code);
      this.#send(8, reply === null ? Buffer.alloc(0) : Buffer.of(reply >> 8, reply & 255));
    }
    this.#closing = true;
    // What may follow the Close frame in the same second must still be read by an endpoint that goes on.
    const ends = conduct.answersClose !== 'and stays' && !this.#isClient;
    if (ends) setTimeout(() => this.#socket.end(), conduct.afterClose === 'goes on' ? 200 : 0);
  }
}
