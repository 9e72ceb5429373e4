import type { ReceivedHeader } from '../wire/frame.ts';

/** What decides whether a header is right, besides the header itself. */
export interface HeaderContext {
  /** The frame comes from a client, so it must be masked. */
  readonly fromClient: boolean;
  /** A fragmented message is under way. */
  readonly inMessage: boolean;
  /** permessage-deflate is in use, so RSV1 has a meaning. */
  readonly compression: boolean;
}

/** Which rule of RFC 6455, sections 5.1 to 5.5, or of RFC 7692, section 6.1, a header breaks; null for none. */
export function faultInHeader(header: ReceivedHeader, context: HeaderContext): string | null {
  const { opcode, fin, rsv, length, mask, minimal } = header;
  const isControl = opcode >= 8;
  if (context.fromClient && mask === null) return 'a frame from the client is not masked';
  if (!context.fromClient && mask !== null) return 'a frame from the server is masked';
  if (rsv !== 0 && !(context.compression && rsv === 4)) return `RSV is ${rsv}, which no extension defines`;
  if (rsv === 4 && isControl) return 'a control frame is marked as compressed';
  if (rsv === 4 && context.inMessage) return 'a continuation frame is marked as compressed';
  if ((opcode > 2 && opcode < 8) || opcode > 10) return `opcode ${opcode} is reserved`;
  if (isControl && !fin) return 'a control frame is fragmented';
  if (isControl && length > 125) return 'a control frame has more than 125 octets';
  if (opcode === 8 && length === 1) return 'a Close frame has a payload of one octet';
  if (opcode === 0 && !context.inMessage) return 'a continuation frame continues nothing';
  if (!isControl && opcode !== 0 && context.inMessage) return 'a new message starts inside a fragmented one';
  if (length >= 2 ** 63) return 'the highest bit of a payload length is set';
  if (!minimal) return 'a payload length is not written in the shortest form';
  return null;
}
