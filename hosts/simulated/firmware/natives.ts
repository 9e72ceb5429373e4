import { createHash } from 'node:crypto';
import type { SimulatedHost } from '../host.ts';
import { xor } from '../host.ts';

/** What modules with natives export, as far as Ringlet's build for devices imports it. */
export interface Natives {
  readonly logical: { xor(target: Uint8Array, key: Uint8Array, count?: number): void };
  readonly base64: { encode(octets: ArrayBufferLike): string; decode(text: string): ArrayBuffer };
  readonly crypt: {
    readonly Digest: new (type: string) => { process(...data: (string | ArrayBuffer)[]): ArrayBuffer };
  };
  /** 32 bits as a signed integer; 0 if the source has none to give. */
  readonly word: () => number;
}

/** The octets of `buffer` alone: Node's buffers are parts of larger ones. */
function exact(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}

/** Moddable's Digest over Node's hashes. Throws for a type that Node does not know. */
class Digest {
  readonly #type: string;

  constructor(type: string) {
    createHash(type);
    this.#type = type;
  }

  process(...data: (string | ArrayBuffer)[]): ArrayBuffer {
    const hash = createHash(this.#type);
    for (const part of data) hash.update(typeof part === 'string' ? part : new Uint8Array(part));
    return exact(hash.digest());
  }
}

export function nativesOf(host: SimulatedHost): Natives {
  return Object.freeze({
    logical: Object.freeze({ xor }),
    base64: Object.freeze({
      encode: (octets: ArrayBufferLike) => Buffer.from(new Uint8Array(octets)).toString('base64'),
      decode: (text: string) => exact(Buffer.from(text, 'base64')),
    }),
    crypt: Object.freeze({ Digest }),
    word: () => host.word(),
  });
}

/** `Resource`: data that a manifest puts beside the program; here octets that stand for them. */
export class Resource {
  readonly name: string;
  readonly byteLength = 0;

  constructor(name: string) {
    this.name = name;
  }

  slice(): ArrayBuffer {
    return new ArrayBuffer(0);
  }
}
