import { Buffer } from 'node:buffer';
import { Span } from '../../../src/connection/events.ts';
import { writeHeader } from '../../../src/frame/header.ts';
import { HeadBit, Opcode } from '../../../src/frame/opcode.ts';
import { nodeText } from '../text.ts';

/** Octets of the longest header of an unmasked frame, RFC 6455 §5.2. */
const HEADER = 10;

/** One message as one unmasked frame, encoded once for any number of connections: nobody changes it. */
export class SharedFrame {
  /** Header and payload. */
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array;
  /** 1 binary, 0 text. */
  readonly span: number;

  constructor(data: string | Uint8Array, isBinary = typeof data !== 'string') {
    const octets = typeof data === 'string' ? nodeText.encode(data) : data;
    const memory = new Uint8Array(Buffer.allocUnsafeSlow(HEADER + octets.length).buffer);
    memory.set(octets, HEADER);
    this.span = isBinary ? Span.binary : 0;
    const at = writeHeader(memory, HEADER, HeadBit.fin | (Opcode.text + this.span), 0, octets.length);
    this.bytes = memory.subarray(at);
    this.payload = memory.subarray(HEADER);
  }
}
