import { CLIENT_HEADERS, ClientHandshake, type ClientRequest, Field } from './client-handshake.ts';
import { HandshakeHeaders } from './handshake-headers.ts';
import type { OpeningFactory, OpeningSetup } from './opening.ts';
import { type HandshakeOutcome, keptOf } from './outcome.ts';
import type { Proof } from './proof.ts';

type Fields = (string | undefined)[];

/**
 * The client's half of the opening handshake that also keeps what else was agreed on, and headers of the response that were
 * asked for by name, be it one that refuses. A class of its own, so that a device need not carry it.
 */
export class KeepingHandshake extends ClientHandshake {
  extensions = '';
  headers: HandshakeHeaders | undefined;
  kept: HandshakeOutcome | undefined;
  readonly #names: readonly string[];
  readonly #wanted: ReadonlySet<string>;

  /** `wanted` are the names of headers, in lower case. */
  constructor(request: ClientRequest, proof: Proof, setup: OpeningSetup, wanted: readonly string[]) {
    const names = [...CLIENT_HEADERS, ...wanted];
    // What was asked for is kept, as long as the head may be.
    super(request, proof, { ...setup, longestLine: setup.limit }, names);
    this.#names = names;
    this.#wanted = new Set(wanted);
  }

  protected override _startLine(line: string): number {
    // What an interim response said is over.
    this.headers = this.#wanted.size === 0 ? undefined : new HandshakeHeaders();
    return super._startLine(line);
  }

  protected override field(fields: Fields, index: number, value: string): number {
    const name = this.#names[index];
    if (this.#wanted.has(name)) this.headers?._add(name, value);
    return super.field(fields, index, value);
  }

  protected override _headEnd(fields: Fields): number {
    const fault = super._headEnd(fields);
    if (fault !== 0 || !this.done) return fault;
    this.extensions = fields[Field.extensions] ?? '';
    this.kept = keptOf(this, this.extensions, this.headers);
    return 0;
  }
}

/** The option `opening` of a client that asks for `request` and keeps the response's headers whose names are `wanted`. */
export function keepingOpening(
  request: ClientRequest,
  proof: Proof,
  wanted: readonly string[] = [],
): OpeningFactory {
  return (setup) => new KeepingHandshake(request, proof, setup, wanted);
}
