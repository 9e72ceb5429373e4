import type { CaseEvent, ExpectedClose, Payload, Step } from './notation.ts';
import type { DataSet } from './data/data-set.ts';
import type { DeflateParameters } from '../wire/extensions.ts';

interface Described {
  /** `section.subsection` or `section.subsection.number`. */
  readonly id: string;
  /** What the tester does. */
  readonly description: string;
  /** What a correct peer does. */
  readonly expectation: string;
  readonly expectedClose: ExpectedClose;
}

/** Steps in order, then the observed events are held against lists of events. Most cases are of this kind. */
export interface ScriptCase extends Described {
  readonly kind: 'script';
  readonly steps: readonly Step[];
  readonly outcomes: { readonly OK: readonly CaseEvent[]; readonly 'NON-STRICT'?: readonly CaseEvent[] };
  /** The tester does not close of its own accord when the events match: the script closes, or must not. */
  readonly holdClose?: true;
  /** A wrong close code is the very thing that the case tests, so it fails the case as a whole. */
  readonly wrongCodeFails?: true;
  /** The specification leaves the behaviour open: the verdict is INFORMATIONAL, these are its sentences. */
  readonly informational?: { readonly OK: string; readonly 'NON-STRICT': string; readonly other: string };
  /** Data frames, by opcode, that the tester itself must have sent: a check on the tester. */
  readonly framesSent?: Readonly<Record<number, number>>;
}

/** A large message sent once; the verdict is "the echo arrived whole in time". */
export interface EchoCase extends Described {
  readonly kind: 'echo';
  readonly steps: readonly Step[];
  readonly payload: Payload;
  readonly binary: boolean;
  readonly seconds: number;
}

/** The same message sent again after each echo. */
export interface RoundsCase extends Described {
  readonly kind: 'rounds';
  readonly payload: Payload;
  readonly binary: boolean;
  readonly rounds: number;
  readonly seconds: number;
}

/** Compressed messages, each the next window of a data set, one after each echo. */
export interface CompressedCase extends Described {
  readonly kind: 'compressed';
  readonly data: DataSet;
  /** Octets of a binary data set, characters of a text one. */
  readonly length: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Octets a frame, or null for one frame a message. */
  readonly fragment: number | null;
  /** What the tester asks for, in order of preference: of a client in its answer, of a server in its offers. */
  readonly parameters: readonly DeflateParameters[];
}

/** A case of the lab, by what the tester does in it. */
export type Case = ScriptCase | EchoCase | RoundsCase | CompressedCase;

/** The tester starts the closing handshake with 1000 and the peer completes it. */
export const closedByTester: ExpectedClose = { closedByMe: true, closeCode: [1000], requireClean: true };

/** The peer fails the connection with 1002, or simply drops it (RFC 6455, section 7.1.7). */
export const failedByPeer: ExpectedClose = { closedByMe: false, closeCode: [1002], requireClean: false };

/** The peer fails the connection with 1007; a peer that leaves that to the tester missed the bad UTF-8. */
export const refusedAsText: ExpectedClose = {
  closedByMe: false,
  closeCode: [1007],
  requireClean: false,
  closedByWrongEndpointIsFatal: true,
};
