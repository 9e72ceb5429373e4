import { type FrameParts, peerFrame } from '../support/frames.ts';
import { concat, utf8 } from '../support/octets.ts';

/** What a correct endpoint does with the octets of a row. */
export interface Expected {
  /** Lines of the trace: what is delivered, behind `open`. */
  readonly told: readonly string[];
  /** The code of the Close that is sent, 0 for one without a code; undefined if none is. */
  readonly close: number | undefined;
  /** How it ends: `clean`, or an error; undefined if it stays open. */
  readonly end: string | undefined;
  /** The peer's close code as it is told at the end. */
  readonly code?: number;
  /** Payloads of the Pongs, in hex. */
  readonly pongs?: readonly string[];
}

/** A row of the catalogue of hostile inputs, for one role or both: frames after the opening handshake. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly input: (role: 'client' | 'server') => Uint8Array;
  readonly expected: Expected;
  /** What faces that report no control frames make of it, where that is not the same without those lines. */
  readonly webSocket?: Expected;
  readonly uplink?: Expected;
  readonly limits?: object;
}

/** The lines that a face without control frames has of `told`. */
const withoutControl = (told: readonly string[]): readonly string[] =>
  told.filter((line) => !/^(ping|pong|close)/.test(line));

/** What the face of this name makes of a row. */
export function expectedOf(row: Row, face: string): Expected {
  const { expected, webSocket, uplink } = row;
  if (face !== 'WebSocket' && face !== 'Uplink') return expected;
  const own = face === 'WebSocket' ? webSocket : uplink;
  return own ?? { ...expected, told: withoutControl(expected.told) };
}

export const frames =
  (...parts: readonly FrameParts[]) =>
  (role: 'client' | 'server'): Uint8Array =>
    concat(...parts.map((each) => peerFrame(role, each)));

export const HELLO: FrameParts = { opcode: 1, payload: utf8('Hello') };
/** Behind every fault: nothing of it may be delivered. */
export const AFTER: FrameParts = { opcode: 1, payload: utf8('never') };

export const fault = (code: number, end: string, told: readonly string[] = ['text "Hello"']): Expected => ({
  told,
  close: code,
  end,
  code: 1006,
});
export const fine = (...told: string[]): Expected => ({ told, close: undefined, end: undefined });
