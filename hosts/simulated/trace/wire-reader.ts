import { printable } from './printable.ts';

/** Told of what was read: its kind (`http`, `frame`, `octets`), and a line, which is made when somebody looks. */
export type Found = (kind: string, text: string | (() => string)) => void;

const NAMES: Readonly<Record<number, string>> = Object.freeze({
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
});

/** A head of HTTP is not longer than this; what else begins like one is none. */
const HEAD = 65536;
/** Octets of a payload that are shown. */
const SHOWN = 48;

const enum Mode {
  start,
  head,
  frames,
  opaque,
}

/**
 * Looks at one direction of a connection and tells what goes over it: the first line of a head of HTTP, then WebSocket
 * frames. It has a reading of its own, so that a trace shows what is on the wire and not what the engine takes it for.
 */
export class WireReader {
  #mode = Mode.start;
  #text = '';
  /** Octets of a frame's header that have come, and how many it has. */
  #header: number[] = [];
  #payload: number[] = [];
  #left = 0;

  read(octets: Uint8Array, found: Found): void {
    let at = 0;
    while (at < octets.length) {
      if (this.#mode === Mode.opaque) {
        found('octets', `${octets.length - at}`);
        return;
      }
      if (this.#mode === Mode.frames) at = this.#readFrame(octets, at, found);
      else this.#readHead(octets[at++], found);
    }
  }

  #readHead(octet: number, found: Found): void {
    this.#text += String.fromCharCode(octet);
    const text = this.#text;
    if (this.#mode === Mode.start) {
      if ('GET '.startsWith(text) || 'HTTP'.startsWith(text)) {
        if (text.length === 4) this.#mode = Mode.head;
        return;
      }
      found('octets', JSON.stringify(text));
      this.#mode = Mode.opaque;
    } else if (text.endsWith('\r\n\r\n')) {
      found('http', text.slice(0, text.indexOf('\r\n')));
      const goesOn = text.startsWith('GET ') || text.startsWith('HTTP/1.1 101');
      this.#mode = goesOn ? Mode.frames : text.startsWith('HTTP/1.1 1') ? Mode.start : Mode.opaque;
      this.#text = '';
    } else if (text.length > HEAD) this.#mode = Mode.opaque;
  }

  /** Takes one octet of a header, or as much of a payload as there is. */
  #readFrame(octets: Uint8Array, start: number, found: Found): number {
    if (this.#left > 0) {
      const count = Math.min(this.#left, octets.length - start);
      for (let i = start; i < start + count && this.#payload.length < SHOWN; i++)
        this.#payload.push(octets[i]);
      this.#left -= count;
      if (this.#left === 0) this.#finish(found);
      return start + count;
    }
    const header = this.#header;
    header.push(octets[start]);
    if (header.length < 2) return start + 1;
    const short = header[1] & 127;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (header.length < 2 + extended + (header[1] & 128 ? 4 : 0)) return start + 1;
    this.#left = header
      .slice(2, 2 + extended)
      .reduce((sum, octet) => sum * 256 + octet, extended === 0 ? short : 0);
    this.#length = this.#left;
    if (this.#left === 0) this.#finish(found);
    return start + 1;
  }

  #length = 0;

  #finish(found: Found): void {
    const header = this.#header;
    const payload = this.#payload;
    const length = this.#length;
    this.#header = [];
    this.#payload = [];
    found('frame', () => frameText(header, payload, length));
  }
}

function frameText(header: readonly number[], masked: readonly number[], length: number): string {
  const [first, second] = header;
  const key = second & 128 ? header.slice(-4) : [0, 0, 0, 0];
  const payload = Uint8Array.from(masked, (octet, index) => octet ^ key[index & 3]);
  const opcode = first & 15;
  const name = NAMES[opcode] ?? `opcode ${opcode}`;
  const marks = `${first & 0x40 ? ' compressed' : ''}${first & 0x80 ? '' : ' …'}`;
  let shown = '';
  if (opcode === 8 && payload.length >= 2)
    shown = ` ${(payload[0] << 8) | payload[1]} ${textOf(payload.subarray(2), length - 2)}`;
  else if (opcode === 1 && (first & 0x40) === 0) shown = ` ${textOf(payload, length)}`;
  return `${name}${marks} ${length}${shown}`;
}

/** Text in quotes, with a mark where it goes on; control characters as escapes, also those that JSON leaves as they are. */
function textOf(payload: Uint8Array, length: number): string {
  const text = printable(JSON.stringify(new TextDecoder().decode(payload)));
  return length > payload.length ? `${text}…` : text;
}
