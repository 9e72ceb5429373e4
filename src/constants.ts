import { State as ConnectionState } from './connection/record.ts';
import { Span as SpanBit } from './connection/events.ts';
import { Opcode as FrameOpcode } from './frame/opcode.ts';

/** Opcodes as `onControl` and `sendControl` have them, RFC 6455 §11.8. */
export const Opcode = Object.freeze({
  text: FrameOpcode.text as number,
  binary: FrameOpcode.binary as number,
  close: FrameOpcode.close as number,
  ping: FrameOpcode.ping as number,
  pong: FrameOpcode.pong as number,
});

/** Bits of the last argument of `onData` and `send`. */
export const Span = Object.freeze({
  /** The message is binary, else text. */
  binary: SpanBit.binary as number,
  /** The message goes on after this span. */
  more: SpanBit.more as number,
  /** The message begins with this span. */
  first: SpanBit.first as number,
});

/** The life of a connection, in order. */
export const State = Object.freeze({
  connecting: ConnectionState.connecting as number,
  handshake: ConnectionState.handshake as number,
  open: ConnectionState.open as number,
  closing: ConnectionState.closing as number,
  ending: ConnectionState.ending as number,
  closed: ConnectionState.closed as number,
});
