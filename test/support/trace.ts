import { nameOfError } from '../../src/error-text.ts';
import { Span } from '../../src/connection/events.ts';
import { toHex } from './octets.ts';

/**
 * What a connection told, as lines that do not depend on how its input was split: parts of a message that
 * follow each other are one. A line that ends in `…` is a message that goes on, one that begins so goes on
 * from an earlier line.
 *
 *     open · text "Hello" · binary 00 ff · ping 01 · pong · close 1000 "bye" · over 1006 textInvalid
 */
export class Trace {
  readonly #lines: string[] = [];
  #part: { begun: boolean; binary: boolean; bytes: number[]; more: boolean } | undefined;

  open(): void {
    this.note('open');
  }

  data(bytes: Uint8Array, start: number, end: number, span: number): void {
    const first = (span & Span.first) !== 0;
    const binary = (span & Span.binary) !== 0;
    const before = this.#part;
    if (before !== undefined && (first || !before.more || before.binary !== binary)) this.#flush();
    this.#part ??= { begun: first, binary, bytes: [], more: true };
    for (let i = start; i < end; i++) this.#part.bytes.push(bytes[i]);
    this.#part.more = (span & Span.more) !== 0;
  }

  control(opcode: number, payload: Uint8Array): void {
    this.note(opcode === 8 ? closeLine(payload) : controlLine(opcode === 9 ? 'ping' : 'pong', payload));
  }

  over(code: number, error: number): void {
    this.note(`over ${code} ${error === 0 ? 'clean' : nameOfError(error)}`);
  }

  note(line: string): void {
    this.#flush();
    this.#lines.push(line);
  }

  get lines(): string[] {
    return [...this.#lines, ...this.#partLine()];
  }

  #flush(): void {
    this.#lines.push(...this.#partLine());
    this.#part = undefined;
  }

  #partLine(): string[] {
    const part = this.#part;
    if (part === undefined) return [];
    return [dataLine(part.binary, Uint8Array.from(part.bytes), part.begun, part.more)];
  }
}

export function dataLine(binary: boolean, bytes: Uint8Array, begun: boolean, more: boolean): string {
  const kind = binary ? 'binary' : 'text';
  return `${begun ? '' : '… '}${kind} ${binary ? spaced(bytes) : textOf(bytes)}${more ? ' …' : ''}`;
}

export function controlLine(name: string, payload: Uint8Array): string {
  return payload.length === 0 ? name : `${name} ${spaced(payload)}`;
}

export function closeLine(payload: Uint8Array): string {
  if (payload.length < 2) return controlLine('close', payload);
  const code = (payload[0] << 8) | payload[1];
  return payload.length === 2 ? `close ${code}` : `close ${code} ${textOf(payload.subarray(2))}`;
}

/** Text in quotes where it is UTF-8, else its octets. */
export function textOf(bytes: Uint8Array): string {
  try {
    return JSON.stringify(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return spaced(bytes);
  }
}

export function spaced(bytes: ArrayLike<number>): string {
  return toHex(bytes).replace(/..(?!$)/g, '$& ');
}
