/**
 * The words in which the catalogue is written: payloads, the steps that a tester takes, the events that it
 * expects. Nothing here acts; `run/` reads these values and does what they say.
 */

/** Octets given as a pattern that repeats up to a length, so that a table may name 16 MiB without holding them. */
export interface Payload {
  readonly pattern: Uint8Array;
  readonly length: number;
}

/** How a frame differs from a plain final one. */
export interface FrameOptions {
  /** FIN is 0: more frames of the message follow. */
  readonly more?: true;
  /** RSV1 RSV2 RSV3 as a number from 0 to 7. */
  readonly rsv?: number;
  /** Write the frame in pieces of this many octets, each flushed on its own. */
  readonly chop?: number;
  /** Flush the frame on its own, so that it does not share a segment with its neighbours. */
  readonly sync?: true;
}

export type Step =
  | {
      readonly do: 'frame';
      readonly opcode: number;
      readonly fin: boolean;
      readonly rsv: number;
      readonly payload: Payload;
      readonly chop: number | null;
      readonly sync: boolean;
    }
  /** A whole message, cut into frames of `fragment` octets when that is given. */
  | {
      readonly do: 'message';
      readonly opcode: 1 | 2;
      readonly payload: Payload;
      readonly fragment: number | null;
    }
  /** The header of one unfinished (FIN 0) text frame; its payload follows piece by piece. */
  | { readonly do: 'begin frame'; readonly length: number }
  | { readonly do: 'frame data'; readonly payload: Payload }
  /** An empty final continuation frame. */
  | { readonly do: 'end message' }
  /** Start the closing handshake with this Close payload; a connection that is already closing ignores it. */
  | { readonly do: 'close'; readonly payload: Payload }
  /** Pause, then go on only if the connection is still open; a named pause is itself an event. */
  | { readonly do: 'wait'; readonly seconds: number; readonly event: string | null }
  /** Fail the connection if the case is not over by then. */
  | { readonly do: 'fail after'; readonly seconds: number }
  /** Start the closing handshake if the case is not over by then. */
  | { readonly do: 'close after'; readonly seconds: number };

export type CaseEvent =
  readonly ['message', Payload, boolean] | readonly ['pong', Payload] | readonly ['timeout', string];

/** How the connection is to end. */
export interface ExpectedClose {
  readonly closedByMe: boolean;
  /** Close codes allowed from the peer; none at all is allowed too. The tester itself closes with the first. */
  readonly closeCode: readonly number[];
  readonly requireClean: boolean;
  /** The case fails as a whole when the wrong side ends the connection. */
  readonly closedByWrongEndpointIsFatal?: true;
}

const utf8 = new TextEncoder();

/** UTF-8 of a string, or octets as they are. */
export const octets = (value: string | Uint8Array): Payload => {
  const pattern = typeof value === 'string' ? utf8.encode(value) : value;
  return { pattern, length: pattern.length };
};

/** Octets written in hexadecimal; blanks are for the eye. */
export const hex = (digits: string): Payload => octets(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** The octet `value`, `length` times. */
export const bytes = (value: number, length: number): Payload => ({
  pattern: Uint8Array.of(value),
  length,
});

/** A pattern repeated, and cut, to `length` octets. */
export const repeat = (pattern: string | Uint8Array, length: number): Payload => ({
  pattern: octets(pattern).pattern,
  length,
});

type Content = string | Payload;
const payloadOf = (content: Content): Payload => (typeof content === 'string' ? octets(content) : content);

/** One frame of any opcode. */
export const frame = (opcode: number, content: Content = '', options: FrameOptions = {}): Step => ({
  do: 'frame',
  opcode,
  fin: options.more !== true,
  rsv: options.rsv ?? 0,
  payload: payloadOf(content),
  chop: options.chop ?? null,
  sync: options.sync ?? false,
});

// RFC 6455, section 5.2, opcodes.
export const continuation = (content?: Content, options?: FrameOptions): Step => frame(0, content, options);
export const text = (content?: Content, options?: FrameOptions): Step => frame(1, content, options);
export const binary = (content?: Content, options?: FrameOptions): Step => frame(2, content, options);
export const ping = (content?: Content, options?: FrameOptions): Step => frame(9, content, options);
export const pong = (content?: Content, options?: FrameOptions): Step => frame(10, content, options);

/** A whole text (or, with opcode 2, binary) message in frames of `fragment` octets. */
export const message = (content: Content, fragment: number | null = null, opcode: 1 | 2 = 1): Step => ({
  do: 'message',
  opcode,
  payload: payloadOf(content),
  fragment,
});

/** The Close frame that starts the closing handshake: an optional code, then a reason that may be anything. */
export const close = (code: number | null = null, reason: Content = ''): Step => {
  const tail = materialize(payloadOf(reason));
  const head = code === null ? [] : [code >> 8, code & 255];
  return { do: 'close', payload: octets(Uint8Array.from([...head, ...tail])) };
};

export const beginFrame = (length: number): Step => ({ do: 'begin frame', length });
export const frameData = (payload: Payload): Step => ({ do: 'frame data', payload });
export const endMessage: Step = { do: 'end message' };
export const wait = (seconds: number, event: string | null = null): Step => ({ do: 'wait', seconds, event });
export const failAfter = (seconds: number): Step => ({ do: 'fail after', seconds });
export const closeAfter = (seconds: number): Step => ({ do: 'close after', seconds });

/** Events in an expected outcome. */
export const textMessage = (content: Content): CaseEvent => ['message', payloadOf(content), false];
export const binaryMessage = (content: Content): CaseEvent => ['message', payloadOf(content), true];
export const pongWith = (content: Content): CaseEvent => ['pong', payloadOf(content)];
export const timeout = (tag: string): CaseEvent => ['timeout', tag];

/** The octets that a payload stands for. */
export function materialize({ pattern, length }: Payload): Buffer {
  const result = Buffer.alloc(length);
  if (length > 0) result.fill(pattern);
  return result;
}
