/**
 * What RFC 6455 says about the first two octets of a frame, sentence by sentence, with no extension
 * negotiated. It knows nothing of the engine.
 */
export interface Situation {
  readonly receiver: 'client' | 'server';
  /** Whether the peer has begun a fragmented message and not ended it. */
  readonly midMessage: boolean;
}

interface Bits {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly length: number;
}

interface Rule {
  readonly sentence: string;
  /** Which of the two octets shows the violation. */
  readonly octet: 1 | 2;
  broken(bits: Bits, situation: Situation): boolean;
}

const isControl = (bits: Bits): boolean => [8, 9, 10, 11, 12, 13, 14, 15].includes(bits.opcode);

export const RULES: readonly Rule[] = [
  {
    sentence: '§5.2 RSV1, RSV2, RSV3: MUST be 0 unless an extension is negotiated that defines meanings',
    octet: 1,
    broken: (bits) => bits.rsv !== 0,
  },
  {
    sentence: '§5.2 Opcode: %x3-7 and %xB-F are reserved; if an unknown opcode is received, fail',
    octet: 1,
    broken: (bits) => ![0, 1, 2, 8, 9, 10].includes(bits.opcode),
  },
  {
    sentence: '§5.5 All control frames MUST NOT be fragmented',
    octet: 1,
    broken: (bits) => isControl(bits) && !bits.fin,
  },
  {
    sentence: '§5.4 A continuation frame continues a message: there has to be one',
    octet: 1,
    broken: (bits, { midMessage }) => bits.opcode === 0 && !midMessage,
  },
  {
    sentence: '§5.4 The fragments of one message MUST NOT be interleaved between those of another',
    octet: 1,
    broken: (bits, { midMessage }) => [1, 2].includes(bits.opcode) && midMessage,
  },
  {
    sentence: '§5.1 The server MUST close the connection upon receiving a frame that is not masked',
    octet: 2,
    broken: (bits, { receiver }) => receiver === 'server' && !bits.masked,
  },
  {
    sentence: '§5.1 A client MUST close a connection if it detects a masked frame',
    octet: 2,
    broken: (bits, { receiver }) => receiver === 'client' && bits.masked,
  },
  {
    sentence: '§5.5 All control frames MUST have a payload length of 125 bytes or less',
    octet: 2,
    broken: (bits) => isControl(bits) && bits.length > 125,
  },
  {
    sentence: '§5.5.1 If there is a body, its first two bytes MUST be a status code',
    octet: 2,
    broken: (bits) => bits.opcode === 8 && bits.length === 1,
  },
];

/** The octet (1 or 2) that shows first that the header breaks a rule; 0 if it may go on. */
export function faultyOctet(first: number, second: number, situation: Situation): 0 | 1 | 2 {
  const bits: Bits = {
    fin: Math.floor(first / 128) === 1,
    rsv: Math.floor(first / 16) % 8,
    opcode: first % 16,
    masked: second >= 128,
    length: second % 128,
  };
  const broken = RULES.filter((rule) => rule.broken(bits, situation));
  if (broken.some((rule) => rule.octet === 1)) return 1;
  return broken.length > 0 ? 2 : 0;
}
